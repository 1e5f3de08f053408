/** Languages of the page. */
export type Language = 'en' | 'pt-BR';

/** How numbers, times and sizes are written in a language. */
export interface Formats {
  /** With at most so many decimals; – for what is no number. */
  readonly number: (value: number | null | undefined, decimals?: number) => string;
  /** With three significant digits, small ones as powers of ten: for losses and rates. */
  readonly short: (value: number | null | undefined) => string;
  readonly percent: (share: number | null | undefined) => string;
  readonly bytes: (value: number | null | undefined) => string;
  /** Date and time of day of an ISO time. */
  readonly time: (iso: string | null | undefined) => string;
  /** How long ago, such as `3 minutes ago`. */
  readonly ago: (iso: string, now: number) => string;
  /** `1:02:03` or `2:03`. */
  readonly duration: (seconds: number) => string;
}

/** The formats of a language. */
export function formatsOf(language: Language): Formats {
  const byDecimals = new Map<number, Intl.NumberFormat>();
  const plain = (value: number, decimals: number): string => {
    let format = byDecimals.get(decimals);
    if (!format)
      byDecimals.set(decimals, (format = new Intl.NumberFormat(language, { maximumFractionDigits: decimals })));
    return format.format(value);
  };
  const significant = new Intl.NumberFormat(language, { minimumSignificantDigits: 3, maximumSignificantDigits: 3 });
  const percent = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 1 });
  const time = new Intl.DateTimeFormat(language, { dateStyle: 'medium', timeStyle: 'short' });
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'auto' });
  const known = (value: number | null | undefined): value is number =>
    typeof value === 'number' && Number.isFinite(value);
  return {
    number: (value, decimals = 0) => (known(value) ? plain(value, decimals) : '–'),
    short: (value) => {
      if (!known(value)) return '–';
      if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(1).replace('.', plain(1.5, 1)[1]);
      return Number.isInteger(value) && Math.abs(value) < 1e6 ? plain(value, 0) : significant.format(value);
    },
    percent: (share) => (known(share) ? percent.format(share) : '–'),
    bytes: (value) => {
      if (!known(value)) return '–';
      const power = value < 1 ? 0 : Math.min(4, Math.floor(Math.log(value) / Math.log(1024)));
      return `${plain(value / 1024 ** power, power > 1 ? 1 : 0)} ${['B', 'KiB', 'MiB', 'GiB', 'TiB'][power]}`;
    },
    time: (iso) => (iso ? time.format(new Date(iso)) : '–'),
    ago: (iso, now) => {
      const seconds = (new Date(iso).getTime() - now) / 1000;
      const [unit, size] = units.find((candidate) => Math.abs(seconds) >= candidate[1]) ?? units[units.length - 1];
      return relative.format(Math.round(seconds / size), unit);
    },
    duration: (seconds) => {
      const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, Math.floor(seconds) % 60];
      const two = (part: number): string => String(part).padStart(2, '0');
      return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
    },
  };
}

const units = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const;

import { CardioError, type Signal } from '@cardio/core';

/** One lead's place on the sheet and the samples shown there; lengths in tenths of a millimetre. */
export interface Strip {
  /** Index of the lead in the signal. */
  readonly lead: number;
  readonly name: string;
  /** Samples from `from` to `to` (without it). */
  readonly from: number;
  readonly to: number;
  /** Where sample `from` and 0 mV are. */
  readonly x: number;
  readonly y: number;
  readonly column: number;
  /** Row from the top; the rhythm strip is the last one. */
  readonly row: number;
}

/** All strips of a sheet, and its size; lengths in tenths of a millimetre. */
interface Sheet {
  readonly strips: readonly Strip[];
  /** The one below the others, if any. */
  readonly rhythm: Strip | undefined;
  readonly rowHeight: number;
  readonly width: number;
  readonly height: number;
}

/** What decides where things are; see `EcgPaperOptions`. */
interface SheetOptions {
  readonly leads?: readonly string[];
  readonly columns?: 1 | 2 | 4;
  readonly rhythmLead?: string | null;
  readonly startSeconds?: number;
  readonly seconds?: number;
  readonly rowMillimetres?: number;
  readonly millimetresPerSecond: number;
}

// In tenths of a millimetre, multiples of 50 so that traces begin on a thick line.
const left = 150;
const top = 100;
const bottom = 100;
const right = 50;

/**
 * Where each lead goes.
 *
 * @throws {CardioError} `data` for a lead that the signal lacks, `usage` for a stretch that it does not have
 */
export function placeStrips(signal: Signal, options: SheetOptions): Sheet {
  const { leads = signal.leads, millimetresPerSecond } = options;
  const { columns = leads.length === 12 ? 4 : 1 } = options;
  const { rhythmLead = columns > 1 && signal.leads.includes('II') ? 'II' : null } = options;
  const [from, to] = stretch(signal, options);
  const rows = Math.ceil(leads.length / columns);
  const rowHeight = 10 * (options.rowMillimetres ?? (rows > 4 ? 20 : 30));
  const perSample = (10 * millimetresPerSecond) / signal.sampleRateHz;
  const strip = (name: string, row: number, column: number, parts: number): Strip => {
    const start = from + Math.round((column * (to - from)) / parts);
    const end = from + Math.round(((column + 1) * (to - from)) / parts);
    const [x, y] = [left + (start - from) * perSample, top + (row + 0.5) * rowHeight];
    return { lead: leadIndex(signal, name), name, from: start, to: end, x, y, column, row };
  };
  const strips = leads.map((name, i) => strip(name, i % rows, Math.floor(i / rows), columns));
  const rhythm = rhythmLead === null ? undefined : strip(rhythmLead, rows, 0, 1);
  return {
    strips: rhythm ? [...strips, rhythm] : strips,
    rhythm,
    rowHeight,
    width: up(left + (to - from) * perSample + right),
    height: up(top + (rows + (rhythm ? 1 : 0)) * rowHeight + bottom),
  };
}

function stretch({ samples, sampleRateHz }: Signal, { startSeconds = 0, seconds }: SheetOptions): [number, number] {
  const total = samples[0]?.length ?? 0;
  const from = Math.round(startSeconds * sampleRateHz);
  const to =
    seconds === undefined ? Math.min(total, from + 10 * sampleRateHz) : from + Math.round(seconds * sampleRateHz);
  if (from >= 0 && from < to && to <= total) return [from, Math.floor(to)];
  throw new CardioError(
    'usage',
    `\`startSeconds\` and \`seconds\` must be a stretch of the signal, which has ${total / sampleRateHz} s. Received: ${startSeconds} and ${seconds}.`,
  );
}

function leadIndex({ leads }: Signal, name: string): number {
  const index = leads.indexOf(name);
  if (index >= 0) return index;
  throw new CardioError('data', `There is no lead \`${name}\`. The signal has: ${leads.join(', ') || 'none'}.`);
}

/** To whole boxes of 5 mm. */
const up = (length: number): number => 50 * Math.ceil(length / 50);

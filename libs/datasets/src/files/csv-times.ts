import { fail, type EcgFileOptions } from './ecg-file.js';

/** Which columns are not samples, and the rate that they tell, if they do. */
export interface TimeColumn {
  readonly columns: readonly number[];
  readonly rate: number | undefined;
}

/** Seconds in the unit of a time column. */
const secondsIn: readonly (readonly [RegExp, number])[] = [
  [/^(?:s|secs?|seconds?|h+:mm:ss.*)$/i, 1],
  [/^(?:ms|msecs?|milliseconds?)$/i, 1e-3],
  [/^(?:us|µs|μs|microseconds?)$/i, 1e-6],
];
const timeName = /^['"]?(?:elapsed[\s_]*)?(?:time(?:stamp)?|t|seconds?|secs?|milliseconds?|ms)\b/i;
const indexName = /^['"]?(?:|index|sample(?:[\s_#]*(?:number|no\.?|index))?|n|#)$/i;

/**
 * Finds the time column by its name, or, where columns have no names, as a first one of even steps under a second; counts of samples
 * (`index`, or a first column 0, 1, 2, … beside others) are left out too.
 *
 * @throws {CardioError} `data` for times that are not evenly spaced, and for ones whose unit can't be told and no stated rate decides
 */
export function readTimes(
  cells: readonly Float64Array[],
  columns: readonly { readonly name: string; readonly unit: string | undefined }[],
  headed: boolean,
  options: EcgFileOptions,
): TimeColumn | undefined {
  if (cells.length < 2 || cells[0].length < 3) return undefined;
  const counts = headed ? columns.flatMap(({ name }, i) => (indexName.test(name) && isEven(cells[i]) ? [i] : [])) : [];
  // Stated leads for all columns leave none for time.
  const hasRoom = options.leads === undefined || options.leads.length < cells.length;
  const unnamed = hasRoom && isEven(cells[0]) ? 0 : -1;
  const named = headed ? columns.findIndex(({ name }) => timeName.test(name)) : unnamed;
  if (named < 0) return counts.length > 0 ? { columns: counts, rate: undefined } : undefined;
  const times = cells[named];
  const { name, unit } = columns[named];
  const what = name ? `column \`${name}\`` : 'the first column';
  const step = (times[times.length - 1] - times[0]) / (times.length - 1);
  const scale = secondsIn.find(([form]) => form.test(unit ?? '') || (unit === undefined && form.test(name)))?.[1];
  // Under half a unit a step is in seconds: an ECG of 2 Hz is none. Else it may be milliseconds or a count.
  const seconds = scale ?? (step < 0.5 ? 1 : undefined);
  const all = [...counts, named];
  if (seconds === undefined) {
    if (options.sampleRateHz !== undefined) return { columns: all, rate: undefined };
    fail(
      options,
      `${what} has steps of ${step}, whose unit can't be told: name it \`time_s\` or \`time_ms\`, or state the rate (\`fileRateHz\`).`,
    );
  }
  assertEven(times, step, what, options);
  return { columns: all, rate: roundRate(times, step) / seconds };
}

const isEven = (times: Float64Array): boolean =>
  uneven(times, (times[times.length - 1] - times[0]) / (times.length - 1)) < 0;

/** The first sample that is a whole step or more from where even steps put it, or -1. */
function uneven(times: Float64Array, step: number): number {
  if (!(step > 0)) return 0;
  return times.findIndex(
    (time, i) => !(Math.abs(time - times[0] - i * step) < step && (i === 0 || time > times[i - 1])),
  );
}

function assertEven(times: Float64Array, step: number, what: string, options: EcgFileOptions): void {
  const bad = uneven(times, step);
  if (bad >= 0) {
    fail(
      options,
      `the times in ${what} are not evenly spaced: sample ${bad + 1} is at ${times[bad]}, expected ${times[0] + bad * step}.`,
    );
  }
}

/** The rate in steps a unit; the nearest whole one where rounding of the times (to a power of ten) allows it. */
function roundRate(times: Float64Array, step: number): number {
  const rate = 1 / step;
  const decimals = Math.max(...Array.from(times.subarray(0, 20), (time) => (String(time).split('.')[1] ?? '').length));
  const doubt = (rate * 10 ** -Math.min(decimals, 12)) / (times[times.length - 1] - times[0]);
  const whole = Math.round(rate);
  return whole > 0 && Math.abs(rate - whole) <= Math.max(doubt, 1e-6 * rate) ? whole : rate;
}

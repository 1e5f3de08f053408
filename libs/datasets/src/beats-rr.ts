import { CardioError } from '@cardio/core';

/**
 * The RR-interval features of a beat, in this order. The first four are in seconds, the others are the same divided by the record's mean
 * RR interval, which takes out the patient's heart rate.
 *
 * | name | meaning | known at the beat? |
 * |---|---|---|
 * | `rr_pre` | from the beat before | yes |
 * | `rr_post` | to the next beat | no: one beat later |
 * | `rr_local` | mean of the last 10 `rr_pre`, this one included | yes |
 * | `rr_global` | mean of all `rr_pre` from the record's start to this beat | yes |
 * | `rr_…_ratio` | divided by the mean `rr_pre` of the whole record | no: needs the whole record |
 */
export const rrFeatureNames = [
  ...['rr_pre', 'rr_post', 'rr_local', 'rr_global'],
  ...['rr_pre_ratio', 'rr_post_ratio', 'rr_local_ratio', 'rr_global_ratio'],
] as const;

/** Shortest and longest RR interval, in seconds, that can be one heart cycle (Mondéjar-Guerra et al. 2019). */
export const plausibleRr = { least: 0.15, most: 2 } as const;

const localBeats = 10;

/**
 * RR features of each beat, `[F]` each in the order of {@link rrFeatureNames}.
 *
 * Intervals outside {@link plausibleRr} count as that bound: across a pause or a stretch without annotated beats (100 s of ventricular
 * flutter in MIT-BIH 207) no more is known. The first beat's interval before is taken to be the one after it, and the last one's
 * after to be the one before.
 *
 * @param peaks samples of the R peaks, ascending
 * @throws {CardioError} `data` for fewer than two beats
 */
export function rrFeatures(peaks: readonly number[], sampleRateHz: number): Float32Array[] {
  if (peaks.length < 2) {
    throw new CardioError('data', `RR intervals need at least two annotated beats, found ${peaks.length}.`);
  }
  const intervals = rrIntervals(peaks, sampleRateHz).map((rr) =>
    Math.min(plausibleRr.most, Math.max(plausibleRr.least, rr)),
  );
  const pre = [intervals[0], ...intervals];
  const sums = [0];
  for (const rr of pre) sums.push(sums[sums.length - 1] + rr);
  const mean = (from: number, to: number): number => (sums[to] - sums[from]) / (to - from);
  const recordMean = mean(0, pre.length);
  return pre.map((rr, i) => {
    const post = pre[i + 1] ?? rr;
    const seconds = [rr, post, mean(Math.max(0, i + 1 - localBeats), i + 1), mean(0, i + 1)];
    return Float32Array.from([...seconds, ...seconds.map((value) => value / recordMean)]);
  });
}

/** Per beat, whether the intervals to its neighbours are those of a heart cycle. */
export function plausibleBeats(peaks: readonly number[], sampleRateHz: number): boolean[] {
  const plausible = rrIntervals(peaks, sampleRateHz).map((rr) => rr >= plausibleRr.least && rr <= plausibleRr.most);
  return peaks.map((_, i) => (plausible[i - 1] ?? true) && (plausible[i] ?? true));
}

/** Seconds between neighbours: one fewer than peaks. */
const rrIntervals = (peaks: readonly number[], sampleRateHz: number): number[] =>
  peaks.slice(1).map((peak, i) => (peak - peaks[i]) / sampleRateHz);

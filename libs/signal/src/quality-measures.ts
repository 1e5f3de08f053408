import { beatAgreement } from './rhythm/r-peaks.js';
import { panTompkins } from './rhythm/pan-tompkins.js';
import { twoMovingAverages } from './rhythm/two-moving-averages.js';

/** The share of samples that are NaN. */
export function missingShare(samples: Float32Array): number {
  let count = 0;
  for (const value of samples) if (Number.isNaN(value)) count++;
  return count / samples.length;
}

/** The share of samples in runs of one and the same value that last a second or longer (or the whole lead, if that is shorter). */
export function flatShare(samples: Float32Array, sampleRateHz: number): number {
  return inRuns(samples, Math.min(Math.ceil(sampleRateHz), samples.length), () => true) / samples.length;
}

/**
 * The share of samples at or beyond the converter's limits. Without limits: of samples in runs of 20 ms or longer (and three samples or more)
 * at the lead's lowest or highest value; a lead of one value only is flat, not clipped.
 */
export function clippedShare(
  samples: Float32Array,
  sampleRateHz: number,
  limits?: readonly [low: number, high: number],
): number {
  let [low, high] = [Infinity, -Infinity];
  let beyond = 0;
  for (const value of samples) {
    if (value < low) low = value;
    if (value > high) high = value;
    if (limits && (value <= limits[0] || value >= limits[1])) beyond++;
  }
  if (limits) return beyond / samples.length;
  if (!(low < high)) return 0;
  const shortest = Math.max(3, Math.ceil(0.02 * sampleRateHz));
  return inRuns(samples, shortest, (value) => value === low || value === high) / samples.length;
}

/** How many samples lie in runs of `shortest` or more equal values for which `counts` holds. NaN ends a run and makes none. */
function inRuns(samples: Float32Array, shortest: number, counts: (value: number) => boolean): number {
  let total = 0;
  let from = 0;
  while (from < samples.length) {
    const value = samples[from];
    let to = from + 1;
    while (to < samples.length && samples[to] === value) to++;
    if (to - from >= shortest && !Number.isNaN(value) && counts(value)) total += to - from;
    from = to;
  }
  return total;
}

/** The fourth standardised moment (Pearson's, population): `scipy.stats.kurtosis(x, fisher=False, nan_policy='omit')`. NaN without spread. */
export function kurtosis(samples: Float32Array): number {
  let [n, sum, low, high] = [0, 0, Infinity, -Infinity];
  for (const value of samples) {
    if (Number.isNaN(value)) continue;
    n++;
    sum += value;
    if (value < low) low = value;
    if (value > high) high = value;
  }
  if (!(low < high)) return NaN;
  const mean = sum / n;
  let [second, fourth] = [0, 0];
  for (const value of samples) {
    if (Number.isNaN(value)) continue;
    const square = (value - mean) ** 2;
    second += square;
    fourth += square * square;
  }
  return (n * fourth) / (second * second);
}

/**
 * How far two detectors of R peaks agree ({@link beatAgreement}). NaN for less than 5 s, a rate below 100 Hz, no samples, or when neither finds
 * a beat.
 */
export function detectorAgreement(samples: Float32Array, sampleRateHz: number): number {
  if (sampleRateHz < 100 || samples.length < 5 * sampleRateHz || missingShare(samples) === 1) return NaN;
  return beatAgreement(panTompkins(samples, sampleRateHz), twoMovingAverages(samples, sampleRateHz), sampleRateHz);
}

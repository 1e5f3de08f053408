import { designFilter } from '../filter-design.js';
import type { Samples } from '../gaps.js';
import { sosfiltfilt } from '../sosfilt.js';
import { checkLead } from './check-lead.js';
import { movingMean } from './moving-mean.js';
import { chooseComplexes, type Candidate } from './pan-tompkins-rules.js';
import { placePeaks } from './place-peaks.js';

/** Width of the moving window in s, and how near two complexes can be. */
const windowSeconds = 0.15;
const refractorySeconds = 0.2;

/**
 * The R peaks of one lead by Pan and Tompkins (IEEE Trans. Biomed. Eng. 32(3):230, 1985): band-pass, derivative (7), square (10), moving window of
 * 150 ms (11), two pairs of adaptive thresholds, search back and recognition of T waves (`chooseComplexes`). Different here: the band of 5 to 15 Hz is
 * a Butterworth filter without delay at any rate instead of integer filters at 200 Hz; the derivative is taken over the same 20 ms; all
 * is learnt anew after 5 s without a beat, because one large artefact could hide all that follow; marks are on the extreme of the complex.
 *
 * Missing samples (NaN) hold no beat and spread nowhere. Baseline, offset, unit and direction of the lead make no difference.
 *
 * @param samples one lead, in any unit
 * @param sampleRateHz 100 Hz or more
 * @returns samples, ascending
 * @throws {SignalError} `usage` for a rate below 100 Hz; `data` for less than 1 s, nothing but missing samples or an infinite one
 */
export function panTompkins(samples: Samples, sampleRateHz: number): number[] {
  checkLead(samples, sampleRateHz);
  const candidates = candidatesOf(samples, sampleRateHz);
  const complexes = chooseComplexes(candidates, sampleRateHz);
  return placePeaks(samples, sampleRateHz, complexes);
}

/** The peaks of the integrated signal, 200 ms apart or more, the higher one of two that are nearer. */
function candidatesOf(samples: Samples, sampleRateHz: number): Candidate[] {
  const sections = designFilter({ family: 'butterworth', order: 1, band: 'bandpass', cutoffHz: [5, 15], sampleRateHz });
  const filtered = sosfiltfilt(sections, Float64Array.from(samples), { missing: 'interpolate' });
  const slope = derivative(filtered, Math.max(1, Math.round(sampleRateHz / 200)));
  const squared = slope.map((value) => value * value);
  const integrated = movingMean(squared, Math.round(windowSeconds * sampleRateHz));

  const peaks: number[] = [];
  for (let i = 1; i < integrated.length - 1; i++) {
    if (!(integrated[i] > integrated[i - 1] && integrated[i] >= integrated[i + 1])) continue;
    const last = peaks[peaks.length - 1];
    if (i - last < refractorySeconds * sampleRateHz) {
      if (integrated[i] > integrated[last]) peaks[peaks.length - 1] = i;
    } else peaks.push(i);
  }
  const half = Math.round((windowSeconds / 2) * sampleRateHz);
  return peaks.map((at) => ({
    at,
    integrated: integrated[at],
    filtered: largest(filtered, at - half, at + half),
    slope: largest(slope, at - half, at + half),
  }));
}

/** Eq. (7) with steps of `step` samples, without its scale; 0 at the ends. */
function derivative(x: Float64Array, step: number): Float64Array {
  const y = new Float64Array(x.length);
  for (let i = 2 * step; i < x.length - 2 * step; i++) {
    y[i] = 2 * (x[i + step] - x[i - step]) + x[i + 2 * step] - x[i - 2 * step];
  }
  return y;
}

/** The largest magnitude from `from` to `to`, as far as they are there. */
function largest(values: Float64Array, from: number, to: number): number {
  let [low, high] = [0, 0];
  for (const value of values.subarray(Math.max(0, from), to + 1)) {
    if (value > high) high = value;
    if (value < low) low = value;
  }
  return Math.max(high, -low);
}

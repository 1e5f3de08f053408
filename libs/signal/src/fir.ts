import { CardioError } from '@cardio/core';
import { checkedCutoffs, type FilterBand } from './filter-design.js';
import { bessel } from './bessel.js';
import { answer, bridged, type Missing, type Samples } from './gaps.js';

/** A filter of finite response to design by window. */
export type FirDesign = FilterBand & {
  readonly taps: number;
  readonly sampleRateHz: number;
  /** Hamming by default; or a Kaiser window with this β. */
  readonly window?: 'hamming' | { readonly kaiserBeta: number };
};

/**
 * Designs a symmetric filter by the window method, with a gain of 1 in the middle of its pass band (`scipy.signal.firwin`).
 *
 * @throws {CardioError} `usage` for an impossible rate or cut-off, or an even or too small number of taps
 * @example firwin({ taps: 101, band: 'lowpass', cutoffHz: 40, sampleRateHz: 500 }) // Float64Array of 101
 */
export function firwin(design: FirDesign): Float64Array {
  const { taps, sampleRateHz, window = 'hamming' } = design;
  checkTaps(taps);
  const given = typeof design.cutoffHz === 'number' ? [design.cutoffHz] : design.cutoffHz;
  const edges = checkedCutoffs(given, sampleRateHz).map((hz) => hz / (sampleRateHz / 2));
  if (design.band === 'lowpass' || design.band === 'bandstop') edges.unshift(0);
  if (edges.length % 2 === 1) edges.push(1);
  const centre = (taps - 1) / 2;
  const [left, right] = edges;
  const frequency = left === 0 ? 0 : right === 1 ? 1 : (left + right) / 2;
  const result = new Float64Array(taps);
  let gain = 0;
  for (let i = 0; i < taps; i++) {
    const m = i - centre;
    let sum = 0;
    for (let e = 0; e < edges.length; e++) sum += (e % 2 === 0 ? -1 : 1) * edges[e] * sinc(edges[e] * m);
    result[i] = sum * windowAt(window, centre === 0 ? 0 : m / centre);
    gain += result[i] * Math.cos(Math.PI * m * frequency);
  }
  return result.map((tap) => tap / gain);
}

/** The window at `position`, -1 to 1 from the first tap to the last. */
function windowAt(window: NonNullable<FirDesign['window']>, position: number): number {
  if (window === 'hamming') return 0.54 + 0.46 * Math.cos(Math.PI * position);
  return bessel(window.kaiserBeta * Math.sqrt(1 - position * position)) / bessel(window.kaiserBeta);
}

const sinc = (x: number): number => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));

/**
 * Convolves one lead with an odd number of taps, centred, so that a symmetric filter delays nothing; past the ends the first and the last
 * sample go on (`scipy.ndimage.convolve1d`, mode `nearest`).
 *
 * @throws {CardioError} `usage` for an even number of taps; `data` as {@link Missing} says (default `error`)
 */
export function firFilter<T extends Samples>(
  taps: Float64Array,
  samples: T,
  { missing = 'error' }: { readonly missing?: Missing } = {},
): T {
  checkTaps(taps.length);
  if (samples.length === 0) return samples.slice() as T;
  const half = (taps.length - 1) / 2;
  const work = bridged(samples, missing, half, half);
  work.fill(work[half], 0, half);
  work.fill(work[half + samples.length - 1], half + samples.length);
  return answer(convolved(work, taps), samples, missing);
}

/** Where the taps lie wholly within the samples. */
export function convolved(samples: Float64Array, taps: Float64Array): Float64Array {
  const last = taps.length - 1;
  const result = new Float64Array(samples.length - last);
  for (let i = 0; i < result.length; i++) {
    let sum = 0;
    for (let k = 0; k <= last; k++) sum += samples[i + last - k] * taps[k];
    result[i] = sum;
  }
  return result;
}

function checkTaps(taps: number): void {
  if (Number.isInteger(taps) && taps % 2 === 1) return;
  throw new CardioError('usage', `A filter must have an odd number of taps, at least 1. Received: ${taps}.`);
}

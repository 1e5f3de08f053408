import { SignalError } from './errors.js';
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
 * Designs a symmetric filter by the window method, with a gain of 1 in the middle of its pass band (`scipy.signal.firwin`). An even number of
 * taps always stops half the rate, so that it makes no high-pass and no band-stop, and delays by half a sample more or less.
 *
 * @throws {SignalError} `usage` for an impossible rate, cut-off or number of taps
 * @example firwin({ taps: 101, band: 'lowpass', cutoffHz: 40, sampleRateHz: 500 }) // Float64Array of 101
 */
export function firwin(design: FirDesign): Float64Array {
  const { taps, sampleRateHz, window = 'hamming' } = design;
  if (!Number.isInteger(taps) || taps < 1) throw new SignalError('`taps`', 'a whole number, at least 1', taps);
  if (taps % 2 === 0 && (design.band === 'highpass' || design.band === 'bandstop')) {
    throw new SignalError('`taps`', `odd for a ${design.band}, because an even number stops half the rate`, taps);
  }
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

/** How {@link firFilter} lies and bridges. */
export interface FirOptions {
  /**
   * `false` (default): each result is centred on its sample, so that a symmetric filter delays nothing; needs an odd number of taps. `true`: only
   * samples up to its own go into a result, as in `scipy.signal.lfilter`, so that a symmetric filter delays by (taps - 1) / 2 samples, half ones
   * for an even number.
   */
  readonly causal?: boolean;
  /** `error` by default. */
  readonly missing?: Missing;
}

/**
 * Convolves one lead with taps; past the ends the first and the last sample go on (centred: `scipy.ndimage.convolve1d`, mode `nearest`).
 *
 * @throws {SignalError} `usage` for no taps, or an even number that is to be centred; `data` as {@link Missing} says
 * @example firFilter(firwin({ taps: 101, band: 'lowpass', cutoffHz: 40, sampleRateHz: 500 }), lead)
 */
export function firFilter<T extends Samples>(
  taps: Float64Array,
  samples: T,
  { causal = false, missing = 'error' }: FirOptions = {},
): T {
  const n = taps.length;
  if (n < 1) throw new SignalError('The number of taps', 'at least 1', n);
  if (n % 2 === 0 && !causal) {
    const advice = 'An even number delays by half a sample: add a tap, or pass `causal: true`.';
    throw new SignalError('The number of taps', 'odd for a filter without delay', n, { advice });
  }
  if (samples.length === 0) return samples.slice() as T;
  const before = causal ? n - 1 : (n - 1) / 2;
  const work = bridged(samples, missing, before, n - 1 - before);
  work.fill(work[before], 0, before);
  work.fill(work[before + samples.length - 1], before + samples.length);
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

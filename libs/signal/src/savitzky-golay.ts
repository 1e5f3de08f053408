import { SignalError } from './errors.js';
import { convolved } from './fir.js';
import { answer, bridged, type Missing, type Samples } from './gaps.js';

/** A Savitzky-Golay filter. */
export interface SavitzkyGolayOptions {
  /** Samples fitted at a time, odd. */
  readonly window: number;
  /** Order of the polynomial, below `window`. */
  readonly order: number;
  /** 0 (default) smooths, 1 gives the first derivative … */
  readonly derivative?: number;
  /** Distance of two samples, by whose power a derivative is divided; 1 by default, 1 / rate for derivatives per second. */
  readonly spacing?: number;
  /** `error` by default. */
  readonly missing?: Missing;
}

/**
 * Fits a polynomial to the window around each sample and takes its value or derivative there; within half a window of the ends, that of the
 * polynomial fitted to the first or last window (`scipy.signal.savgol_filter`, mode `interp`; Savitzky & Golay, Anal Chem 36:1627, 1964).
 *
 * @throws {SignalError} `usage` for an even window, an order not below it, a derivative that isn't a whole number or a spacing that isn't above 0;
 *   `data` for a record shorter than the window, or as {@link Missing} says
 * @example savitzkyGolay(lead, { window: 11, order: 3 })
 */
export function savitzkyGolay<T extends Samples>(samples: T, options: SavitzkyGolayOptions): T {
  const { window, order, derivative = 0, spacing = 1, missing = 'error' } = options;
  check(samples.length, { window, order, derivative, spacing });
  const n = samples.length;
  const half = (window - 1) / 2;
  const work = bridged(samples, missing);
  const result = new Float64Array(n);
  const weightsAt = (place: number): Float64Array =>
    fitWeights(window, order, derivative, place).map((weight) => weight / spacing ** derivative);
  result.set(convolved(work, weightsAt(0).reverse()), half);
  for (let k = 1; k <= half; k++) {
    result[half - k] = dot(work, 0, weightsAt(-k));
    result[n - 1 - half + k] = dot(work, n - window, weightsAt(k));
  }
  return answer(result, samples, missing);
}

function check(n: number, o: Required<Omit<SavitzkyGolayOptions, 'missing'>>): void {
  if (!Number.isInteger(o.window) || o.window < 1 || o.window % 2 === 0) {
    throw new SignalError('`window`', 'an odd number of samples, at least 1', o.window);
  }
  if (!Number.isInteger(o.order) || o.order < 0 || o.order >= o.window) {
    throw new SignalError('`order`', `a whole number from 0 to below ${o.window}`, o.order);
  }
  if (!Number.isInteger(o.derivative) || o.derivative < 0) {
    throw new SignalError('`derivative`', 'a whole number, at least 0', o.derivative);
  }
  if (!(o.spacing > 0 && Number.isFinite(o.spacing))) {
    throw new SignalError('`spacing`', 'finite and above 0', o.spacing);
  }
  if (n < o.window) {
    throw new SignalError('The record', `at least as long as the window of ${o.window} samples`, n, { code: 'data' });
  }
}

/**
 * What each sample of a window weighs in the derivative, `place` samples from the middle, of the polynomial fitted to it: Σ pₖ(t) pₖ⁽ᵈ⁾(place)
 * over the polynomials pₖ that are orthonormal on the window, by their three-term recurrence.
 */
function fitWeights(window: number, order: number, derivative: number, place: number): Float64Array {
  const half = (window - 1) / 2;
  const weights = new Float64Array(window);
  let values = new Float64Array(window).fill(1 / Math.sqrt(window));
  let lastValues = new Float64Array(window);
  // The derivatives 0 to d of pₖ and pₖ₋₁ at `place`.
  let slopes = new Float64Array(derivative + 1);
  slopes[0] = values[0];
  let lastSlopes = new Float64Array(derivative + 1);
  let beta = 0;
  for (let k = 0; ; k++) {
    for (let i = 0; i < window; i++) weights[i] += values[i] * slopes[derivative];
    if (k === order) return weights;
    const next = values.map((value, i) => (i - half) * value - beta * lastValues[i]);
    const nextSlopes = slopes.map((s, d) => place * s + (d > 0 ? d * slopes[d - 1] : 0) - beta * lastSlopes[d]);
    beta = Math.sqrt(next.reduce((sum, value) => sum + value * value, 0));
    [lastValues, values] = [values, next.map((value) => value / beta)];
    [lastSlopes, slopes] = [slopes, nextSlopes.map((s) => s / beta)];
  }
}

function dot(samples: Float64Array, start: number, weights: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) sum += samples[start + i] * weights[i];
  return sum;
}

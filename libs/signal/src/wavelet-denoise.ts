import { SignalError } from './errors.js';
import { checkedCutoffs } from './filter-design.js';
import { answer, bridged, type Missing, type Samples } from './gaps.js';
import { wavedec, type WaveletOptions, waverec } from './wavelet-transform.js';
import { medianOf } from './median-of.js';

/** How {@link waveletDenoise} tells noise from signal. */
export interface WaveletDenoiseOptions extends WaveletOptions {
  /** Octaves to clean, from the fastest down: n of them reach from rate/2ⁿ⁺¹ Hz up. 3 by default. */
  readonly levels?: number;
  /** `hard` (default): coefficients above the threshold stay as they are; `soft`: they shrink by it, and with them the R waves. */
  readonly threshold?: 'soft' | 'hard';
  /**
   * Where the noise is measured: in the fastest octave (`finest`, default: white noise), or in each by itself (`level`: noise of another colour),
   * which takes QRS complexes for noise in octaves where they fill more than a few coefficients, below about 60 Hz.
   */
  readonly noise?: 'finest' | 'level';
  /** `error` by default. */
  readonly missing?: Missing;
}

/**
 * Takes broad-band noise out of one lead by shrinking wavelet coefficients with the universal threshold σ √(2 ln n) (Donoho & Johnstone,
 * Biometrika 81:425, 1994), σ being the median of the coefficients' sizes / 0.6745. What is slower than the cleaned octaves is left as it is.
 *
 * @throws {SignalError} `usage` as {@link wavedec}, or for an unknown threshold; `data` for a lead shorter than 2^levels samples, or as
 *   {@link Missing} says
 * @example waveletDenoise(lead, { wavelet: 'db6', levels: 5 })
 */
export function waveletDenoise<T extends Samples>(samples: T, options: WaveletDenoiseOptions = {}): T {
  const { levels = 3, threshold = 'hard', noise = 'finest', missing = 'error' } = options;
  const shrink = rules[threshold];
  if (!Object.hasOwn(rules, threshold)) throw new SignalError('`threshold`', '`soft` or `hard`', threshold);
  if (noise !== 'finest' && noise !== 'level') throw new SignalError('`noise`', '`finest` or `level`', noise);
  const [approximation, ...details] = wavedec(bridged(samples, missing), levels, options);
  const universal = Math.sqrt(2 * Math.log(samples.length));
  const ofFinest = deviation(details[details.length - 1]);
  const cleaned = details.map((detail) => {
    const limit = universal * (noise === 'level' ? deviation(detail) : ofFinest);
    return detail.map((value) => shrink(value, limit));
  });
  return answer(waverec([approximation, ...cleaned], options), samples, missing);
}

const rules = {
  soft: (value: number, limit: number): number => Math.sign(value) * Math.max(0, Math.abs(value) - limit),
  hard: (value: number, limit: number): number => (Math.abs(value) < limit ? 0 : value),
};

/** The standard deviation of Gaussian noise, little moved by a few large values. */
const deviation = (values: Float64Array): number => medianOf(values.map(Math.abs)) / 0.6745;

/** What {@link waveletBaseline} takes for baseline. */
export interface WaveletBaselineOptions extends WaveletOptions {
  /** What is dropped ends at the highest rate/2ⁿ that isn't above this, so up to an octave lower; 0.5 Hz by default. */
  readonly cutoffHz?: number;
  /** `error` by default. */
  readonly missing?: Missing;
}

/**
 * One lead without its baseline: it is taken apart down to the first octave at or below the cut-off, and what is slower is dropped (`pywt.waverec`
 * with an approximation of zeros).
 *
 * @throws {SignalError} `usage` as {@link wavedec}, or for an impossible rate or cut-off; `data` for a lead shorter than about 1 / cut-off, or as
 *   {@link Missing} says
 * @example waveletBaseline(lead, 500) // nothing is left below 0.49 Hz
 */
export function waveletBaseline<T extends Samples>(
  samples: T,
  sampleRateHz: number,
  options: WaveletBaselineOptions = {},
): T {
  const { cutoffHz = 0.5, missing = 'error' } = options;
  const [cutoff] = checkedCutoffs([cutoffHz], sampleRateHz);
  const levels = Math.max(1, Math.ceil(Math.log2(sampleRateHz / (2 * cutoff)) - 1e-9));
  const [approximation, ...details] = wavedec(bridged(samples, missing), levels, options);
  return answer(waverec([approximation.fill(0), ...details], options), samples, missing);
}

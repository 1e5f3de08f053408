import { SignalError } from './errors.js';
import { type Wavelet, type WaveletFilters, waveletFilters } from './wavelets.js';

/**
 * What lies beyond the ends of a lead, named as in PyWavelets. `symmetric`: its mirror image, the end sample doubled; each level has some
 * coefficients more than half of the level above. `periodization`: the lead again; each level has exactly half, and the ends see each other.
 */
export type WaveletMode = 'symmetric' | 'periodization';

/** Which transform. */
export interface WaveletOptions {
  /** `sym4` by default. */
  readonly wavelet?: Wavelet;
  /** `symmetric` by default. */
  readonly mode?: WaveletMode;
}

/**
 * Takes a lead apart into octaves by the fast wavelet transform (`pywt.wavedec`; Mallat, IEEE Trans Pattern Anal Mach Intell 11:674, 1989).
 * Detail d of 1 to `levels` holds about rate/2ᵈ⁺¹ to rate/2ᵈ Hz, the approximation what is below. In a lead of less than
 * 2^levels · (filter length - 1) samples, the ends reach every coefficient of the last level (PyWavelets warns of that).
 *
 * @param samples any unit, all finite
 * @param levels 1 to log₂ of the number of samples
 * @returns the approximation, then the details from the slowest to the fastest, in the unit of the samples times √2 a level
 * @throws {SignalError} `usage` for an unknown wavelet or mode or a number of levels that can't be; `data` for a lead too short for them, or
 *   samples that aren't finite
 * @example wavedec(lead, 3).map((part) => part.length) // 5000 samples -> [631, 631, 1255, 2503]
 */
export function wavedec(
  samples: ArrayLike<number>,
  levels: number,
  { wavelet = 'sym4', mode = 'symmetric' }: WaveletOptions = {},
): Float64Array[] {
  const filters = waveletFilters(wavelet);
  checkMode(mode);
  if (!Number.isInteger(levels) || levels < 1) throw new SignalError('`levels`', 'a whole number, at least 1', levels);
  if (samples.length < 2 ** levels) {
    throw new SignalError(`A lead for ${levels} levels`, `at least ${2 ** levels} samples long`, samples.length, {
      code: 'data',
      advice: 'Ask for fewer levels.',
    });
  }
  let approximation = Float64Array.from(samples);
  const odd = approximation.findIndex((value) => !Number.isFinite(value));
  if (odd >= 0) {
    throw new SignalError(`Sample ${odd} of ${samples.length}`, 'finite', samples[odd], {
      code: 'data',
      advice: 'Bridge missing samples with `fillGaps` first.',
    });
  }
  const details: Float64Array[] = [];
  for (let level = 0; level < levels; level++) {
    const step = stepDown(approximation, filters, mode);
    details.unshift(step.detail);
    approximation = step.approximation;
  }
  return [approximation, ...details];
}

/**
 * Puts a lead together again (`pywt.waverec`). The result may be one sample longer than the lead that was taken apart, if that was odd.
 *
 * @param parts as from {@link wavedec}, with the same wavelet and mode
 * @throws {SignalError} `usage` for an unknown wavelet or mode, or parts whose lengths don't fit together
 */
export function waverec(
  parts: readonly Float64Array[],
  { wavelet = 'sym4', mode = 'symmetric' }: WaveletOptions = {},
): Float64Array {
  const filters = waveletFilters(wavelet);
  checkMode(mode);
  const [approximation, ...details] = parts;
  if (details.length === 0) {
    throw new SignalError('`parts`', 'an approximation and at least one detail', `${parts.length} arrays`);
  }
  return details.reduce((low, high) => stepUp(low, high, filters, mode), approximation);
}

function stepDown(x: Float64Array, { low, high }: WaveletFilters, mode: WaveletMode) {
  const taps = low.length;
  const n = x.length;
  const period = n + (n % 2);
  const length = mode === 'symmetric' ? Math.floor((n + taps - 1) / 2) : period / 2;
  const at = mode === 'symmetric' ? mirrored(n) : repeated(n);
  const first = newest(taps, mode);
  const approximation = new Float64Array(length);
  const detail = new Float64Array(length);
  for (let k = 0; k < length; k++) {
    const last = first + 2 * k;
    const inside = last < n && last >= taps - 1;
    let [a, d] = [0, 0];
    for (let j = 0; j < taps; j++) {
      const value = x[inside ? last - j : at(last - j)];
      a += low[j] * value;
      d += high[j] * value;
    }
    approximation[k] = a;
    detail[k] = d;
  }
  return { approximation, detail };
}

/** The transposed step down: the transform is orthogonal, and what lies beyond the ends is not asked for. */
function stepUp(
  approximation: Float64Array,
  detail: Float64Array,
  { low, high }: WaveletFilters,
  mode: WaveletMode,
): Float64Array {
  const length = detail.length;
  const taps = low.length;
  const n = mode === 'symmetric' ? 2 * length - taps + 2 : 2 * length;
  // An odd lead comes back one sample longer from the level below.
  if (n < 1 || (approximation.length !== length && approximation.length !== length + 1)) {
    throw new SignalError('`parts`', 'as long as `wavedec` made them', [approximation.length, length]);
  }
  const result = new Float64Array(n);
  const first = newest(taps, mode);
  for (let k = 0; k < length; k++) {
    for (let j = 0; j < taps; j++) {
      let i = first + 2 * k - j;
      if (mode === 'periodization') i = modulo(i, n);
      else if (i < 0 || i >= n) continue;
      result[i] += low[j] * approximation[k] + high[j] * detail[k];
    }
  }
  return result;
}

/** The newest sample that goes into the first coefficient. */
const newest = (taps: number, mode: WaveletMode): number => (mode === 'symmetric' ? 1 : taps / 2);

const modulo = (i: number, n: number): number => ((i % n) + n) % n;

/** Where a mirrored lead has sample i: … 1 0 | 0 1 … n-1 | n-1 n-2 … */
const mirrored =
  (n: number) =>
  (i: number): number => {
    const k = modulo(i, 2 * n);
    return k < n ? k : 2 * n - 1 - k;
  };

/** Where a repeated lead has sample i; the last sample of an odd one is there twice. */
const repeated =
  (n: number) =>
  (i: number): number =>
    Math.min(modulo(i, n + (n % 2)), n - 1);

function checkMode(mode: WaveletMode): void {
  if (mode === 'symmetric' || mode === 'periodization') return;
  throw new SignalError('`mode`', '`symmetric` or `periodization`', mode);
}

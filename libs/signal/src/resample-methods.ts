import { SignalError } from './errors.js';
import { fourierTransform, inverseFourierTransform } from './fourier-transform.js';
import { bridged, type Missing, type Samples } from './gaps.js';
import { rateChange } from './resample.js';

/**
 * Resamples one lead by straight lines between its samples (`numpy.interp`). Output sample j is at time j / toHz; there are ⌈n · toHz / fromHz⌉,
 * and past the last sample that one is held. A missing sample (NaN) makes those next to it missing. Quick and without ringing, but for a lower
 * rate it folds what is above half of it back into the band, where `resample` filters first.
 *
 * @throws {SignalError} `usage` for rates without a ratio of whole numbers up to 20,000
 * @example resampleLinear(lead, 360, 500) // 3600 samples -> 5000
 */
export function resampleLinear<T extends Samples>(samples: T, fromHz: number, toHz: number): T {
  const { up, down } = rateChange(fromHz, toHz);
  const n = samples.length;
  const result = alike(samples, Math.ceil((n * up) / down));
  for (let j = 0; j < result.length; j++) {
    const before = Math.floor((j * down) / up);
    const part = ((j * down) % up) / up;
    if (before >= n - 1) result[j] = samples[n - 1];
    else if (part === 0) result[j] = samples[before];
    else result[j] = samples[before] + part * (samples[before + 1] - samples[before]);
  }
  return result;
}

/** How {@link resampleFourier} treats ends and gaps. */
export interface FourierOptions {
  /**
   * A Fourier series starts again where it ends. `line` (default): the line through the first and the last sample is subtracted before and added
   * after, so that no step makes the ends ring. `wrap`: not, as in SciPy, for a lead that is periodic.
   */
  readonly pad?: 'line' | 'wrap';
  /** `error` by default; `keep` makes samples next to a missing one missing. */
  readonly missing?: Missing;
}

/**
 * Resamples one lead by its Fourier series, cut or filled with zeros (`scipy.signal.resample`). Output sample j is at time j / toHz; there are
 * ⌈n · toHz / fromHz⌉. Where that number isn't whole, the lead goes on from its last sample to its first by a straight line, until it is. Any
 * number m of samples instead of n: `resampleFourier(lead, n, m)`.
 *
 * @throws {SignalError} `usage` for rates that aren't above 0, or that neither fit the length nor have a ratio of whole numbers up to 20,000;
 *   `data` as {@link Missing} says
 * @example resampleFourier(lead, 360, 500) // 3600 samples -> 5000
 */
export function resampleFourier<T extends Samples>(
  samples: T,
  fromHz: number,
  toHz: number,
  { pad = 'line', missing = 'error' }: FourierOptions = {},
): T {
  if (pad !== 'line' && pad !== 'wrap') throw new SignalError('`pad`', '`line` or `wrap`', pad);
  const n = samples.length;
  const [from, to] = lengths(n, fromHz, toHz);
  if (n === 0) return samples.slice() as T;
  const work = bridged(samples, missing, 0, from - n);
  const first = pad === 'line' ? work[0] : 0;
  const slope = pad === 'line' && n > 1 ? (work[n - 1] - work[0]) / (n - 1) : 0;
  for (let i = 0; i < n; i++) work[i] -= first + slope * i;
  for (let i = n; i < from; i++) work[i] = work[n - 1] + ((work[0] - work[n - 1]) * (i - n + 1)) / (from - n + 1);
  const series = ofLength(fourierTransform({ re: work, im: new Float64Array(from) }), to);
  const resampled = inverseFourierTransform(series).re;
  const result = alike(samples, Math.ceil((n * to) / from));
  const gaps = missing === 'keep' && samples.some(Number.isNaN) ? resampleLinear(samples, from, to) : undefined;
  for (let j = 0; j < result.length; j++) {
    const value = resampled[j] * (to / from) + first + (slope * j * from) / to;
    result[j] = gaps && Number.isNaN(gaps[j]) ? NaN : value;
  }
  return result;
}

/** How many samples there are before and after, filled up so that both are whole. */
function lengths(n: number, fromHz: number, toHz: number): [from: number, to: number] {
  const exact = (n * toHz) / fromHz;
  const whole = Math.round(exact);
  if (fromHz > 0 && toHz > 0 && whole > 0 && Math.abs(exact / whole - 1) < 1e-9) return [n, whole];
  const { up, down } = rateChange(fromHz, toHz);
  const periods = Math.ceil(n / down);
  return [periods * down, periods * up];
}

/** The series of a signal of `length` samples: the slow part of it. The fastest term of an even number stands for both signs of its frequency. */
function ofLength(series: { re: Float64Array; im: Float64Array }, length: number) {
  const n = series.re.length;
  if (length === n) return series;
  const shorter = Math.min(n, length);
  const part = (values: Float64Array): Float64Array => {
    const result = new Float64Array(length);
    const positive = Math.ceil(shorter / 2);
    const negative = shorter - positive - (shorter % 2 === 0 ? 1 : 0);
    result.set(values.subarray(0, positive));
    if (negative > 0) result.set(values.subarray(n - negative), length - negative);
    return result;
  };
  const result = { re: part(series.re), im: part(series.im) };
  if (shorter % 2 === 0) {
    const k = shorter / 2;
    if (length < n) result.re[k] = 2 * series.re[k];
    else {
      for (const place of [k, length - k]) result.re[place] = series.re[k] / 2;
    }
  }
  return result;
}

function alike<T extends Samples>(samples: T, length: number): T {
  return (samples instanceof Float32Array ? new Float32Array(length) : new Float64Array(length)) as T; // the same kind of array
}

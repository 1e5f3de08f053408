import { CardioError } from '@cardio/core';
import { bessel } from './bessel.js';

/** A change of rate as whole numbers: `up` samples for every `down`. */
export interface RateChange {
  readonly up: number;
  readonly down: number;
}

/** The longest filter that {@link resample} makes has 20 times as many taps. */
const largestFactor = 20_000;

/**
 * The whole numbers whose ratio is `toHz / fromHz`, by continued fractions.
 *
 * @throws {CardioError} `usage` when no ratio of numbers up to 20,000 comes within 10⁻⁹ of it
 * @example rateChange(360, 500) // { up: 25, down: 18 }
 */
export function rateChange(fromHz: number, toHz: number): RateChange {
  const ratio = toHz / fromHz;
  if (!(fromHz > 0 && toHz > 0 && Number.isFinite(ratio))) {
    throw new CardioError('usage', `Rates must be finite and above 0 Hz. Received: ${fromHz} Hz to ${toHz} Hz.`);
  }
  let [up, down, lastUp, lastDown] = [1, 0, 0, 1];
  let rest = ratio;
  while (up <= largestFactor && down <= largestFactor) {
    const whole = Math.floor(rest);
    [up, down, lastUp, lastDown] = [whole * up + lastUp, whole * down + lastDown, up, down];
    if (up > largestFactor || down > largestFactor) break;
    if (up > 0 && Math.abs(up / down / ratio - 1) < 1e-9) return { up, down };
    rest = 1 / (rest - whole);
  }
  throw new CardioError(
    'usage',
    `${fromHz} Hz can't be resampled to ${toHz} Hz: no ratio of whole numbers up to ${largestFactor} is that.`,
  );
}

/**
 * Resamples one lead with a polyphase low-pass FIR: a Kaiser window (β = 5) on a sinc of 20 · max(up, down) + 1 taps that cuts at the lower of
 * the two Nyquist frequencies, as `scipy.signal.resample_poly` does. Output sample j is at time j / toHz, so that the first samples coincide;
 * there are ⌈n · toHz / fromHz⌉. A missing sample (NaN) makes those within ten samples (of the lower rate) missing.
 *
 * @param pad `zero`: zeros beyond the ends, as SciPy does. `line` (default): the same after subtracting the line through the first and the last
 *   sample, which is added again, so that an offset makes neither a step at the ends nor a ripple.
 * @example resample(lead, 360, 500) // 3600 samples -> 5000
 */
export function resample(
  samples: Float32Array,
  fromHz: number,
  toHz: number,
  pad: 'line' | 'zero' = 'line',
): Float32Array {
  const { up, down } = rateChange(fromHz, toHz);
  const n = samples.length;
  if (up === down || n === 0) return samples.slice();
  const taps = lowPass(up, down);
  const half = (taps.length - 1) / 2;
  const first = pad === 'line' ? samples[0] : 0;
  const slope = pad === 'line' && n > 1 ? (samples[n - 1] - first) / (n - 1) : 0;
  const result = new Float32Array(Math.ceil((n * up) / down));
  for (let j = 0; j < result.length; j++) {
    // Output j sits at j * down on the grid of up * fromHz, input k at k * up; the filter reaches half to either side.
    const centre = j * down;
    const from = Math.max(0, Math.ceil((centre - half) / up));
    const to = Math.min(n - 1, Math.floor((centre + half) / up));
    let sum = 0;
    for (let k = from, tap = half + centre - from * up; k <= to; k++, tap -= up) {
      sum += taps[tap] * (samples[k] - first - slope * k);
    }
    result[j] = sum + first + (slope * centre) / up;
  }
  return result;
}

const kaiserBeta = 5;

/** The windowed sinc, scaled so that its taps sum to `up` (`scipy.signal.firwin` times `up`). */
function lowPass(up: number, down: number): Float64Array {
  const factor = Math.max(up, down);
  const half = 10 * factor;
  const taps = Float64Array.from({ length: 2 * half + 1 }, (_, i) => {
    const x = (Math.PI * (i - half)) / factor;
    const position = (i - half) / half;
    return (x === 0 ? 1 : Math.sin(x) / x) * bessel(kaiserBeta * Math.sqrt(1 - position * position));
  });
  const sum = taps.reduce((total, tap) => total + tap, 0);
  return taps.map((tap) => (tap * up) / sum);
}

import { bessel } from './bessel.js';
import { SignalError } from './errors.js';
import type { Samples } from './gaps.js';

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
 * @throws {SignalError} `usage` for a rate that isn't finite and above 0, and when no ratio of numbers up to 20,000 comes within 10⁻⁹ of it
 * @example rateChange(360, 500) // { up: 25, down: 18 }
 */
export function rateChange(fromHz: number, toHz: number): RateChange {
  const ratio = toHz / fromHz;
  if (!(fromHz > 0 && toHz > 0 && Number.isFinite(ratio))) {
    throw new SignalError('Both rates', 'finite and above 0 Hz', `${fromHz} Hz to ${toHz} Hz`);
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
  throw new SignalError(
    'The ratio of the rates',
    `one of whole numbers up to ${largestFactor}`,
    `${fromHz} Hz to ${toHz} Hz`,
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
export function resample<T extends Samples>(
  samples: T,
  fromHz: number,
  toHz: number,
  pad: 'line' | 'zero' = 'line',
): T {
  const change = rateChange(fromHz, toHz);
  const { up, down } = change;
  const n = samples.length;
  if (up === down || n === 0) return samples.slice() as T;
  const { phases, reach } = planFor(change);
  const first = pad === 'line' ? samples[0] : 0;
  const slope = pad === 'line' && n > 1 ? (samples[n - 1] - first) / (n - 1) : 0;
  const work = workbench(n + 2 * reach);
  work.fill(0, 0, reach).fill(0, reach + n);
  for (let k = 0; k < n; k++) work[reach + k] = samples[k] - first - slope * k;
  const length = Math.ceil((n * up) / down);
  const result = new (samples.constructor as new (length: number) => T)(length);
  for (let j = 0; j < up && j < length; j++) {
    const { from, taps } = phases[(j * down) % up];
    filterPhase(taps, work, reach + from + Math.floor((j * down) / up), down, result, j, up);
  }
  for (let j = 0; j < length; j++) result[j] += first + (slope * j * down) / up;
  return result;
}

let scratch = new Float64Array(0);

/** A buffer that is used again, because making one takes as long as filling it. */
function workbench(length: number): Float64Array {
  if (scratch.length !== length) scratch = new Float64Array(length);
  return scratch;
}

/**
 * Every `up`th output from `j` on: one set of taps over samples that start `down` apart. Four at a time, with every `down`th tap, so that a
 * sample that was read for one output is at hand for the next.
 */
function filterPhase(
  taps: Float64Array,
  work: Float64Array,
  start: number,
  down: number,
  result: Samples,
  j: number,
  up: number,
): void {
  for (; j + 3 * up < result.length; j += 4 * up, start += 4 * down) {
    let a = 0;
    let b = 0;
    let c = 0;
    let d = 0;
    for (let first = 0; first < Math.min(down, taps.length); first++) {
      let at = start + first + 2 * down;
      let x = work[at - 2 * down];
      let y = work[at - down];
      let z = work[at];
      for (let t = first; t < taps.length; t += down) {
        const tap = taps[t];
        const next = work[(at += down)];
        a += tap * x;
        b += tap * y;
        c += tap * z;
        d += tap * next;
        x = y;
        y = z;
        z = next;
      }
    }
    result[j] = a;
    result[j + up] = b;
    result[j + 2 * up] = c;
    result[j + 3 * up] = d;
  }
  for (; j < result.length; j += up, start += down) {
    let sum = 0;
    for (let t = 0; t < taps.length; t++) sum += taps[t] * work[start + t];
    result[j] = sum;
  }
}

/** The taps for outputs that lie `phase` (0 to `up` - 1) after an input on the grid of up · fromHz, from input `from` of there on. */
interface Phase {
  readonly from: number;
  readonly taps: Float64Array;
}

/** A filter cut into phases; `reach` is how far they go beyond a sample at most. */
interface Plan {
  readonly phases: readonly Phase[];
  readonly reach: number;
}

const plans = new Map<string, Plan>();

/** The plan of a change of rate; the last few are kept, because leads and records come with the same one. */
function planFor({ up, down }: RateChange): Plan {
  const key = `${up}/${down}`;
  const known = plans.get(key);
  if (known) return known;
  const filter = lowPass(up, down);
  const half = (filter.length - 1) / 2;
  const phases = Array.from({ length: up }, (_, phase): Phase => {
    const from = Math.ceil((phase - half) / up);
    const to = Math.floor((phase + half) / up);
    return {
      from,
      taps: Float64Array.from({ length: to - from + 1 }, (_, k) => filter[half + phase - (from + k) * up]),
    };
  });
  const plan = { phases, reach: Math.ceil(half / up) + 1 };
  if (plans.size >= 8) plans.clear();
  plans.set(key, plan);
  return plan;
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

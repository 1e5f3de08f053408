import type { Samples } from './gaps.js';
import { filterPhases, polyphase } from './polyphase.js';
import { rateChange } from './rate-change.js';

export { rateChange, type RateChange } from './rate-change.js';

/**
 * Resamples one lead with a polyphase low-pass FIR: a Kaiser window (β = 5) on a sinc of 20 · max(up, down) + 1 taps that cuts at the lower of
 * the two Nyquist frequencies, as `scipy.signal.resample_poly` does. Output sample j is at time j / toHz, so that the first samples coincide;
 * there are ⌈n · toHz / fromHz⌉. A missing sample (NaN) makes those within ten samples (of the lower rate) missing.
 *
 * @param pad `zero`: zeros beyond the ends, as SciPy does. `line` (default): the same after subtracting the line through the first and the last
 *   sample that aren't missing, which is added again, so that an offset makes neither a step at the ends nor a ripple.
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
  const filter = polyphase(change);
  const { reach } = filter;
  const { height, slope } = pad === 'line' ? lineThrough(samples) : { height: 0, slope: 0 };
  const work = workbench(n + 2 * reach);
  work.fill(0, 0, reach).fill(0, reach + n);
  for (let k = 0; k < n; k++) work[reach + k] = samples[k] - height - slope * k;
  const length = Math.ceil((n * up) / down);
  const result = new (samples.constructor as new (length: number) => T)(length);
  filterPhases(filter, change, work, result);
  if (pad === 'line') for (let j = 0; j < length; j++) result[j] += height + (slope * j * down) / up;
  return result;
}

let scratch = new Float64Array(0);

/** A buffer that is used again, because making one takes as long as filling it. */
function workbench(length: number): Float64Array {
  if (scratch.length !== length) scratch = new Float64Array(length);
  return scratch;
}

/** Through the first and the last sample that are there: its height at sample 0, and how much it rises from one to the next. */
function lineThrough(samples: Samples): { height: number; slope: number } {
  let first = 0;
  let last = samples.length - 1;
  while (first < last && Number.isNaN(samples[first])) first++;
  while (last > first && Number.isNaN(samples[last])) last--;
  const slope = last > first ? (samples[last] - samples[first]) / (last - first) : 0;
  return { height: samples[first] - slope * first, slope };
}

import { CardioError } from '@cardio/core';

/** One lead, in any unit. Filters compute in double precision and answer in the precision of what they are given. */
export type Samples = Float32Array | Float64Array;

/**
 * What a filter does with missing samples (NaN): refuse the record (`error`); filter a straight line in their place (`interpolate`), a constant
 * at the ends; or the same, and mark them missing again in the result (`keep`). They never spread.
 */
export type Missing = 'error' | 'interpolate' | 'keep';

/**
 * A copy in double precision, missing samples bridged, with `before` and `after` free places around it.
 *
 * @throws {CardioError} `data` for an infinite sample, a missing one where that is an error, or nothing but missing ones
 */
export function bridged(samples: Samples, missing: Missing, before = 0, after = 0): Float64Array {
  const n = samples.length;
  const result = new Float64Array(before + n + after);
  let known = -1;
  for (let i = 0; i < n; i++) {
    const value = samples[i];
    if (Number.isNaN(value)) {
      if (missing !== 'error') continue;
      throw new CardioError(
        'data',
        `Sample ${i} of ${n} is missing (NaN) and would spread. Pass \`missing: 'interpolate'\` or \`missing: 'keep'\`.`,
      );
    }
    if (!Number.isFinite(value))
      throw new CardioError('data', `Sample ${i} of ${n} must be finite. Received: ${value}.`);
    result[before + i] = value;
    if (known < i - 1) {
      const first = known < 0 ? value : samples[known];
      const slope = (value - first) / (i - known);
      for (let k = known + 1; k < i; k++) result[before + k] = first + slope * (k - known);
    }
    known = i;
  }
  if (known < 0 && n > 0)
    throw new CardioError('data', `All ${n} samples are missing (NaN): there is nothing to filter.`);
  if (known < n - 1) result.fill(samples[known], before + known + 1, before + n);
  return result;
}

/** The filtered samples from `start` on, in the precision of the original and missing where that is to be kept. */
export function answer<T extends Samples>(filtered: Float64Array, original: T, missing: Missing, start = 0): T {
  const result = original.slice() as T;
  result.set(filtered.subarray(start, start + original.length));
  if (missing === 'keep') for (let i = 0; i < original.length; i++) if (Number.isNaN(original[i])) result[i] = NaN;
  return result;
}

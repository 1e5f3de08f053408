import { SignalError } from './errors.js';

/** One lead, in any unit. Filters compute in double precision and answer in the precision of what they are given. */
export type Samples = Float32Array | Float64Array;

/**
 * What a filter does with missing samples (NaN): refuse the record (`error`); filter a straight line in their place (`interpolate`), a constant
 * at the ends; or the same, and mark them missing again in the result (`keep`). They never spread.
 */
export type Missing = 'error' | 'interpolate' | 'keep';

/**
 * A lead without its gaps (NaN): a straight line between the samples on both sides; at the ends, the nearest sample. A lead that has not one
 * sample stays as it is, an empty one too.
 *
 * @param lead in any unit; not changed
 * @throws {SignalError} `data` for an infinite sample: no line leads there
 * @example fillGaps(Float32Array.of(NaN, 1, NaN, 3)) // 1, 1, 2, 3
 */
export function fillGaps<T extends Samples>(lead: T): T {
  const filled = lead.slice() as T;
  fillInPlace(filled);
  return filled;
}

/** Bridges the gaps, or refuses them, and tells whether there was any sample to do it with. */
function fillInPlace(lead: Samples, refuse = false): boolean {
  const n = lead.length;
  let last = -1; // the last sample that is there
  for (let i = 0; i < n; i++) {
    const value = lead[i];
    if (!Number.isFinite(value)) {
      const missing = Number.isNaN(value);
      if (missing && !refuse) continue;
      const advice = missing
        ? "Pass `missing: 'interpolate'` or `missing: 'keep'`, or a missing sample would spread."
        : 'Mark such samples as missing (NaN).';
      throw new SignalError(`Sample ${i} of ${n}`, 'finite', value, { code: 'data', advice });
    }
    if (last < i - 1) {
      const before = last < 0 ? value : lead[last];
      for (let k = last + 1; k < i; k++) lead[k] = before + ((value - before) * (k - last)) / (i - last);
    }
    last = i;
  }
  if (last >= 0) lead.fill(lead[last], last + 1);
  return last >= 0;
}

/**
 * A copy in double precision, missing samples bridged, with `before` and `after` free places around it.
 *
 * @throws {SignalError} `data` for an infinite sample, a missing one where that is an error, or nothing but missing ones
 */
export function bridged(samples: Samples, missing: Missing, before = 0, after = 0): Float64Array {
  const n = samples.length;
  const result = new Float64Array(before + n + after);
  const own = result.subarray(before, before + n);
  own.set(samples);
  if (!fillInPlace(own, missing === 'error') && n > 0) {
    throw new SignalError(`At least one of ${n} samples`, 'there to be filtered', NaN, { code: 'data' });
  }
  return result;
}

/** The filtered samples from `start` on, in the precision of the original and missing where that is to be kept. */
export function answer<T extends Samples>(filtered: Float64Array, original: T, missing: Missing, start = 0): T {
  const result = original.slice() as T;
  result.set(filtered.subarray(start, start + original.length));
  if (missing === 'keep') for (let i = 0; i < original.length; i++) if (Number.isNaN(original[i])) result[i] = NaN;
  return result;
}

import { describe, expect, test } from '@jest/globals';
import { fillGaps } from './gaps.js';

describe('gaps', () => {
  test.each([
    ['no gap', [1, 2], [1, 2]],
    ['gaps between samples, by a straight line', [0, NaN, NaN, 3, NaN, 5], [0, 1, 2, 3, 4, 5]],
    ['gaps at the ends, by the nearest sample', [NaN, NaN, 1, 2, NaN], [1, 1, 1, 2, 2]],
    ['a lead without any sample, not at all', [NaN, NaN], [NaN, NaN]],
    ['an empty lead', [], []],
  ])('fills %s', (_, lead, filled) => {
    expect(fillGaps(Float32Array.from(lead))).toEqual(Float32Array.from(filled));
    expect(fillGaps(Float64Array.from(lead))).toEqual(Float64Array.from(filled));
  });

  test('a lead is not changed', () => {
    const lead = Float32Array.of(NaN, 1);
    expect(fillGaps(lead)).not.toBe(lead);
    expect(lead[0]).toBeNaN();
  });

  test.each([[[1, NaN, Infinity]], [[-Infinity, 0, 1]]])('no line leads to an infinite sample: %j', (lead) =>
    expect(() => fillGaps(Float32Array.from(lead))).toThrow(/Sample \d of 3 must be finite. Received: -?Infinity/),
  );
});

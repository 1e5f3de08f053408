import { expect, test } from '@jest/globals';

import { spreadOf } from './spread.js';

test('the deviation is that of a sample: numpy.std([2, 4, 4, 4, 5, 5, 7, 9], ddof=1)', () => {
  const spread = spreadOf([2, 4, 4, 4, 5, 5, 7, 9]);
  expect(spread).toMatchObject({ n: 8, mean: 5, min: 2, max: 9 });
  expect(spread.deviation).toBeCloseTo(2.138089935299395, 14); // the last digit of float64
});

test('what is undefined is left out, and one value has no deviation', () => {
  expect(spreadOf([null, 0.5, undefined])).toEqual({ n: 1, mean: 0.5, deviation: null, min: 0.5, max: 0.5 });
  expect(spreadOf([null])).toEqual({ n: 0, mean: null, deviation: null, min: null, max: null });
});

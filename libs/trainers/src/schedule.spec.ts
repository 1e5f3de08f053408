import { expect, test } from '@jest/globals';

import { learningRateAt } from './schedule.js';

const config = { learningRate: 2, schedule: 'constant', warmupEpochs: 0, epochs: 10 } as const;

test('a constant rate is constant', () => {
  for (const start of [0, 3.5, 9.9]) expect(learningRateAt(config, start, start + 0.1)).toBe(2);
});

test('a warm-up rises linearly and reaches the rate with its last step', () => {
  const rates = [0, 0.25, 0.5, 0.75, 1].map((t) => learningRateAt({ ...config, warmupEpochs: 1 }, t, t + 0.25));
  expect(rates).toEqual([0.5, 1, 1.5, 2, 2]);
});

test('a cosine starts at the rate, is half way at the middle and ends near 0', () => {
  const rate = (t: number): number => learningRateAt({ ...config, schedule: 'cosine', warmupEpochs: 2 }, t, t + 0.5);
  expect(rate(2)).toBe(2);
  expect(rate(6)).toBeCloseTo(1, 12);
  expect(rate(9.99)).toBeLessThan(1e-4);
});

import { describe, expect, test } from '@jest/globals';
import { createRandom, type Batch } from '@cardio/core';
import { beta } from './beta.js';
import { cutmix, mixup } from './mix.js';

describe('the Beta distribution', () => {
  // Distribution functions in closed form: arcsine (1/2), uniform (1), a parabola's (2).
  test.each([
    [0.5, (x: number) => (2 / Math.PI) * Math.asin(Math.sqrt(x))],
    [1, (x: number) => x],
    [2, (x: number) => 3 * x ** 2 - 2 * x ** 3],
  ])('with parameters %d is drawn from', (alpha, distribution) => {
    const random = createRandom(5);
    const drawn = Array.from({ length: 20_000 }, () => beta(random, alpha)).sort((a, b) => a - b);
    const distance = Math.max(...drawn.map((x, i) => Math.abs(distribution(x) - (i + 0.5) / drawn.length)));
    expect(distance * Math.sqrt(drawn.length)).toBeLessThan(1.63); // Kolmogorov and Smirnov, 1 %
  });

  test.each([0.05, 0.2, 100])('with parameters %d has mean 1/2 and variance 1 / (8 alpha + 4)', (alpha) => {
    const random = createRandom(6);
    const drawn = Array.from({ length: 20_000 }, () => beta(random, alpha));
    const mean = drawn.reduce((a, b) => a + b) / drawn.length;
    const variance = drawn.reduce((sum, x) => sum + (x - 0.5) ** 2, 0) / drawn.length;
    const expected = 1 / (8 * alpha + 4);
    expect(Math.abs(mean - 0.5)).toBeLessThan(4 * Math.sqrt(expected / drawn.length));
    expect(variance / expected).toBeCloseTo(1, 1);
  });
});

const [size, time, leads, classes] = [16, 50, 3, 4];
/** Every sample of an example is its number; its label is its number modulo 4. */
const batch: Batch = {
  x: Float32Array.from({ length: size * time * leads }, (_, i) => Math.floor(i / (time * leads))),
  y: Float32Array.from({ length: size * classes }, (_, i) =>
    Math.floor(i / classes) % classes === i % classes ? 1 : 0,
  ),
  features: Float32Array.from({ length: size * 2 }, (_, i) => Math.floor(i / 2)),
  ids: Array.from({ length: size }, (_, b) => `r${b}`),
  shape: { size, time, leads, classes, features: 2 },
};
const exampleOf = ({ x, y, features = new Float32Array(0) }: Batch, b: number) => ({
  x: [...x.subarray(b * time * leads, (b + 1) * time * leads)],
  y: [...y.subarray(b * classes, (b + 1) * classes)],
  features: [...features.subarray(2 * b, 2 * b + 2)],
});

describe.each([
  ['mixup', mixup],
  ['cutmix', cutmix],
])('%s', (_, mix) => {
  test('keeps the sum of each label, ids and shape, and leaves what it is given', () => {
    const copy = { ...batch, x: batch.x.slice(), y: batch.y.slice() };
    const mixed = mix(batch, createRandom(1), { alpha: 1 });
    for (let b = 0; b < size; b++) expect(exampleOf(mixed, b).y.reduce((a, c) => a + c)).toBeCloseTo(1, 6);
    expect([mixed.ids, mixed.shape]).toEqual([batch.ids, batch.shape]);
    expect(batch).toEqual(copy);
    expect(mixed.x).not.toEqual(batch.x);
  });

  test('is decided by its random numbers', () => {
    expect(mix(batch, createRandom(1))).toEqual(mix(batch, createRandom(1)));
    expect(mix(batch, createRandom(1))).not.toEqual(mix(batch, createRandom(2)));
  });

  test('leaves a batch alone at probability 0, and one of a single example', () => {
    expect(mix(batch, createRandom(1), { probability: 0 })).toEqual(batch);
    const single = {
      ...batch,
      x: batch.x.slice(0, time * leads),
      y: batch.y.slice(0, 4),
      ids: ['r0'],
      shape: { ...batch.shape, size: 1 },
    };
    expect(mix({ ...single, features: Float32Array.of(1, 2) }, createRandom(1)).x).toEqual(single.x);
  });

  test('of multi-hot labels mixes each bit', () => {
    const several = { ...batch, y: new Float32Array(size * classes).fill(1) };
    for (const value of mix(several, createRandom(1), { alpha: 1 }).y) expect(value).toBeCloseTo(1, 6);
  });

  test('refuses a bad configuration', () => {
    expect(() => mix(batch, createRandom(1), { alpha: 0 })).toThrow('`alpha`: Too small');
  });
});

test('mixup mixes samples, labels and features by one share', () => {
  const mixed = mixup(batch, createRandom(3), { alpha: 1 });
  for (let b = 0; b < size; b++) {
    const { x, y, features } = exampleOf(mixed, b);
    expect(new Set(x).size).toBe(1);
    expect(features).toEqual([x[0], x[0]]);
    // Labels are numbers modulo 4: their mean is that of the two examples, modulo 4 each.
    const share = y[b % 4];
    const others = Array.from({ length: size }, (_, o) => o).filter(
      (o) => Math.abs(share * b + (1 - share) * o - x[0]) < 1e-4,
    );
    if (share < 1) expect(others.some((o) => o % 4 === b % 4 || Math.abs(y[o % 4] - (1 - share)) < 1e-6)).toBe(true);
  }
});

test('cutmix puts in one stretch, in all leads, and mixes labels by what stayed', () => {
  const mixed = cutmix(batch, createRandom(3), { alpha: 1 });
  let cut = 0;
  for (let b = 0; b < size; b++) {
    const { x, y } = exampleOf(mixed, b);
    const foreign = x.map((value) => value !== b);
    const [first, last] = [foreign.indexOf(true), foreign.lastIndexOf(true)];
    if (first < 0) continue;
    cut++;
    expect([first % leads, (last + 1) % leads]).toEqual([0, 0]);
    expect(new Set(x.slice(first, last + 1)).size).toBe(1);
    const other = x[first];
    const share = 1 - (last + 1 - first) / (time * leads);
    if (other % 4 !== b % 4)
      expect([y[b % 4], y[other % 4]]).toEqual([expect.closeTo(share, 6), expect.closeTo(1 - share, 6)]);
  }
  expect(cut).toBeGreaterThan(8);
});

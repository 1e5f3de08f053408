import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { moments, standardise } from './index.js';

describe('moments', () => {
  test('of 1 to 8 are those of a text book, however they are cut', () => {
    const expected = { mean: 4.5, std: Math.sqrt(5.25) }; // (n + 1) / 2 and √((n² − 1) / 12)
    expect(moments([Float32Array.of(1, 2, 3, 4, 5, 6, 7, 8)])).toEqual(expected);
    const cut = moments([
      Float32Array.of(8, 1),
      new Float32Array(0),
      Float32Array.of(7, NaN, 2, 6),
      Float32Array.of(3, 4, 5),
    ]);
    expect(cut.mean).toBeCloseTo(expected.mean, 14);
    expect(cut.std).toBeCloseTo(expected.std, 14);
  });

  test('keep their precision far from zero', () => {
    const random = createRandom(1);
    const pieces = Array.from({ length: 50 }, () =>
      Float32Array.from({ length: 100 }, () => 1000 + (random.next() < 0.5 ? -0.5 : 0.5)),
    );
    // The mean of ±0.5 is at most 0.5 away, so std = √(0.25 − d²); the sum of squares itself is 5e9.
    const { mean, std } = moments(pieces);
    expect(std).toBeCloseTo(Math.sqrt(0.25 - (mean - 1000) ** 2), 12);
  });

  test('of nothing are NaN', () => expect(moments([Float32Array.of(NaN)])).toEqual({ mean: NaN, std: NaN }));
});

describe('standardise', () => {
  const of = (...samples: number[][]) => ({
    samples: samples.map((s) => Float32Array.from(s)),
    sampleRateHz: 100,
    leads: ['I', 'II'],
  });

  test('by its own moments gives mean 0 and deviation 1 over all leads together', () => {
    const signal = of([0, 2, 4], [10, 12, 14]);
    const result = standardise(signal, moments(signal.samples));
    const { mean, std } = moments(result.samples);
    // Tolerance: single precision of the samples.
    expect(mean).toBeCloseTo(0, 6);
    expect(std).toBeCloseTo(1, 6);
    expect(result.leads).toBe(signal.leads);
  });

  test('keeps missing samples missing and a constant signal finite', () =>
    expect(standardise(of([NaN, 3], [3, 3]), { mean: 3, std: 0 }).samples).toEqual([
      Float32Array.of(NaN, 0),
      Float32Array.of(0, 0),
    ]));
});

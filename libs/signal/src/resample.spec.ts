import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { rateChange, resample } from './resample.js';

// Made by golden/resample.py with scipy.signal.resample_poly.
const golden = JSON.parse(readFileSync(new URL('../golden/resample.json', import.meta.url), 'utf8')) as {
  samples: number[];
  cases: { fromHz: number; toHz: number; pad: 'line' | 'zero'; samples: number[] }[];
};
const largestDifference = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.max(...Array.from(a, (value, i) => Math.abs(value - b[i])));

describe('resampling', () => {
  test.each(golden.cases)('from $fromHz to $toHz Hz with $pad padding equals scipy', (expected) => {
    const result = resample(Float32Array.from(golden.samples), expected.fromHz, expected.toHz, expected.pad);
    expect(result.length).toBe(expected.samples.length);
    expect(largestDifference(result, expected.samples)).toBeLessThan(1e-6);
  });

  test('keeps a sine below both Nyquist frequencies, at the same times', () => {
    const sine = (rate: number) =>
      Float32Array.from({ length: rate * 4 }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / rate));
    const inner = (x: Float32Array) => x.subarray(500, 1500);
    // The Kaiser window's ripple of 2 thousandths.
    expect(largestDifference(inner(resample(sine(360), 360, 500)), inner(sine(500)))).toBeLessThan(2e-3);
  });

  test('keeps a straight line, whatever its offset', () => {
    const line = Float32Array.from({ length: 100 }, (_, i) => 300 + i / 10);
    const expected = Float32Array.from({ length: 200 }, (_, j) => 300 + j / 20);
    expect(largestDifference(resample(line, 100, 200), expected)).toBeLessThan(1e-4);
  });

  test('makes only the neighbourhood of a missing sample missing', () => {
    const holed = new Float32Array(1000).fill(1);
    holed[500] = NaN;
    const missing = [...resample(holed, 500, 250).keys()].filter((j) => Number.isNaN(resample(holed, 500, 250)[j]));
    expect([Math.min(...missing), Math.max(...missing)]).toEqual([240, 260]);
  });

  test.each([
    ['the first sample', [0]],
    ['the last sample', [999]],
    ['samples at both ends', [0, 1, 2, 998, 999]],
  ])('of a straight line without %s is that line, but for the neighbourhood', (_, missing) => {
    const line = Float64Array.from({ length: 1000 }, (_, i) => (missing.includes(i) ? NaN : 300 + i / 10));
    const result = resample(line, 500, 250);
    for (const [j, value] of result.entries()) {
      const near = missing.some((i) => Math.abs(i / 2 - j) <= 10);
      if (near) expect(value).toBeNaN();
      else expect(Math.abs(value - (300 + j / 5))).toBeLessThan(1e-9);
    }
  });

  test('of nothing but missing samples is missing', () =>
    expect(resample(new Float32Array(20).fill(NaN), 500, 250).every(Number.isNaN)).toBe(true));

  test('copies at an unchanged rate', () => {
    const samples = Float32Array.of(1, 2);
    expect(resample(samples, 250, 250)).toEqual(samples);
    expect(resample(samples, 250, 250)).not.toBe(samples);
    expect(resample(new Float32Array(0), 250, 500)).toHaveLength(0);
  });

  test('finds whole-number ratios of fractional rates too', () => {
    expect(rateChange(360, 500)).toEqual({ up: 25, down: 18 });
    expect(rateChange(999.5, 500)).toEqual({ up: 1000, down: 1999 });
    expect(rateChange(500, 100)).toEqual({ up: 1, down: 5 });
  });

  test.each([
    [0, 100],
    [100, -1],
    [NaN, 100],
    [Math.PI, 500],
  ])('refuses %d Hz to %d Hz', (from, to) => expect(() => rateChange(from, to)).toThrow(`${from} Hz`));
});

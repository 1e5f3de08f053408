import { describe, expect, test } from '@jest/globals';
import { difference, few, golden, noise, type Seeded } from './testing/golden.js';
import { wavedec, type WaveletMode, waverec } from './wavelet-transform.js';
import { type Wavelet, waveletFilters } from './wavelets.js';

// Made by golden/wavelets.py with PyWavelets.
const { filters, transforms } = golden<{
  filters: Record<Wavelet, [low: number[], high: number[]]>;
  transforms: (Seeded & {
    wavelet: Wavelet;
    mode: WaveletMode;
    level: number;
    lengths: number[];
    parts: number[][];
    ends: number[][];
    scaled: number[];
  })[];
}>('wavelets');

describe.each(Object.keys(filters) as Wavelet[])('%s', (name) => {
  const { low, high } = waveletFilters(name);

  test('has the filters of PyWavelets', () => expect([[...low], [...high]]).toEqual(filters[name]));

  // PyWavelets' tables of symlets have 12 digits.
  test('is orthogonal to itself and its high-pass at every even shift', () => {
    for (let shift = 0; shift < low.length; shift += 2) {
      const dot = (a: Float64Array, b: Float64Array) =>
        a.reduce((sum, value, i) => sum + value * (b[i + shift] ?? 0), 0);
      expect(dot(low, low)).toBeCloseTo(shift === 0 ? 1 : 0, 11);
      expect(dot(high, high)).toBeCloseTo(shift === 0 ? 1 : 0, 11);
      expect(dot(low, high)).toBeCloseTo(0, 11);
    }
  });

  test('sees no polynomial below its number of vanishing moments', () => {
    const moments = Number(/\d+/.exec(name)?.[0]);
    for (let power = 0; power < moments; power++) {
      const terms = [...high].map((tap, i) => tap * (i / high.length) ** power);
      expect(terms.reduce((a, b) => a + b)).toBeCloseTo(0, 8);
    }
  });
});

test.each(transforms)('$wavelet, $mode, $level levels of $n samples equal PyWavelets', (expected) => {
  const { level } = expected;
  const x = noise(expected);
  const parts = wavedec(x, level, expected);
  expect(parts.map((part) => part.length)).toEqual(expected.lengths);
  for (const [i, part] of parts.entries()) {
    expect(difference(few(part), expected.parts[i])).toBeLessThan(1e-9);
    expect(difference([part[0], part[part.length - 1]], expected.ends[i])).toBeLessThan(1e-9);
  }
  const scaled = parts.map((part, i) => part.map((value) => value * (i + 1)));
  expect(difference(few(waverec(scaled, expected)), expected.scaled)).toBeLessThan(1e-9);
  // To the digits of PyWavelets' tables.
  expect(difference(waverec(parts, expected).subarray(0, x.length), x)).toBeLessThan(1e-10);
});

test('periodization keeps the energy', () => {
  const x = noise({ n: 1024, seed: 3 });
  const energy = (all: readonly Float64Array[]) => all.reduce((sum, part) => part.reduce((s, v) => s + v * v, sum), 0);
  expect(energy(wavedec(x, 5, { wavelet: 'db6', mode: 'periodization' })) / energy([x])).toBeCloseTo(1, 12);
});

test.each<[string, string, unknown, () => unknown]>([
  ['usage', '`levels` must be a whole number, at least 1. Received: 0.', 0, () => wavedec([1, 2], 0)],
  ['data', 'must be at least 8 samples long. Received: 7.', 7, () => wavedec(new Float64Array(7), 3)],
  ['data', 'must be at least 2 samples long. Received: 0.', 0, () => wavedec([], 1)],
  ['data', 'Sample 1 of 2 must be finite. Received: NaN.', NaN, () => wavedec([1, NaN], 1)],
  ['usage', '`wavelet` must be one of db1, db2', 'db99', () => wavedec([1, 2], 1, { wavelet: 'db99' as Wavelet })],
  ['usage', '`mode` must be `symmetric`', 'zero', () => wavedec([1, 2], 1, { mode: 'zero' as WaveletMode })],
  ['usage', 'at least one detail', '1 arrays', () => waverec([new Float64Array(4)])],
  ['usage', '`parts` must be as long', [9, 4], () => waverec([new Float64Array(9), new Float64Array(4)])],
])('%s: %s', (code, message, value, run) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: 'SignalError', code, value, bound: expect.any(String) }));
});

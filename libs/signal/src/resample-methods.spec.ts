import { describe, expect, test } from '@jest/globals';
import { fourierTransform, inverseFourierTransform } from './fourier-transform.js';
import { resampleFourier, resampleLinear } from './resample-methods.js';
import { resample } from './resample.js';
import { difference, few, golden, noise, type Seeded } from './testing/golden.js';

// Made by golden/resample-methods.py with SciPy and NumPy.
const { transforms, fourier, linear } = golden<{
  transforms: (Seeded & { re: number[]; im: number[] })[];
  fourier: (Seeded & { m: number; wrap: number[]; line: number[] })[];
  linear: (Seeded & { fromHz: number; toHz: number; samples: number[]; end: number[]; length: number })[];
}>('resample-methods');

describe('the Fourier transform', () => {
  test.each(transforms)('of $n samples equals SciPy, and back', ({ n, seed, re, im }) => {
    const x = { re: noise({ n, seed }), im: noise({ n, seed: seed + 1 }) };
    const y = fourierTransform(x);
    expect(difference(few(y.re), re)).toBeLessThan(1e-9);
    expect(difference(few(y.im), im)).toBeLessThan(1e-9);
    const back = inverseFourierTransform(y);
    expect(difference(back.re, x.re)).toBeLessThan(1e-12);
    expect(difference(back.im, x.im)).toBeLessThan(1e-12);
  });
});

describe('Fourier resampling', () => {
  test.each(fourier)('of $n samples to $m equals SciPy', ({ n, seed, m, wrap, line }) => {
    const x = noise({ n, seed });
    expect(difference(few(resampleFourier(x, n, m, { pad: 'wrap' })), wrap)).toBeLessThan(1e-9);
    expect(difference(few(resampleFourier(x, n, m)), line)).toBeLessThan(1e-9);
  });

  test('keeps a periodic sine at the right times, at a rate that does not fit its length too', () => {
    const sine = (rate: number, n: number) =>
      Float64Array.from({ length: n }, (_, i) => Math.sin((2 * Math.PI * 5 * i) / rate));
    expect(difference(resampleFourier(sine(360, 720), 360, 500, { pad: 'wrap' }), sine(500, 1000))).toBeLessThan(1e-12);
    const odd = resampleFourier(sine(360, 1081), 360, 500);
    expect(odd).toHaveLength(1502);
    expect(difference(odd.subarray(300, 1200), sine(500, 1502).subarray(300, 1200))).toBeLessThan(1e-3);
  });
});

test.each(linear)('linear resampling from $fromHz to $toHz Hz equals NumPy', (expected) => {
  const y = resampleLinear(noise(expected), expected.fromHz, expected.toHz);
  expect(y).toHaveLength(expected.length);
  expect(difference(few(y), expected.samples)).toBeLessThan(1e-9);
  expect(difference(y.subarray(-1), expected.end)).toBeLessThan(1e-9);
});

const rates = [[360, 500], [500, 100], [100, 500], [250, 256], [257, 100], [1000, 333], [7, 11], [999.5, 500]] as const; // prettier-ignore

describe.each([
  ['polyphase', resample],
  ['Fourier', resampleFourier],
  ['linear', resampleLinear],
] as const)('%s resampling', (_, method) => {
  test.each(rates)(
    'from %d to %d Hz leaves a constant constant, ends too, and has the length it should',
    (from, to) => {
      const result = method(new Float32Array(333).fill(-0.7), from, to);
      expect(result).toHaveLength(Math.ceil(333 * (to / from)));
      expect(new Set(result)).toEqual(new Set([Math.fround(-0.7)]));
    },
  );

  test('leaves a straight line straight where the new rate does not reach past its end', () => {
    const line = Float32Array.from({ length: 101 }, (_, i) => 3 + i / 4);
    const expected = Float32Array.from({ length: 201 }, (_, j) => 3 + j / 8);
    expect(difference(method(line, 100, 200).subarray(0, 201), expected)).toBeLessThan(1e-6);
  });

  test('gives nothing for nothing, one for one, and a copy at an unchanged rate', () => {
    expect(method(new Float32Array(0), 100, 200)).toHaveLength(0);
    expect(method(Float32Array.of(4), 100, 200)).toEqual(Float32Array.of(4, 4));
    const samples = Float32Array.of(1, 2);
    expect(method(samples, 250, 250)).toEqual(samples);
    expect(method(samples, 250, 250)).not.toBe(samples);
  });

  test.each([[0, 100], [100, 0], [100, -1], [NaN, 100], [Math.PI, 500]])('refuses %d to %d Hz', (from, to) =>
    expect(() => method(new Float32Array(10), from, to)).toThrow(expect.objectContaining({ code: 'usage' })),
  ); // prettier-ignore
});

describe('missing samples', () => {
  const line = Float64Array.from({ length: 50 }, (_, i) => i / 4);
  const holed = line.map((value, i) => (i === 20 || i === 21 ? NaN : value));
  const missingOf = (x: Float64Array) => [...x.keys()].filter((j) => Number.isNaN(x[j]));

  test('make those next to them missing by lines', () =>
    expect(missingOf(resampleLinear(holed, 100, 200))).toEqual([39, 40, 41, 42, 43]));

  test('are refused, bridged or kept by a Fourier series', () => {
    expect(() => resampleFourier(holed, 100, 200)).toThrow('Sample 20 of 50 must be finite');
    const filled = resampleFourier(holed, 100, 200, { missing: 'interpolate' });
    expect(difference(filled, resampleFourier(line, 100, 200))).toBeLessThan(1e-12);
    expect(missingOf(resampleFourier(holed, 100, 200, { missing: 'keep' }))).toEqual([39, 40, 41, 42, 43]);
  });
});

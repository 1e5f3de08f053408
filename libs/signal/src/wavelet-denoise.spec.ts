import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { synthesizeEcg } from './index.js';
import { difference, few, golden, noise, type Seeded } from './testing/golden.js';
import { waveletBaseline, waveletDenoise, type WaveletDenoiseOptions } from './wavelet-denoise.js';
import type { WaveletOptions } from './wavelet-transform.js';

// Made by golden/wavelets.py with PyWavelets.
const { denoised, baselines } = golden<{
  denoised: (Seeded & WaveletDenoiseOptions & { level: number; samples: number[] })[];
  baselines: (Seeded & WaveletOptions & { level: number; samples: number[] })[];
}>('wavelets');

test.each(denoised)('$wavelet, $mode, $threshold, noise of $noise: equals PyWavelets', (expected) => {
  const result = waveletDenoise(noise(expected), { ...expected, levels: expected.level });
  expect(difference(few(result), expected.samples)).toBeLessThan(1e-9);
});

test.each(baselines)('without the approximation of level $level, $wavelet, $mode: equals PyWavelets', (expected) => {
  const result = waveletBaseline(noise(expected), 2 ** expected.level, { ...expected, cutoffHz: 0.5 });
  expect(difference(few(result), expected.samples)).toBeLessThan(1e-9);
});

const rate = 500;
const clean = synthesizeEcg({ seconds: 10, sampleRateHz: rate, heartRateBpm: 72, seed: 4, noise: 0 }).signal.samples[1];
const power = (x: Float32Array): number => x.reduce((sum, value) => sum + value * value, 0) / x.length;
const distance = (a: Float32Array, b: Float32Array): number => power(a.map((value, i) => value - b[i]));

describe('of an ECG', () => {
  // White noise 10, 20 and 30 dB below the ECG. Measured: 8.0, 7.3 and 7.0 dB.
  test.each([10, 20, 30])('the noise falls by more than 6.5 dB from a ratio of %d dB', (ratio) => {
    const random = createRandom(5);
    const size = Math.sqrt(power(clean) / 10 ** (ratio / 10));
    const noisy = clean.map((value) => value + size * random.normal());
    const gain = (options: WaveletDenoiseOptions) =>
      10 * Math.log10(distance(noisy, clean) / distance(waveletDenoise(noisy, options), clean));
    expect(gain({})).toBeGreaterThan(6.5);
    expect(gain({ wavelet: 'db6' })).toBeGreaterThan(6.5);
    expect(gain({ threshold: 'soft' })).toBeLessThan(gain({}) + 0.1); // why `hard` is the default
    expect(gain({ noise: 'level' })).toBeLessThan(gain({}) + 0.1); // and `finest`
  });

  test('a clean one hardly changes', () =>
    expect(distance(waveletDenoise(clean), clean) / power(clean)).toBeLessThan(1e-3));

  test('an offset and a drift of 0.1 Hz go, the beats stay', () => {
    const drifting = clean.map((value, i) => value + 2 + Math.sin((2 * Math.PI * 0.1 * i) / rate));
    const level = waveletBaseline(drifting, rate);
    expect(distance(level, waveletBaseline(clean, rate)) / power(clean)).toBeLessThan(0.05);
  });

  test('in single and in double precision, without changing it', () => {
    const copy = clean.slice();
    expect(waveletDenoise(clean)).toBeInstanceOf(Float32Array);
    expect(waveletDenoise(Float64Array.from(clean))).toBeInstanceOf(Float64Array);
    expect(clean).toEqual(copy);
  });
});

test('a constant stays, and goes with the baseline, to the digits of the tables', () => {
  const constant = new Float64Array(100).fill(300);
  expect(difference(waveletDenoise(constant), constant)).toBeLessThan(1e-10);
  expect(Math.max(...waveletBaseline(constant, 8).map(Math.abs))).toBeLessThan(1e-8);
});

describe.each([
  ['waveletDenoise', (x: Float64Array, options = {}) => waveletDenoise(x, options)],
  ['waveletBaseline', (x: Float64Array, options = {}) => waveletBaseline(x, 8, options)],
])('%s', (_, filter) => {
  test('bridges missing samples, or keeps them, or refuses them', () => {
    const line = Float64Array.from({ length: 400 }, (_, i) => 2 + i / 10);
    const holed = line.map((value, i) => (i >= 100 && i < 110 ? NaN : value));
    expect(() => filter(holed)).toThrow('Sample 100 of 400 must be finite. Received: NaN.');
    const bridged = filter(holed, { missing: 'interpolate' });
    expect(difference(bridged, filter(line))).toBeLessThan(1e-12);
    expect(filter(holed, { missing: 'keep' })).toEqual(bridged.map((v, i) => (Number.isNaN(holed[i]) ? NaN : v)));
  });

  test('leaves zeros alone', () => expect(filter(new Float64Array(100))).toEqual(new Float64Array(100)));

  test.each([0, 1, 7])('refuses %d samples', (n) =>
    expect(() => filter(new Float64Array(n))).toThrow(expect.objectContaining({ name: 'SignalError', value: n })),
  );
});

test.each<[string, unknown, () => unknown]>([
  ['`threshold` must be', 'firm', () => waveletDenoise(clean, { threshold: 'firm' as 'soft' })],
  ['`noise` must be', 'all', () => waveletDenoise(clean, { noise: 'all' as 'level' })],
  ['`levels` must be', 0, () => waveletDenoise(clean, { levels: 0 })],
  ['`sampleRateHz` must be finite and above 0', 0, () => waveletBaseline(clean, 0)],
  ['above 0 and below 250 Hz', 250, () => waveletBaseline(clean, rate, { cutoffHz: 250 })],
  ['A lead for 20 levels', clean.length, () => waveletBaseline(clean, rate, { cutoffHz: 0.0003 })],
])('%s', (message, value, run) => {
  expect(run).toThrow(message);
  expect(run).toThrow(expect.objectContaining({ name: 'SignalError', value, bound: expect.any(String) }));
});

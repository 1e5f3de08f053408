import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { bandShares } from './band-shares.js';
import { signalQuality } from './quality.js';
import { kurtosis } from './quality-measures.js';
import { synthesizeEcg } from './synthetic.js';

// Made by golden/statistics.py with scipy.stats.kurtosis and scipy.signal.welch.
const golden = JSON.parse(readFileSync(new URL('../golden/statistics.json', import.meta.url), 'utf8')) as {
  sampleRateHz: number;
  samples: number[][];
  gaps: number[][];
  kurtosis: number[];
  baseline: number[];
  powerline50: number[];
  powerline60: number[];
};

describe('measures', () => {
  test.each([0, 1, 2])('of lead %d equal SciPy', (l) => {
    const samples = Float32Array.from(golden.samples[l]);
    const bands = [[0, 0.5], [49, 51], [59, 61]] as const; // prettier-ignore
    const [baseline, fifty, sixty] = bandShares(samples, golden.sampleRateHz, bands);
    expect(Math.abs(baseline - golden.baseline[l])).toBeLessThan(1e-9);
    expect(Math.abs(fifty - golden.powerline50[l])).toBeLessThan(1e-9);
    expect(Math.abs(sixty - golden.powerline60[l])).toBeLessThan(1e-9);
    for (const i of golden.gaps[l]) samples[i] = NaN;
    expect(Math.abs(kurtosis(samples) / golden.kurtosis[l] - 1)).toBeLessThan(1e-9);
  });

  test('the shares of all bands are all the power', () => {
    const samples = Float32Array.from(golden.samples[0]);
    const [low, high] = bandShares(samples, 125, [[0, 10], [10, 62.5]]); // prettier-ignore
    expect(low + high).toBeCloseTo(1, 12);
  });

  test('a gap is bridged by a line: a ramp stays a ramp', () => {
    const ramp = Float32Array.from({ length: 500 }, (_, i) => i);
    const gappy = ramp.map((value) => (value > 200 && value < 300 ? NaN : value));
    expect(bandShares(gappy, 100, [[0, 0.5]])).toEqual(bandShares(ramp, 100, [[0, 0.5]]));
  });
});

const rate = 500;
const { signal } = synthesizeEcg({ seconds: 10, sampleRateHz: rate, heartRateBpm: 72, seed: 2 });
const spoil = (to: (value: number, i: number) => number) => ({
  ...signal,
  samples: signal.samples.map((lead, l) => (signal.leads[l] === 'V1' ? lead.map(to) : lead)),
});
const first = (changed: typeof signal, options = {}) => signalQuality(changed, options).leads[6];

describe('the quality of a record', () => {
  test('is perfect for a clean ECG', () => {
    const clean = synthesizeEcg({ seconds: 10, sampleRateHz: rate, heartRateBpm: 72, seed: 2, noise: 0 }).signal;
    const { score, reasons, leads } = signalQuality(clean);
    expect([score, reasons]).toEqual([1, []]);
    expect(leads.map(({ lead }) => lead)).toEqual(clean.leads);
  });

  test.each([
    ['flat', 'flat', () => 0.3],
    ['missing', 'missing', () => NaN],
    ['powerline', 'hum of 50 Hz', (v: number, i: number) => v + 2 * Math.sin((2 * Math.PI * 50 * i) / rate)],
    ['powerline', 'hum of 60 Hz', (v: number, i: number) => v + 2 * Math.sin((2 * Math.PI * 60 * i) / rate)],
    ['baseline', 'drift of 0.2 Hz', (v: number, i: number) => v + 3 * Math.sin((2 * Math.PI * 0.2 * i) / rate)],
    ['clipped', 'clipping', (v: number) => Math.min(0.05, Math.max(-0.05, v))],
  ] as const)('%s leads the reasons of a lead with %s', (reason, _, to) => {
    const { score, reasons } = first(spoil(to));
    expect(reasons[0]).toBe(reason);
    expect(score).toBeLessThan(0.2);
    expect(signalQuality(spoil(to)).reasons[0]).toMatch(new RegExp(`^V1: ${reason}`));
  });

  test('counts missing, flat and clipped samples', () => {
    const measured = first(
      spoil((value, i) => {
        if (i < 500) return NaN;
        if (i < 1500) return 0.125;
        return value;
      }),
    );
    expect(measured.missing).toBe(0.1);
    expect(measured.flat).toBe(0.2);
    expect(measured.clipped).toBe(0);
    const limited = spoil((_, i) => (i % 10 === 0 ? 5 : i / 5000));
    expect(first(limited, { limits: [-5, 5] }).clipped).toBe(0.1);
    expect(first(limited).clipped).toBe(0); // single samples are no plateau
  });

  test('knows Gaussian noise by its kurtosis', () => {
    const noise = synthesizeEcg({ seconds: 60, sampleRateHz: rate, heartRateBpm: 72, seed: 2, noise: 100 }).signal;
    expect(signalQuality(noise).score).toBeLessThan(0.5);
  });

  test('knows by two detectors where beats are hard to find', () => {
    const [clean, noisy] = [0, 100].map((noise) =>
      signalQuality(synthesizeEcg({ seconds: 20, sampleRateHz: 250, heartRateBpm: 72, seed: 2, noise }).signal),
    );
    expect(clean.leads.map(({ agreement }) => agreement)).toEqual(Array.from({ length: 12 }, () => 1));
    for (const { agreement } of noisy.leads) expect(agreement).toBeLessThan(0.9);
    const short = { ...signal, samples: signal.samples.map((lead) => lead.slice(0, 4 * rate)) };
    expect(signalQuality(short).leads[0].agreement).toBe(NaN);
  });

  test('leaves a measure out that the rate or the length does not allow', () => {
    const short = { leads: ['I'], sampleRateHz: 80, samples: [signal.samples[0].slice(0, 100)] };
    const [{ powerline, baseline }] = signalQuality(short).leads;
    expect([powerline, baseline]).toEqual([NaN, NaN]);
  });

  test('refuses what it cannot judge', () => {
    expect(() => signalQuality({ ...signal, sampleRateHz: 0 })).toThrow('`sampleRateHz` must be finite and above 0.');
    expect(() => signalQuality(signal, { limits: [1, 1] })).toThrow('`limits` must be the lower and the higher end.');
    expect(() => signalQuality(signal, { powerlineHz: [0] })).toThrow('`powerlineHz` must be above 1 Hz. Received: 0.');
    expect(() => signalQuality(spoil(() => -Infinity))).toThrow(
      'Lead `V1` must be finite. Received: infinite samples.',
    );
    expect(() => signalQuality({ ...signal, samples: [], leads: [] })).toThrow(
      'The signal must be one with leads and samples.',
    );
  });
});

import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { checkLimbLeads } from '../derive-leads.js';
import { SignalError } from '../errors.js';
import { selectLeads, standardLeads } from '../leads.js';
import { synthesizeEcg } from '../synthetic.js';
import { augmentationFactory } from './factory.js';

const ecg = (sampleRateHz = 500, seconds = 10): Signal =>
  synthesizeEcg({ seconds, sampleRateHz, heartRateBpm: 70, seed: 3, noise: 0 }).signal;
const silence = (leads: readonly string[], samples: number, sampleRateHz: number): Signal => ({
  leads,
  sampleRateHz,
  samples: leads.map(() => new Float32Array(samples)),
});
const added = (before: Signal, after: Signal): Float64Array[] =>
  after.samples.map((lead, l) => Float64Array.from(lead, (value, i) => value - before.samples[l][i]));
const power = (leads: readonly ArrayLike<number>[], centred = false): number => {
  let [sum, count] = [0, 0];
  for (const lead of leads) {
    const values = Array.from(lead);
    const mean = centred ? values.reduce((a, b) => a + b, 0) / lead.length : 0;
    for (const value of values) sum += (value - mean) ** 2;
    count += lead.length;
  }
  return sum / count;
};
/** The share of a lead's power (without its mean) in a band, by a Hann window; its length must be a power of 2. */
function shareIn(lead: Float32Array, sampleRateHz: number, [low, high]: readonly [number, number]): number {
  const n = lead.length;
  const mean = lead.reduce((a, b) => a + b, 0) / n;
  const windowed = Array.from(lead, (value, i): Complex => [
    (value - mean) * (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / n)),
    0,
  ]);
  const spectrum = fourier(windowed)
    .slice(1, n / 2)
    .map(([re, im]) => re * re + im * im);
  const all = spectrum.reduce((a, b) => a + b);
  const within = spectrum.filter((_, k) => (k + 1) * sampleRateHz >= low * n && (k + 1) * sampleRateHz <= high * n);
  return within.reduce((a, b) => a + b, 0) / all;
}

type Complex = readonly [re: number, im: number];

/** Cooley and Tukey 1965, radix 2. */
function fourier(values: readonly Complex[]): Complex[] {
  const n = values.length;
  if (n === 1) return [...values];
  const [even, odd] = [0, 1].map((part) => fourier(values.filter((_, i) => i % 2 === part)));
  const turned = odd.map(([re, im], k): Complex => {
    const [c, s] = [Math.cos((2 * Math.PI * k) / n), Math.sin((2 * Math.PI * k) / n)];
    return [re * c + im * s, im * c - re * s];
  });
  return [
    ...even.map(([re, im], k): Complex => [re + turned[k][0], im + turned[k][1]]),
    ...even.map(([re, im], k): Complex => [re - turned[k][0], im - turned[k][1]]),
  ];
}

describe('white noise', () => {
  test.each([-5, 0, 10, 24, 40])('has the ratio of signal to noise that was asked for: %d dB', (snrDb) => {
    const signal = ecg();
    const noise = added(
      signal,
      augmentationFactory.create('gaussian-noise', { snrDb: [snrDb, snrDb] })(signal, createRandom(1)),
    );
    // What is left is the rounding of samples to 32 bits.
    expect(10 * Math.log10(power(signal.samples, true) / power(noise))).toBeCloseTo(snrDb, 3);
  });

  test('is what nine equal electrodes give: power 2 in I, 1.5 in aVR, 4/3 in V1, and I shares half of its noise with II', () => {
    const signal = ecg(500, 120);
    const noise = added(
      signal,
      augmentationFactory.create('gaussian-noise', { snrDb: [0, 0] })(signal, createRandom(2)),
    );
    const [one, two, , aVR] = noise;
    const unit = power([one]) / 2;
    // 60000 samples: a variance is known to 0.6 % (one deviation), a correlation to 0.3 %.
    expect(power([aVR]) / unit).toBeCloseTo(1.5, 1);
    expect(power([noise[6]]) / unit).toBeCloseTo(4 / 3, 1);
    const together = one.reduce((sum, value, i) => sum + value * two[i], 0) / one.length;
    expect(together / Math.sqrt(power([one]) * power([two]))).toBeCloseTo(0.5, 1);
  });

  test('is white and normal', () => {
    const signal = ecg(500, 120);
    const [one] = added(
      signal,
      augmentationFactory.create('gaussian-noise', { snrDb: [0, 0] })(signal, createRandom(2)),
    );
    const neighbours = one.reduce((sum, value, i) => sum + value * (one[i + 1] ?? 0), 0) / one.length / power([one]);
    expect(Math.abs(neighbours)).toBeLessThan(4 / Math.sqrt(one.length));
    const kurtosis = one.reduce((sum, value) => sum + value ** 4, 0) / one.length / power([one]) ** 2;
    expect(Math.abs(kurtosis - 3)).toBeLessThan(4 * Math.sqrt(24 / one.length));
  });

  test('leaves a flat signal flat, and missing samples missing', () => {
    const flat = silence(['I', 'II'], 100, 100);
    const noise = augmentationFactory.create('gaussian-noise', {});
    expect(noise(flat, createRandom(1)).samples).toEqual(flat.samples);
    const signal = ecg();
    signal.samples[1].fill(NaN, 100, 200);
    const noisy = noise(signal, createRandom(1)).samples;
    noisy.forEach((lead, l) => expect(lead.filter(Number.isNaN).length).toBe(l === 1 ? 100 : 0));
  });
});

const noises = ['gaussian-noise', 'powerline', 'baseline-wander', 'emg', 'electrode-motion'] as const;

describe.each(noises)('%s', (name) => {
  const noise = augmentationFactory.create(name, {});

  test('keeps the laws of Einthoven and Goldberger to the rounding of 32-bit samples', () => {
    for (let seed = 0; seed < 5; seed++) {
      const after = noise(ecg(), createRandom(seed));
      expect(after.samples).not.toEqual(ecg().samples);
      expect(checkLimbLeads(after, 0)).toMatchObject({ consistent: true });
    }
  });

  test('is decided by its random numbers and leaves what it is given', () => {
    const signal = ecg();
    const first = noise(signal, createRandom(4));
    expect(signal).toEqual(ecg());
    expect(noise(signal, createRandom(4))).toEqual(first);
    expect(noise(signal, createRandom(5))).not.toEqual(first);
  });

  test('takes any leads: MLII has electrodes of its own, V1 alone its four', () => {
    const signal = { ...selectLeads(ecg(), ['II', 'V1']), leads: ['MLII', 'V1'] };
    const after = noise(signal, createRandom(1));
    expect(after.leads).toEqual(['MLII', 'V1']);
    expect(after.samples.every((lead) => lead.every(Number.isFinite))).toBe(true);
  });
});

test('leads of other names get noise that has nothing in common', () => {
  const signal = { ...selectLeads(ecg(500, 60), ['II', 'V5']), leads: ['MLII', 'ECG2'] };
  const [a, b] = added(
    signal,
    augmentationFactory.create('gaussian-noise', { snrDb: [0, 0] })(signal, createRandom(1)),
  );
  const together = a.reduce((sum, value, i) => sum + value * b[i], 0) / a.length / Math.sqrt(power([a]) * power([b]));
  expect(Math.abs(together)).toBeLessThan(4 / Math.sqrt(a.length));
});

describe('the mains', () => {
  const flat = silence(standardLeads, 4096, 500);
  const mains = (config: object) => augmentationFactory.create('powerline', { rmsMv: [0.02, 0.02], ...config });

  test('have the size asked for over all leads', () => {
    for (let seed = 0; seed < 5; seed++)
      expect(Math.sqrt(power(mains({})(flat, createRandom(seed)).samples))).toBeCloseTo(0.02, 6);
  });

  test.each([50, 60])('are a line at %d Hz, no wider than the drift', (hz) => {
    for (let seed = 0; seed < 3; seed++) {
      const { samples } = mains({ frequencyHz: [hz], harmonics: 1, driftHz: 0.1 })(flat, createRandom(seed));
      // 8 s: lines of the Hann window are 0.5 Hz wide.
      expect(shareIn(samples[0], 500, [hz - 0.4, hz + 0.4])).toBeGreaterThan(0.995);
    }
  });

  test('have harmonics of the height asked for, up to half the rate', () => {
    const { samples } = mains({ frequencyHz: [60], harmonics: 20, harmonicHeight: [0.5, 0.5], driftHz: 0 })(
      flat,
      createRandom(1),
    );
    const shares = [60, 120, 180, 240].map((hz) => shareIn(samples[7], 500, [hz - 1, hz + 1]));
    const heights = [1, 0.5, 0.5, 0.5];
    const sum = heights.reduce((all, height) => all + height ** 2, 0);
    shares.forEach((share, k) => expect(share).toBeCloseTo(heights[k] ** 2 / sum, 3));
  });

  test('of a rate that is too low are an error, or nothing', () => {
    const slow = silence(standardLeads, 1000, 100);
    expect(() => mains({})(slow, createRandom(1))).toThrow(SignalError);
    expect(() => mains({})(slow, createRandom(1))).toThrow('below 50 Hz, half the rate. Received: 50, 60.');
    expect(mains({ ifTooFast: 'skip' })(slow, createRandom(1))).toBe(slow);
  });
});

test('baseline wander lies in the band of breathing and has the size asked for', () => {
  const flat = silence(standardLeads, 8192, 100);
  const wander = augmentationFactory.create('baseline-wander', { rmsMv: [0.1, 0.1] });
  for (let seed = 0; seed < 3; seed++) {
    const { samples } = wander(flat, createRandom(seed));
    expect(Math.sqrt(power(samples))).toBeCloseTo(0.1, 6);
    // 82 s: lines of the Hann window reach 0.0244 Hz to each side.
    for (const lead of [samples[0], samples[9]])
      expect(shareIn(lead, 100, [0.15 - 0.025, 0.4 + 0.025])).toBeGreaterThan(0.999);
  }
  expect(() => wander(silence(['I'], 10, 0.5), createRandom(1))).toThrow('below 0.25 Hz, half the rate');
});

describe('noise of muscles', () => {
  const flat = silence(standardLeads, 4096, 500);

  test('lies in its band', () => {
    const { samples } = augmentationFactory.create('emg', {})(flat, createRandom(1));
    // Of white noise through this filter 0.902 of the power is in the band (sum of |H|², scipy.signal.sosfreqz); about 250 degrees of freedom make 0.02.
    for (const lead of samples.slice(0, 2)) {
      expect(Math.abs(shareIn(lead, 500, [20, 150]) - 0.902)).toBeLessThan(0.06);
      expect(shareIn(lead, 500, [0, 10])).toBeLessThan(0.005);
      expect(shareIn(lead, 500, [200, 250])).toBeLessThan(0.005);
    }
  });

  test('comes in bursts of the length and size asked for, and nothing between them', () => {
    const emg = augmentationFactory.create('emg', { rmsMv: [0.05, 0.05], bursts: [1, 1], burstSeconds: [2, 2] });
    for (let seed = 0; seed < 5; seed++) {
      const { samples } = emg(flat, createRandom(seed));
      const loud = [...samples[0].keys()].filter((i) => samples[0][i] !== 0);
      const [first, last] = [loud[0], loud[loud.length - 1]];
      expect(last - first).toBeLessThanOrEqual(1000);
      if (first > 0 && last < 4095) expect(last - first).toBeGreaterThan(990);
      expect(loud.length).toBe(last - first + 1);
      const middle = samples.map((lead) => lead.subarray(first + 255, last - 255));
      if (first > 0 && last < 4095) expect(Math.sqrt(power(middle)) / 0.05).toBeCloseTo(1, 0.8);
    }
  });

  test('needs a rate at which its band is there, and ends at half of it', () => {
    expect(() => augmentationFactory.create('emg', {})(silence(['I'], 100, 40), createRandom(1))).toThrow(
      "The lower end of `bandHz` of emg must be below 19.6 Hz, the band's upper end or 0.49 of the rate. Received: 20.",
    );
    const { samples } = augmentationFactory.create('emg', {})(silence(['I'], 1024, 100), createRandom(1));
    expect(shareIn(samples[0], 100, [18, 50])).toBeGreaterThan(0.9);
  });
});

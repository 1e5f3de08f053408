import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { checkLimbLeads, deriveLimbLeads } from '../derive-leads.js';
import { SignalError } from '../errors.js';
import { selectLeads, standardLeads } from '../leads.js';
import { synthesizeEcg } from '../synthetic.js';
import { exchangeElectrodes } from './electrodes.js';
import { augmentationFactory } from './factory.js';

const ecg = (): Signal => synthesizeEcg({ seconds: 4, sampleRateHz: 100, heartRateBpm: 70, seed: 3 }).signal;
const lead = (samples: number[]): Signal => ({
  leads: ['I'],
  sampleRateHz: 100,
  samples: [Float32Array.from(samples)],
});
const ramp = Array.from({ length: 100 }, (_, i) => i + 1);
const seeds = Array.from({ length: 20 }, (_, seed) => createRandom(seed));

const linear = ['amplitude-scale', 'time-warp', 'time-mask', 'shift', 'limb-reversal'] as const;
test.each(linear)('%s keeps the laws of the limb leads', (name) => {
  for (const random of seeds.slice(0, 5))
    expect(checkLimbLeads(augmentationFactory.create(name, {})(ecg(), random), 0)).toMatchObject({ consistent: true });
});

const all = augmentationFactory.names.map((name) => [name, name === 'random-crop' ? { seconds: 1 } : {}] as const);
test.each(all)(
  '%s is decided by its random numbers, leaves what it is given and keeps missing samples',
  (name, config) => {
    const change = augmentationFactory.create(name, name === 'powerline' ? { ifTooFast: 'skip' } : config);
    const signal = ecg();
    expect(change(signal, createRandom(1))).toEqual(change(signal, createRandom(1)));
    expect(signal).toEqual(ecg());
    const missing = { ...signal, samples: signal.samples.map((samples) => samples.map(() => NaN)) };
    for (const samples of change(missing, createRandom(1)).samples)
      expect(samples.every((value) => Number.isNaN(value) || value === 0)).toBe(true);
  },
);

test('amplitude-scale multiplies all leads by one factor of its range', () => {
  const signal = ecg();
  for (const random of seeds) {
    const { samples } = augmentationFactory.create('amplitude-scale', { factor: [0.5, 2] })(signal, random);
    const factor = samples[0][0] / signal.samples[0][0];
    expect(factor).toBeGreaterThan(0.5);
    expect(factor).toBeLessThan(2);
    samples.forEach((one, l) => expect(one[123] / signal.samples[l][123]).toBeCloseTo(factor, 5));
  }
});

describe('time-warp', () => {
  const warp = (strength: number) => augmentationFactory.create('time-warp', { strength });

  test('of strength 0 changes nothing', () => {
    const [{ samples: before }, { samples: after }] = [ecg(), warp(0)(ecg(), createRandom(1))];
    expect(
      Math.max(...after.flatMap((one, l) => [...one.map((value, i) => Math.abs(value - before[l][i]))])),
    ).toBeLessThan(1e-6);
  });

  test('shows through a ramp where samples come from: both ends stay, and the speed is within its bounds', () => {
    for (const random of seeds) {
      const [places] = warp(0.2)(lead(ramp), random).samples;
      expect([places[0], places[99]]).toEqual([1, 100]);
      let farthest = 0;
      for (let i = 1; i < 100; i++) {
        const speed = places[i] - places[i - 1];
        expect(speed).toBeGreaterThan(0.8 / 1.2 - 1e-4);
        expect(speed).toBeLessThan(1.2 / 0.8 + 1e-4);
        farthest = Math.max(farthest, Math.abs(places[i] - i - 1));
      }
      expect(farthest).toBeGreaterThan(0.1);
    }
  });

  test('is exact for a parabola, as the cubic through four neighbours is', () => {
    const [places] = warp(0.3)(lead(ramp), createRandom(1)).samples;
    const [squares] = warp(0.3)(lead(ramp.map((v) => v * v)), createRandom(1)).samples;
    for (let i = 5; i < 95; i++) expect(squares[i] / places[i] ** 2).toBeCloseTo(1, 5);
  });
});

test('time-mask sets a stretch of the length asked for to zero, in all leads at once', () => {
  const signal: Signal = {
    leads: standardLeads,
    sampleRateHz: 100,
    samples: standardLeads.map(() => new Float32Array(200).fill(1)),
  };
  const starts = new Set<number>();
  for (const random of seeds) {
    const { samples } = augmentationFactory.create('time-mask', { share: [0.25, 0.25] })(signal, random);
    const [first] = samples;
    starts.add(first.indexOf(0));
    expect(first.lastIndexOf(0) - first.indexOf(0)).toBe(49);
    expect(first.filter((value) => value === 0).length).toBe(50);
    for (const one of samples) expect(one).toEqual(first);
  }
  expect(starts.size).toBeGreaterThan(10);
  const gone = augmentationFactory.create('time-mask', { share: [1, 1] })(signal, createRandom(1)).samples;
  expect(gone.every((one) => one.every((value) => value === 0))).toBe(true);
});

test('lead-dropout sets whole leads to zero, as often as asked for, and never all', () => {
  const signal = ecg();
  const dropped = (probability: number, of: Signal, random = createRandom(1)): number[] => {
    const { samples } = augmentationFactory.create('lead-dropout', { leadProbability: probability })(of, random);
    samples.forEach((one, l) => expect(one.every((value) => value === 0) || one === of.samples[l]).toBe(true));
    return [...samples.keys()].filter((l) => samples[l] !== of.samples[l]);
  };
  expect(dropped(0, signal)).toEqual([]);
  expect(dropped(1, signal).length).toBe(11);
  expect(dropped(1, lead(ramp))).toEqual([]);
  const random = createRandom(1);
  const count = Array.from({ length: 1000 }, () => dropped(0.2, signal, random).length).reduce((a, b) => a + b);
  expect(Math.abs(count - 2400)).toBeLessThan(4 * Math.sqrt(12_000 * 0.2 * 0.8));
});

describe('random-crop', () => {
  const crop = (config: { seconds: number; pad?: boolean }) => augmentationFactory.create('random-crop', config);

  test('takes a stretch of the length asked for from anywhere', () => {
    const starts = new Set<number>();
    for (const random of seeds) {
      const [stretch] = crop({ seconds: 0.4 })(lead(ramp), random).samples;
      starts.add(stretch[0]);
      expect([...stretch]).toEqual(ramp.slice(stretch[0] - 1, stretch[0] + 39));
    }
    expect(starts.size).toBeGreaterThan(10);
    expect(crop({ seconds: 1 })(lead(ramp), createRandom(1))).toEqual(lead(ramp));
  });

  test('fills up with zeros behind where that is asked for', () => {
    const [stretch] = crop({ seconds: 0.4, pad: true })(lead(ramp), createRandom(1)).samples;
    expect([stretch.length, stretch.indexOf(0)]).toEqual([100, 40]);
  });

  test('longer than the signal is an error with the value and the bound', () => {
    const longer = () => crop({ seconds: 1.5 })(lead(ramp), createRandom(1));
    expect(longer).toThrow(SignalError);
    expect(longer).toThrow(
      'must be from 1 to 100 samples long, the length of the signal (1 s). Received: 1.5 s, 150 samples.',
    );
    expect(() => crop({ seconds: 0.001 })(lead(ramp), createRandom(1))).toThrow('Received: 0.001 s, 0 samples.');
  });
});

test('shift moves by up to so much either way and repeats the sample at the end', () => {
  const shift = augmentationFactory.create('shift', { maxSeconds: 0.1 });
  const moves = new Set<number>();
  const random = createRandom(1);
  for (let k = 0; k < 300; k++) {
    const [moved] = shift(lead(ramp), random).samples;
    const by = 51 - moved[50];
    moves.add(by);
    expect([...moved]).toEqual(ramp.map((value) => Math.min(100, Math.max(1, value - by))));
  }
  expect([...moves].sort((a, b) => a - b)).toEqual(Array.from({ length: 21 }, (_, i) => i - 10));
  expect(() => augmentationFactory.create('shift', { maxSeconds: 1 })(lead(ramp), random)).toThrow(
    '`maxSeconds` of shift must be below 1 s, the length of the signal. Received: 1.',
  );
});

describe('exchanged electrodes', () => {
  // I = LA - RA, II = LL - RA, III = LL - LA, and so on, with two letters exchanged.
  test.each([
    ['RA', 'LA', ['-I', 'III', 'II', 'aVL', 'aVR', 'aVF', 'V1', 'V2']],
    ['RA', 'LL', ['-III', '-II', '-I', 'aVF', 'aVL', 'aVR', 'V1', 'V2']],
    ['LA', 'LL', ['II', 'I', '-III', 'aVR', 'aVF', 'aVL', 'V1', 'V2']],
    ['V1', 'V2', ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V2', 'V1']],
  ])('%s and %s', (one, other, expected) => {
    const signal = ecg();
    const exchanged = exchangeElectrodes(signal, one, other);
    for (const [l, name] of expected.entries()) {
      const [source] = selectLeads(signal, [name.replace('-', '')]).samples;
      expect(exchanged.samples[l]).toEqual(name.startsWith('-') ? source.map((value) => -value) : source);
    }
    expect(exchangeElectrodes(exchanged, other, one)).toEqual(signal);
  });

  test('are refused where a lead that is needed is missing, or nothing would change', () => {
    expect(() => exchangeElectrodes(selectLeads(ecg(), ['I', 'II']), 'RA', 'LA')).toThrow(
      '`II` becomes another. Received: I, II.',
    );
    expect(() =>
      exchangeElectrodes({ ...selectLeads(ecg(), ['II', 'V1']), leads: ['MLII', 'V1'] }, 'RA', 'LA'),
    ).toThrow('must be limb or chest leads that it changes. Received: MLII, V1.');
    expect(exchangeElectrodes(deriveLimbLeads(selectLeads(ecg(), ['I', 'II'])), 'RA', 'LA').leads).toHaveLength(6);
  });

  test('as an augmentation report their label', () => {
    const labels: string[] = [];
    const reversal = (label: string | null) => augmentationFactory.create('limb-reversal', { pairs: ['RA-LA'], label });
    const exchanged = reversal('reversed')(ecg(), createRandom(1), (label) => labels.push(label));
    expect(exchanged).toEqual(exchangeElectrodes(ecg(), 'RA', 'LA'));
    reversal(null)(ecg(), createRandom(1), (label) => labels.push(label));
    expect(labels).toEqual(['reversed']);
  });
});

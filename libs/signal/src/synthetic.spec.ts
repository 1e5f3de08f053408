import { describe, expect, jest, test } from '@jest/globals';
import { synthesizeEcg, type SyntheticEcgOptions } from './index.js';

jest.setTimeout(60_000);

const base: SyntheticEcgOptions = { seconds: 10, sampleRateHz: 500, heartRateBpm: 70, seed: 1 };
const lead = (ecg: ReturnType<typeof synthesizeEcg>, name: string): Float32Array =>
  ecg.signal.samples[ecg.signal.leads.indexOf(name)];

describe('a synthetic ECG', () => {
  test('is the same for the same seed and another for another', () => {
    expect(synthesizeEcg(base)).toEqual(synthesizeEcg(base));
    expect(lead(synthesizeEcg(base), 'II')).not.toEqual(lead(synthesizeEcg({ ...base, seed: 2 }), 'II'));
  });

  test('keeps the heart of a person between recordings', () => {
    const beat = (seed: number): number[] => {
      const ecg = synthesizeEcg({ ...base, seed, person: 7, noise: 0 });
      return ['I', 'II', 'V1', 'V5'].map((name) => mean(ecg.beats.map((r) => lead(ecg, name)[r])));
    };
    // Breathing changes beats by 4 %, R peaks fall up to half a sample beside a sample.
    beat(1).forEach((value, i) => expect(Math.abs(value / beat(2)[i] - 1)).toBeLessThan(0.06));
  });

  test('obeys Einthoven and Goldberger with all its noise', () => {
    const [one, two, three, avr, avl, avf] = synthesizeEcg({ ...base, noise: 5, rhythm: 'atrial-fibrillation' }).signal
      .samples;
    expect(three).toEqual(two.map((value, i) => value - one[i]));
    // Tolerance: single precision of values below 10 mV.
    for (let i = 0; i < one.length; i++) {
      expect(Math.abs(avr[i] + avl[i] + avf[i])).toBeLessThan(2e-6);
      expect(Math.abs(avl[i] - (one[i] - three[i]) / 2)).toBeLessThan(2e-6);
    }
  });

  test('is one curve, whatever the rate at which it is sampled', () => {
    const at = (sampleRateHz: number) => synthesizeEcg({ ...base, sampleRateHz, noise: 0 });
    const [fast, slow] = [lead(at(500), 'V3'), lead(at(100), 'V3')];
    // Tolerance: a Gaussian is cut at five standard deviations, where it is 4e-6 of its height.
    slow.forEach((value, i) => expect(Math.abs(value - fast[5 * i])).toBeLessThan(1e-4));
    at(100).beats.forEach((r, i) => expect(Math.abs(5 * r - at(500).beats[i])).toBeLessThanOrEqual(3));
  });

  test.each([45, 70, 120])('beats %d times a minute, each R a peak of lead II', (heartRateBpm) => {
    const ecg = synthesizeEcg({ ...base, seconds: 60, heartRateBpm, noise: 0 });
    expect(Math.abs(ecg.beats.length - heartRateBpm)).toBeLessThanOrEqual(2 + 0.02 * heartRateBpm);
    const two = lead(ecg, 'II');
    for (const r of ecg.beats.slice(1, -1)) {
      const around = two.subarray(r - 100, r + 100);
      expect(Math.abs(around.indexOf(Math.max(...around)) - 100)).toBeLessThanOrEqual(5); // 10 ms
    }
  });

  test('is irregular without P waves in atrial fibrillation', () => {
    const [sinus, fibrillation] = (['sinus', 'atrial-fibrillation'] as const).map((rhythm) =>
      synthesizeEcg({ ...base, seconds: 60, noise: 0, rhythm }),
    );
    expect(variation(sinus.beats)).toBeLessThan(0.08);
    expect(variation(fibrillation.beats)).toBeGreaterThan(0.15);
    const p = (ecg: typeof sinus): number => averageBeat(ecg, 'II')(-0.15) - averageBeat(ecg, 'II')(-0.06);
    expect(p(sinus)).toBeGreaterThan(0.05);
    expect(Math.abs(p(fibrillation))).toBeLessThan(0.03);
  });

  test.each([
    [{ heartRateBpm: 500 }, '`heartRateBpm` must be a number from 20 to 220. Received: 500.'],
    [{ seconds: NaN }, '`seconds` must be a number from 0 to 86400. Received: NaN.'],
  ])('refuses %j', (wrong, message) => expect(() => synthesizeEcg({ ...base, ...wrong })).toThrow(message));
});

// What a cardiologist measures, in mV, mean of 20 people. Times in seconds from the R peak; J + 60 ms is about 0.1 s.
describe('the text-book signs of', () => {
  type Signs = Record<
    | 'rV1'
    | 'sV1'
    | 'rV5'
    | 'tII'
    | 'tV5'
    | 'stV2'
    | 'stV5'
    | 'qAvf'
    | 'rPrimeV1'
    | 'sV6Late'
    | 'width'
    | 'earlyV2'
    | 'stAvf',
    number
  >;
  const signsOf = (condition?: NonNullable<SyntheticEcgOptions['conditions']>[number]): Signs => {
    const people = Array.from({ length: 20 }, (_, seed): Signs => {
      const ecg = synthesizeEcg({
        ...base,
        seconds: 5,
        seed,
        heartRateBpm: 60,
        noise: 0,
        conditions: condition ? [condition] : [],
      });
      const [avf, two, v1, v2, v5, v6] = ['aVF', 'II', 'V1', 'V2', 'V5', 'V6'].map((name) => averageBeat(ecg, name));
      const extreme = (beat: (t: number) => number, from: number, to: number, sign: 1 | -1): number =>
        Math.max(...range(from, to).map((t) => sign * beat(t)));
      const moving = range(-0.08, 0.12).filter(
        (t) => Math.abs(v1(t + 0.002) - v1(t - 0.002)) + Math.abs(v6(t + 0.002) - v6(t - 0.002)) > 0.02,
      );
      return {
        rV1: extreme(v1, -0.06, 0.02, 1),
        sV1: extreme(v1, -0.04, 0.07, -1),
        rV5: extreme(v5, -0.04, 0.07, 1),
        tII: two(0.27),
        tV5: v5(0.27),
        stV2: v2(0.11),
        stV5: v5(0.11),
        stAvf: avf(0.11),
        qAvf: extreme(avf, -0.05, -0.01, -1),
        earlyV2: v2(-0.02),
        rPrimeV1: extreme(v1, 0.035, 0.09, 1),
        sV6Late: extreme(v6, 0.035, 0.09, -1),
        width: moving[moving.length - 1] - moving[0],
      };
    });
    return Object.fromEntries(
      Object.keys(people[0]).map((key) => [key, mean(people.map((p) => p[key as keyof Signs]))]),
    ) as Signs;
  };
  const normal = signsOf();

  test('a normal heart: small r in V1, tall R in V5, T upright, ST level, QRS below 110 ms', () => {
    expect(normal.rV1).toBeLessThan(normal.sV1);
    expect(normal.rV5).toBeGreaterThan(1);
    expect(normal.sV1 + normal.rV5).toBeLessThan(3.5);
    expect(normal.tII).toBeGreaterThan(0.1);
    expect(normal.tV5).toBeGreaterThan(0.1);
    expect(Math.abs(normal.stAvf)).toBeLessThan(0.05);
    expect(Math.abs(normal.stV5)).toBeLessThan(0.1);
    expect(normal.qAvf).toBeLessThan(0.15);
    expect(normal.width).toBeLessThan(0.11);
  });

  test('an anterior infarct: no r and a raised ST in V2', () => {
    const signs = signsOf('anterior-mi');
    expect(signs.earlyV2).toBeLessThan(normal.earlyV2 - 0.3);
    expect(signs.stV2).toBeGreaterThan(normal.stV2 + 0.05);
  });

  test('an inferior infarct: Q and a raised ST in aVF', () => {
    const signs = signsOf('inferior-mi');
    expect(signs.qAvf).toBeGreaterThan(normal.qAvf + 0.15);
    expect(signs.stAvf).toBeGreaterThan(normal.stAvf + 0.05);
  });

  test('ischaemia: a lowered ST in V5 and a flat T', () => {
    const signs = signsOf('ischaemia');
    expect(signs.stV5).toBeLessThan(normal.stV5 - 0.05);
    expect(signs.tV5).toBeLessThan(normal.tV5 / 3);
  });

  test('left bundle branch block: QRS above 120 ms, deep S in V1, T in V5 against it', () => {
    const signs = signsOf('lbbb');
    expect(signs.width).toBeGreaterThan(0.12);
    expect(signs.sV1).toBeGreaterThan(3 * signs.rV1);
    expect(signs.tV5).toBeLessThan(0);
  });

  test("right bundle branch block: a longer QRS that ends in R' in V1 and S in V6", () => {
    const signs = signsOf('rbbb');
    expect(signs.width).toBeGreaterThan(normal.width + 0.02);
    expect(signs.rPrimeV1).toBeGreaterThan(0.25);
    expect(signs.sV6Late).toBeGreaterThan(0.15);
  });

  test('left ventricular hypertrophy: Sokolow-Lyon above 3.5 mV', () => {
    const signs = signsOf('lvh');
    expect(signs.sV1 + signs.rV5).toBeGreaterThan(3.5);
    expect(signs.tV5).toBeLessThan(normal.tV5);
  });
});

/** The mean beat of a lead around R, by time in seconds. */
function averageBeat(ecg: ReturnType<typeof synthesizeEcg>, name: string): (time: number) => number {
  const samples = lead(ecg, name);
  const { sampleRateHz } = ecg.signal;
  const whole = ecg.beats.filter((r) => r > sampleRateHz / 2 && r < samples.length - sampleRateHz);
  return (time) => mean(whole.map((r) => samples[r + Math.round(time * sampleRateHz)]));
}

function range(from: number, to: number): number[] {
  return Array.from({ length: Math.round((to - from) * 500) + 1 }, (_, i) => from + i / 500);
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function variation(beats: readonly number[]): number {
  const rr = beats.slice(1).map((r, i) => r - beats[i]);
  const centre = mean(rr);
  return Math.sqrt(mean(rr.map((v) => (v - centre) ** 2))) / centre;
}

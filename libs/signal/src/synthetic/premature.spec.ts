import { describe, expect, test } from '@jest/globals';
import { synthesizeEcg, type SyntheticEcg, type SyntheticEcgOptions } from '../index.js';
import { averageBeat, leadOf, mean, qrsWidth } from '../testing/measure-ecg.js';

const rate = 500;
const make = (options: Partial<SyntheticEcgOptions>): SyntheticEcg =>
  synthesizeEcg({ seconds: 30, sampleRateHz: rate, heartRateBpm: 70, seed: 5, noise: 0, ...options });
/** Without variation, so that intervals are equal where they ought to be. */
const steady = { sdnnSeconds: 0 };
const sinusRr = 60 / 70;

const symbols = ({ annotations }: SyntheticEcg): string =>
  annotations
    .slice(1)
    .map(({ symbol }) => symbol)
    .join('');

/** The intervals before and after each beat with a symbol, in seconds. */
const around = ({ annotations }: SyntheticEcg, symbol: string): [before: number, after: number][] => {
  const beats = annotations.slice(1);
  return beats
    .slice(1, -1)
    .flatMap((beat, i): [number, number][] =>
      beat.symbol === symbol
        ? [[(beat.sample - beats[i].sample) / rate, (beats[i + 2].sample - beat.sample) / rate]]
        : [],
    );
};

describe('premature ventricular beats', () => {
  const ecg = make({ premature: { ventricular: 'quadrigeminy' }, variability: steady });

  test('are early, with a compensatory pause: both intervals are two of the sinus node', () => {
    const found = around(ecg, 'V');
    expect(found.length).toBeGreaterThan(5);
    for (const [before, after] of found) {
      expect(before).toBeLessThan(0.75 * sinusRr);
      expect(Math.abs(before + after - 2 * sinusRr)).toBeLessThan(0.006);
    }
  });

  test('are wide, the others are not; T is against QRS', () => {
    for (let person = 0; person < 6; person++) {
      const one = make({ premature: { ventricular: 'quadrigeminy' }, person, seconds: 20 });
      expect(qrsWidth(one, 'V')).toBeGreaterThan(0.12);
      expect(qrsWidth(one, 'N')).toBeLessThan(0.11);
      const v2 = averageBeat(one, 'V2', 'V');
      expect(v2(0) * v2(0.27)).toBeLessThan(0);
    }
  });

  test('leave the P waves of the sinus node where they were', () => {
    const p = ecg.waves.filter(({ wave }) => wave === 'P').map(({ onset }) => onset / rate);
    p.slice(1).forEach((at, i) => expect(at - p[i]).toBeCloseTo(sinusRr, 2));
  });

  test.each([
    ['bigeminy', '(B', /^V?(NV)+N?$/],
    ['trigeminy', '(T', /^N?V?(NNV)+N{0,2}$/],
  ] as const)('in %s', (ventricular, label, pattern) => {
    const { annotations } = make({ premature: { ventricular } });
    expect(annotations[0]).toEqual({ sample: 0, symbol: '+', aux: label });
    expect(symbols(make({ premature: { ventricular } }))).toMatch(pattern);
  });

  test('come as often as asked for', () => {
    const found = symbols(make({ premature: { ventricular: 0.2 }, seconds: 600 }));
    const [premature, normal] = ['V', 'N'].map((symbol) => found.split(symbol).length - 1);
    expect(Math.abs(premature / normal - 0.2)).toBeLessThan(0.05); // three standard deviations of 600 draws
  });
});

describe('premature atrial beats', () => {
  const ecg = make({ premature: { atrial: 'quadrigeminy' }, variability: steady });

  test('are early and narrow, without a compensatory pause', () => {
    const found = around(ecg, 'A');
    expect(found.length).toBeGreaterThan(5);
    for (const [before, after] of found) {
      expect(before).toBeLessThan(0.8 * sinusRr);
      expect(after).toBeGreaterThan(sinusRr);
      expect(before + after).toBeLessThan(1.9 * sinusRr);
    }
    expect(qrsWidth(ecg, 'A')).toBeLessThan(0.11);
  });

  test('have a P wave of their own, negative in II', () => {
    const two = leadOf(ecg, 'II');
    const heights = (symbol: string): number =>
      mean(
        ecg.annotations
          .filter(({ symbol: own, sample }) => own === symbol && sample > 200)
          .map(({ sample }) => {
            const p = ecg.waves.findLast(({ wave, onset }) => wave === 'P' && onset < sample);
            return p ? two[Math.round((p.onset + p.end) / 2)] - two[p.end] : 0;
          }),
      );
    expect(heights('N')).toBeGreaterThan(0.04);
    expect(heights('A')).toBeLessThan(-0.04);
  });
});

describe('a pacemaker', () => {
  test.each([
    ['atrial', ['P'], false],
    ['ventricular', ['QRS'], true],
    ['dual', ['P', 'QRS'], true],
  ] as const)('%s: a pulse before each %s', (pacing, waves, wide) => {
    const ecg = make({ rhythm: 'paced', pacing });
    expect(ecg.annotations[0].aux).toBe('(P');
    expect(new Set(symbols(ecg))).toEqual(new Set(['/']));
    const driven = ecg.waves.filter(({ wave }) => (waves as readonly string[]).includes(wave));
    expect(Math.abs(driven.length - ecg.spikes.length)).toBeLessThanOrEqual(2); // at the ends one may be without the other
    const two = leadOf(ecg, 'II');
    for (const spike of ecg.spikes.slice(1)) {
      expect(driven.some(({ onset }) => onset >= spike && onset - spike <= 0.01 * rate)).toBe(true);
      expect(two[spike] - two[spike - 2]).toBeGreaterThan(0.3);
      expect(two[spike] - two[spike + 2]).toBeGreaterThan(0.3);
    }
    expect(qrsWidth(ecg) > 0.12).toBe(wide);
  });

  test('of the atria beats without variation', () => {
    const { beats } = make({ rhythm: 'paced', pacing: 'dual' });
    beats.slice(1).forEach((beat, i) => expect(Math.abs(beat - beats[i] - sinusRr * rate)).toBeLessThanOrEqual(1));
  });
});

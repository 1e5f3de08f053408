import { describe, expect, test } from '@jest/globals';
import { synthesizeEcg, type SyntheticEcg, type SyntheticEcgOptions } from '../index.js';
import { averageBeat, leadOf, mean, powerAt, qrsWidth } from '../testing/measure-ecg.js';

const rate = 500;
const make = (options: Partial<SyntheticEcgOptions>): SyntheticEcg =>
  synthesizeEcg({ seconds: 30, sampleRateHz: rate, heartRateBpm: 70, seed: 5, noise: 0, ...options });
/** Without variation, so that intervals are equal where they ought to be. */
const steady = { sdnnSeconds: 0 };

const intervals = (samples: readonly number[]): number[] => samples.slice(1).map((at, i) => (at - samples[i]) / rate);
const spread = (values: readonly number[]): number =>
  Math.sqrt(mean(values.map((value) => (value - mean(values)) ** 2))) / mean(values);
const symbols = ({ annotations }: SyntheticEcg): string =>
  annotations
    .slice(1)
    .map(({ symbol }) => symbol)
    .join('');
const rhythmOf = ({ annotations }: SyntheticEcg): string => annotations[0].aux;
const onsets = ({ waves }: SyntheticEcg, wave: 'P' | 'QRS'): number[] =>
  waves.filter((mark) => mark.wave === wave).map(({ onset }) => onset);

/** For each P wave inside the signal, the seconds to the next QRS if that comes before the next P; null if it does not. */
function prIntervals(ecg: SyntheticEcg): (number | null)[] {
  const [p, qrs] = [onsets(ecg, 'P'), onsets(ecg, 'QRS')];
  return p.slice(1, -1).map((at, i) => {
    const next = qrs.find((onset) => onset > at);
    return next !== undefined && next < p[i + 2] ? (next - at) / rate : null;
  });
}

describe('atrioventricular block', () => {
  /** PR as it is read from the mean beat: from where P leaves the baseline to where QRS does. */
  const measuredPr = (ecg: SyntheticEcg): number => {
    const beats = ['I', 'II', 'V1', 'V5'].map((name) => averageBeat(ecg, name));
    const activity = (t: number): number => beats.reduce((sum, beat) => sum + Math.abs(beat(t) - beat(-0.48)), 0);
    let qrs = -0.004;
    while (activity(qrs) > 0.12) qrs -= 0.002;
    let p = -0.46;
    while (activity(p) < 0.03) p += 0.002;
    return qrs - p;
  };

  test('of the first degree: PR above 200 ms, all conducted', () => {
    for (let person = 0; person < 6; person++) {
      const slow = { person, heartRateBpm: 55, seconds: 10 };
      expect(measuredPr(make(slow))).toBeLessThan(0.2);
      expect(measuredPr(make({ ...slow, rhythm: 'av-block-1' }))).toBeGreaterThan(0.2);
    }
    const ecg = make({ rhythm: 'av-block-1' });
    expect(rhythmOf(ecg)).toBe('(BI');
    expect(prIntervals(ecg)).not.toContain(null);
  });

  test('Wenckebach: PR grows by less each time until a beat is lost, RR shortens', () => {
    const ecg = make({ rhythm: 'av-block-2-wenckebach', variability: steady, seconds: 60 });
    const cycles: number[][] = [[]];
    for (const pr of prIntervals(ecg)) {
      if (pr === null) cycles.push([]);
      else cycles[cycles.length - 1].push(pr);
    }
    const whole = cycles.slice(1, -1);
    expect(whole.length).toBeGreaterThan(8);
    for (const cycle of whole) {
      expect(cycle.length).toBeGreaterThanOrEqual(2);
      expect(cycle.length).toBeLessThanOrEqual(4);
      const growth = cycle.slice(1).map((pr, i) => pr - cycle[i]);
      expect(growth.every((by, i) => by > 0.02 && (i === 0 || by < growth[i - 1]))).toBe(true);
    }
    const pp = mean(intervals(onsets(ecg, 'P')));
    const pauses = intervals(ecg.beats).filter((rr) => rr > 1.3 * pp);
    expect(pauses.length).toBeGreaterThanOrEqual(whole.length);
    pauses.forEach((pause) => expect(pause).toBeLessThan(2 * pp - 0.05)); // shorter than two sinus intervals
  });

  test('Mobitz II: PR is constant, the pause two sinus intervals', () => {
    const ecg = make({ rhythm: 'av-block-2-mobitz', variability: steady, seconds: 60 });
    const pr = prIntervals(ecg);
    const passed = pr.filter((value) => value !== null);
    expect(Math.max(...passed) - Math.min(...passed)).toBeLessThanOrEqual(2 / rate);
    expect(pr.filter((value) => value === null).length).toBeGreaterThan(10);
    const pp = 60 / 70;
    for (const rr of intervals(ecg.beats))
      expect(Math.min(Math.abs(rr - pp), Math.abs(rr - 2 * pp))).toBeLessThan(0.01);
  });

  test('shows the P wave of a lost beat', () => {
    const ecg = make({ rhythm: 'av-block-2-mobitz' });
    const two = leadOf(ecg, 'II');
    const lost = ecg.waves.filter(({ wave }, i) => wave === 'P' && ecg.waves[i + 1]?.wave === 'P');
    expect(lost.length).toBeGreaterThan(3);
    for (const { onset, end } of lost) {
      expect(two[Math.round((onset + end) / 2)] - two[onset]).toBeGreaterThan(0.04);
    }
  });

  test.each([
    ['junctional', 'j', 40, 50],
    ['ventricular', 'E', 28, 36],
  ] as const)(
    'of the third degree, %s escape: atria and ventricles at rates of their own',
    (escape, symbol, low, high) => {
      const ecg = make({ rhythm: 'av-block-3', escape, heartRateBpm: 80, seconds: 60 });
      expect(new Set(symbols(ecg))).toEqual(new Set([symbol]));
      expect(60 / mean(intervals(onsets(ecg, 'P')))).toBeCloseTo(80, -0.5);
      const rr = intervals(ecg.beats);
      expect(60 / mean(rr)).toBeGreaterThan(low);
      expect(60 / mean(rr)).toBeLessThan(high);
      expect(spread(rr)).toBeLessThan(0.03);
      // R falls anywhere between two P waves: the mean of the phases as unit vectors is short.
      const p = onsets(ecg, 'P');
      const phases = ecg.beats.flatMap((r) => {
        const before = p.findLastIndex((at) => at <= r);
        return before < 0 || before + 1 >= p.length ? [] : [(r - p[before]) / (p[before + 1] - p[before])];
      });
      const [x, y] = [Math.cos, Math.sin].map((f) => mean(phases.map((phase) => f(2 * Math.PI * phase))));
      expect(Math.hypot(x, y)).toBeLessThan(0.5);
      expect(qrsWidth(ecg) > 0.12).toBe(escape === 'ventricular');
    },
  );
});

describe('atrial activity without P waves', () => {
  /** The power of lead V1 that the atria alone make, by frequency; the rest is the same without them. */
  const atrialPower = (options: Partial<SyntheticEcgOptions>): { hz: number; power: number }[] => {
    const [whole, without] = [1, 0].map((atrialWaves) => leadOf(make({ ...options, atrialWaves, seconds: 20 }), 'V1'));
    const alone = whole.map((value, i) => value - without[i]).filter((_, i) => i % 10 === 0); // 50 Hz will do
    return Array.from({ length: 400 }, (_, k) => {
      const hz = (k + 1) / 20;
      return { hz, power: powerAt(alone, (i) => i / 50, hz) };
    });
  };
  const sum = (bins: { power: number }[]): number => bins.reduce((total, { power }) => total + power, 0);

  test('fibrillation: RR without order, f waves of 4 to 9 Hz', () => {
    const ecg = make({ rhythm: 'atrial-fibrillation', seconds: 120 });
    expect(rhythmOf(ecg)).toBe('(AFIB');
    expect(onsets(ecg, 'P')).toHaveLength(0);
    const rr = intervals(ecg.beats);
    expect(spread(rr)).toBeGreaterThan(0.15);
    const centred = rr.map((value) => value - mean(rr));
    const neighbours = mean(centred.slice(1).map((value, i) => value * centred[i])) / mean(centred.map((v) => v * v));
    expect(Math.abs(neighbours)).toBeLessThan(0.25);
    for (let person = 0; person < 4; person++) {
      const power = atrialPower({ rhythm: 'atrial-fibrillation', seed: person });
      expect(sum(power.filter(({ hz }) => hz >= 4 && hz <= 9)) / sum(power)).toBeGreaterThan(0.75); // the rest: the second harmonic
    }
  });

  test.each([
    [150, 2],
    [100, 3],
    [72, 4],
  ])('flutter at %d a minute: 250 to 350 waves a minute, every %d conducted', (heartRateBpm, ratio) => {
    const options = { rhythm: 'atrial-flutter', heartRateBpm } as const;
    const { hz } = atrialPower(options).reduce((most, bin) => (bin.power > most.power ? bin : most));
    expect(60 * hz).toBeGreaterThan(250);
    expect(60 * hz).toBeLessThan(350);
    const ecg = make(options);
    expect(rhythmOf(ecg)).toBe('(AFL');
    intervals(ecg.beats).forEach((rr) => expect(Math.abs(rr * hz - ratio)).toBeLessThan(0.05));
  });

  test('flutter with changing conduction: every RR a whole number of waves', () => {
    const ecg = make({ rhythm: 'atrial-flutter', conduction: 'variable', heartRateBpm: 100 });
    const waves = intervals(ecg.beats).map((rr) => 5 * rr); // 300 a minute
    waves.forEach((count) => expect(Math.abs(count - Math.round(count))).toBeLessThan(0.02));
    expect(new Set(waves.map(Math.round))).toEqual(new Set([2, 3, 4]));
  });
});

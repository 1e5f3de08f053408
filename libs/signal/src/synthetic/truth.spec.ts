import { describe, expect, test } from '@jest/globals';
import { isCardioError } from '@cardio/core';
import { SignalError, synthesizeEcg, type SyntheticEcg, type SyntheticEcgOptions } from '../index.js';
import { leadOf, mean, powerAt } from '../testing/measure-ecg.js';
import { rhythmNames } from './rhythm.js';

const rate = 500;
const base: SyntheticEcgOptions = { seconds: 12, sampleRateHz: rate, heartRateBpm: 75, seed: 9, noise: 0 };
const everything: Partial<SyntheticEcgOptions>[] = [
  ...rhythmNames.map((rhythm) => ({ rhythm })),
  { rhythm: 'av-block-3', escape: 'ventricular' },
  { rhythm: 'paced', pacing: 'dual' },
  { premature: { atrial: 'trigeminy', ventricular: 0.2 } },
  { conditions: ['lbbb'] },
  { conditions: ['st-elevation-inferior', 'lvh'], severity: 1 },
];

describe.each(everything)('with %j', (options) => {
  const ecg = synthesizeEcg({ ...base, ...options });

  test('is the same for a seed', () => {
    expect(synthesizeEcg({ ...base, ...options })).toEqual(ecg);
  });

  test('obeys Einthoven and Goldberger', () => {
    const [one, two, three, avr, avl, avf] = synthesizeEcg({ ...base, ...options, noise: 1 }).signal.samples;
    expect(three).toEqual(two.map((value, i) => value - one[i]));
    // Tolerance: single precision of values below 10 mV.
    expect(Math.max(...avr.map((value, i) => Math.abs(value + avl[i] + avf[i])))).toBeLessThan(2e-6);
  });

  test('annotates beats where QRS is largest', () => {
    const leads = ['I', 'II', 'aVF', 'V2', 'V5'].map((name) => leadOf(ecg, name));
    const size = (i: number): number => Math.hypot(...leads.map((lead) => lead[i]));
    const inside = ecg.annotations.filter(({ symbol, sample }) => symbol !== '+' && sample > 50 && sample < 5900);
    expect(inside.length).toBeGreaterThan(5);
    for (const { sample, symbol } of inside) {
      let peak = sample - 40;
      for (let i = sample - 40; i <= sample + 40; i++) if (size(i) > size(peak)) peak = i;
      // In ms; a wide QRS is flat on top or notched.
      expect(Math.abs(peak - sample) * 2).toBeLessThanOrEqual('VE/L'.includes(symbol) ? 50 : 20);
    }
  });

  test('marks QRS around each beat, and nothing outside order', () => {
    const qrs = ecg.waves.filter(({ wave }) => wave === 'QRS');
    for (const beat of ecg.beats) expect(qrs.filter(({ onset, end }) => onset < beat && beat < end)).toHaveLength(1);
    expect(ecg.waves.map(({ onset }) => onset)).toEqual(ecg.waves.map(({ onset }) => onset).sort((a, b) => a - b));
  });
});

test('waves begin and end where the signal is level', () => {
  const ecg: SyntheticEcg = synthesizeEcg({ ...base, heartRateBpm: 60 });
  const two = leadOf(ecg, 'II');
  for (const { wave, onset, end } of ecg.waves.filter(({ onset, end }) => onset > 10 && end < 5990)) {
    const top = Math.max(...two.slice(onset, end).map((value) => Math.abs(value - two[onset])));
    const before = Math.abs(two[onset] - two[onset - 10]);
    if (wave !== 'T') expect(before / top).toBeLessThan(0.15); // T rises out of ST
  }
});

describe('the sinus node', () => {
  const long = { ...base, sampleRateHz: 500, seconds: 600 };

  test.each([
    [0.5, 0.25],
    [2, 0.3],
  ])('has LF/HF %d and its peaks at 0.1 Hz and the rate of breathing, %d Hz', (lfHfRatio, rateHz) => {
    const ratios = [1, 2, 3].map((seed) => {
      const variability = { lfHfRatio, sdnnSeconds: 0.03 };
      const { beats } = synthesizeEcg({ ...long, seed, variability, respiration: { rateHz } });
      const rr = beats.slice(1).map((beat, i) => (beat - beats[i]) / 500);
      const centred = rr.map((value) => value - mean(rr));
      // Each interval is what the node intended at its beginning, so that no interpolation takes from the upper band.
      const spectrum = Array.from({ length: 300 }, (_, k) => ({
        hz: (k + 1) / 600,
        power: powerAt(centred, (i) => beats[i] / 500, (k + 1) / 600),
      }));
      const band = (low: number, high: number): number =>
        spectrum.reduce((sum, { hz, power }) => (hz >= low && hz <= high ? sum + power : sum), 0);
      const [low, high] = [band(0.06, 0.14), band(rateHz - 0.04, rateHz + 0.04)];
      expect((low + high) / band(0, 0.5)).toBeGreaterThan(0.9);
      return low / high;
    });
    expect(Math.abs(mean(ratios) / lfHfRatio - 1)).toBeLessThan(0.2); // six tones in a band interfere
  });

  test('has the standard deviation asked for', () => {
    const { beats } = synthesizeEcg({ ...long, variability: { sdnnSeconds: 0.05 } });
    const rr = beats.slice(1).map((beat, i) => (beat - beats[i]) / 500);
    const sdnn = Math.sqrt(mean(rr.map((value) => (value - mean(rr)) ** 2)));
    expect(Math.abs(sdnn / 0.05 - 1)).toBeLessThan(0.1);
  });
});

describe('breathing', () => {
  const long = { ...base, seconds: 120, variability: { sdnnSeconds: 0 } };
  const rOf = (ecg: SyntheticEcg, name: string): number[] => ecg.beats.map((beat) => leadOf(ecg, name)[beat]);

  test('makes R taller and smaller by the share given', () => {
    const spread = (amplitude: number): number => {
      const r = rOf(synthesizeEcg({ ...long, respiration: { amplitude } }), 'II');
      return (Math.max(...r) - Math.min(...r)) / (2 * mean(r));
    };
    expect(spread(0)).toBeLessThan(0.02); // R between samples
    expect(spread(0.2)).toBeGreaterThan(0.18);
    expect(spread(0.2)).toBeLessThan(0.22);
  });

  test('turns the frontal axis by the angle given', () => {
    const ecg = synthesizeEcg({ ...long, respiration: { amplitude: 0, axisDegrees: 10 } });
    const [one, two, v2] = ['I', 'II', 'V2'].map((name) => rOf(ecg, name));
    const angles = one.map((_, i) => {
      // Dower's lead vectors (Frank's axes) backwards: `left` and `down` from I and II, `back`, which counts little there, from V2.
      let [left, down, back] = [0, 0, 0];
      for (let round = 0; round < 10; round++) {
        const [a, b] = [one[i] - 0.059 * back, two[i] + 0.132 * back];
        left = (1.066 * a + 0.235 * b) / (0.632 * 1.066 + 0.235 * 0.235);
        down = (b - 0.235 * left) / 1.066;
        back = (0.044 * left + 0.164 * down - v2[i]) / 1.387;
      }
      return (Math.atan2(down, left) * 180) / Math.PI;
    });
    // Tolerance: V2 has a gain of its own in everyone.
    expect(Math.abs(Math.max(...angles) - Math.min(...angles) - 20)).toBeLessThan(1);
  });

  test('moves the baseline of II by the size given, at its rate', () => {
    const [moved, still] = [0.3, 0].map((baselineMillivolts) =>
      leadOf(synthesizeEcg({ ...long, respiration: { baselineMillivolts, rateHz: 0.2 } }), 'II'),
    );
    const alone = moved.map((value, i) => value - still[i]);
    expect(Math.sqrt(2 * powerAt(alone, (i) => i / rate, 0.2))).toBeCloseTo(0.3, 2);
    expect(powerAt(alone, (i) => i / rate, 0.4)).toBeLessThan(1e-6);
  });
});

test.each([
  [{ rhythm: 'waltz' }, /^`rhythm` must be one of sinus, .*Received: waltz\.$/],
  [{ conditions: ['cold'] }, /^`conditions\[0\]` must be one of anterior-mi, .*Received: cold\.$/],
  [{ premature: { ventricular: 2 } }, '`premature.ventricular` must be a number from 0 to 1. Received: 2.'],
  [{ premature: { atrial: 'often' } }, /^`premature.atrial` must be one of bigeminy, .*Received: often\.$/],
  [{ conduction: 5 }, '`conduction` must be one of 2, 3, 4, variable. Received: 5.'],
  [{ severity: -1 }, '`severity` must be a number from 0 to 1.5. Received: -1.'],
  [{ respiration: { rateHz: 0 } }, '`respiration.rateHz` must be a number from 0.05 to 1. Received: 0.'],
])('refuses %j', (wrong, message) => {
  const act = (): unknown => synthesizeEcg({ ...base, ...(wrong as Partial<SyntheticEcgOptions>) });
  expect(act).toThrow(message);
  try {
    act();
  } catch (error) {
    expect(error).toBeInstanceOf(SignalError);
    expect(isCardioError(error)).toBe(true);
  }
});

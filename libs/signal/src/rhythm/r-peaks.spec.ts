import { describe, expect, test } from '@jest/globals';
import { synthesizeEcg } from '../synthetic.js';
import { matchBeats } from './match-beats.js';
import { beatAgreement, detectRPeaks, rPeakDetectors } from './r-peaks.js';

const all = Object.entries(rPeakDetectors);
const base = { seconds: 20, heartRateBpm: 75, seed: 4 } as const;
const leadOf = (sampleRateHz: number, lead: string, options = {}) => {
  const { signal, beats } = synthesizeEcg({ ...base, sampleRateHz, ...options });
  return { samples: signal.samples[signal.leads.indexOf(lead)], beats, sampleRateHz };
};

/** In samples, between the R peaks and the detections; fails for a beat too many or too few. Complexes cut off by an end don't count. */
const largestError = (
  beats: readonly number[],
  found: readonly number[],
  rate: number,
  seconds = base.seconds,
): number => {
  const inside = (at: number): boolean => at > 0.2 * rate && at < (seconds - 0.2) * rate;
  const { pairs, missed, extra } = matchBeats(beats.filter(inside), found.filter(inside), 0.15 * rate);
  expect([missed, extra]).toEqual([[], []]);
  return Math.max(...pairs.map(([a, b]) => Math.abs(a - b)));
};

describe.each(all)('%s', (_, detect) => {
  test.each([100, 128, 250, 360, 500, 1000])(
    'finds every beat of lead II at %d Hz, within 10 ms of its R peak',
    (rate) => {
      const { samples, beats } = leadOf(rate, 'II');
      expect(largestError(beats, detect(samples, rate), rate)).toBeLessThanOrEqual(0.01 * rate);
    },
  );

  test.each([30, 45, 130, 200])('finds every beat at %d a minute', (heartRateBpm) => {
    const { samples, beats } = leadOf(250, 'V5', { heartRateBpm });
    largestError(beats, detect(samples, 250), 250);
  });

  test('finds the same with the lead upside down, in another unit, on an offset', () => {
    const { samples } = leadOf(250, 'II');
    const found = detect(samples, 250);
    for (const change of [(v: number) => -v, (v: number) => 1000 * v, (v: number) => v - 12]) {
      expect(detect(Float64Array.from(samples, change), 250)).toEqual(found);
    }
  });

  test('finds the beats around a gap and none in it', () => {
    const { samples, beats } = leadOf(250, 'II');
    const [from, to] = [1500, 3000];
    const found = detect(
      samples.map((v, i) => (i >= from && i < to ? NaN : v)),
      250,
    );
    expect(found.filter((at) => at >= from && at < to)).toEqual([]);
    const clear = (at: number): boolean => at < from - 50 || at > to + 50;
    largestError(beats.filter(clear), found.filter(clear), 250);
  });

  test('finds the beats of a record that is mostly missing', () => {
    const { samples, beats } = leadOf(250, 'II');
    const part = (at: number): boolean => at > 3100 && at < 4900;
    const found = detect(
      samples.map((v, i) => (i < 3000 ? NaN : v)),
      250,
    );
    largestError(beats.filter(part), found.filter(part), 250);
    expect(found.every((at) => at >= 3000)).toBe(true);
  });

  test('goes on after an artefact a hundred times as large', () => {
    const { samples, beats } = leadOf(250, 'II');
    const found = detect(
      samples.map((v, i) => v + (i > 1000 && i < 1010 ? 100 : 0)),
      250,
    );
    const later = (at: number): boolean => at > 2500;
    largestError(beats.filter(later), found.filter(later), 250);
  });

  test('finds nothing in a constant lead', () => expect(detect(new Float32Array(2500), 250)).toEqual([]));

  test('refuses what it cannot work on', () => {
    expect(() => detect(new Float32Array(500), 50)).toThrow('`sampleRateHz` must be finite and at least 100 Hz.');
    expect(() => detect(new Float32Array(99), 100)).toThrow(
      'The lead must be 1 s or longer. Received: 99 samples of 100 Hz.',
    );
    expect(() => detect(new Float32Array(500).fill(NaN), 100)).toThrow();
    expect(() => detect(new Float32Array(500).fill(Infinity), 100)).toThrow();
  });
});

describe('the R peaks of a record', () => {
  const { signal, beats } = synthesizeEcg({ ...base, sampleRateHz: 250 });
  const noise = synthesizeEcg({ ...base, sampleRateHz: 250, noise: 100 }).signal.samples[0];

  test('come from the lead in which the detectors agree, and say which', () => {
    const found = detectRPeaks({ ...signal, samples: [noise, ...signal.samples.slice(1)] });
    expect(found.lead).toBe('II');
    expect(found.agreement).toBe(1);
    expect(found.confirmed.every(Boolean)).toBe(true);
    largestError(beats, found.samples, 250);
  });

  test('come from the lead that was asked for, by the method that was asked for', () => {
    const found = detectRPeaks(signal, { lead: 'v5', method: 'pan-tompkins' });
    expect(found.samples).toEqual(rPeakDetectors['pan-tompkins'](signal.samples[10], 250));
  });

  test('that one detector alone has are not confirmed', () => {
    const found = detectRPeaks({ leads: ['I'], sampleRateHz: 250, samples: [noise] });
    expect(found.agreement).toBeLessThan(0.9);
    expect(found.confirmed.includes(false)).toBe(true);
  });

  test('pass over leads of missing samples', () => {
    const missing = signal.samples[0].map(() => NaN);
    expect(detectRPeaks({ ...signal, samples: [missing, ...signal.samples.slice(1)] }).lead).not.toBe('I');
    expect(() => detectRPeaks({ leads: ['I'], sampleRateHz: 250, samples: [missing] })).toThrow('not missing');
  });

  test('refuse an unknown method', () =>
    expect(() => detectRPeaks(signal, { method: 'x' as 'pan-tompkins' })).toThrow(
      '`method` must be one of two-moving-averages, pan-tompkins. Received: x.',
    ));
});

describe('matching beats', () => {
  test('pairs the nearer of two, one to one', () => {
    expect(matchBeats([100, 400, 700], [103, 380, 395, 980], 54)).toEqual({
      pairs: [[100, 103], [400, 395]], // prettier-ignore
      missed: [700],
      extra: [380, 980],
      sensitivity: 2 / 3,
      positivePredictivity: 0.5,
    });
    expect(matchBeats([380, 395], [400], 54).pairs).toEqual([[395, 400]]);
  });

  test('holds at the tolerance itself and not beyond', () => {
    expect(matchBeats([100], [154], 54).pairs.length).toBe(1);
    expect(matchBeats([100], [155], 54).pairs.length).toBe(0);
  });

  test('of nothing says nothing', () => {
    expect(matchBeats([], [], 54)).toEqual({
      pairs: [],
      missed: [],
      extra: [],
      sensitivity: NaN,
      positivePredictivity: NaN,
    });
    expect(beatAgreement([], [], 250)).toBe(NaN);
    expect(beatAgreement([100], [], 250)).toBe(0);
  });

  test('refuses samples that do not ascend', () =>
    expect(() => matchBeats([2, 1], [], 5)).toThrow(
      '`reference` must be ascending samples. Received: 2, then 1 at place 1.',
    ));
});

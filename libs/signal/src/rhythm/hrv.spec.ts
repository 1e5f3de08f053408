import { describe, expect, test } from '@jest/globals';
import { golden } from '../testing/golden.js';
import { hrvSpectrum, type HrvSpectrum } from './hrv-spectrum.js';
import { hrvTime, type HrvTime } from './hrv-time.js';
import { excludeEctopic, heartRate, rrIntervals, type RrSeries } from './rr.js';

type Powers = Record<'vlf' | 'lf' | 'hf', number> & { density: number[] };
type Expected = { time: HrvTime; welch: Powers; lombScargle: Powers };
// Made by golden/hrv.py with numpy and scipy.signal.
const { cases } = golden<{
  cases: { peaks: number[]; leftOut: number[]; segmentSeconds: number; whole: Expected; gappy: Expected }[];
}>('hrv');

const near = (actual: number, expected: number): void =>
  expect(Math.abs(actual - expected)).toBeLessThan(1e-9 * Math.max(1, Math.abs(expected)));
const spectrumIs = (actual: HrvSpectrum, expected: Powers, step: number): void => {
  for (const band of ['vlf', 'lf', 'hf'] as const) near(actual[`${band}Ms2`], expected[band]);
  const few = actual.spectrum.density.filter((_, i) => i % step === 0);
  expect(few.length).toBe(expected.density.length);
  few.forEach((value, i) => near(value, expected.density[i]));
};
const marked = (series: RrSeries, places: number[]): RrSeries => ({
  ...series,
  intervalsMs: series.intervalsMs.map((value, i) => (places.includes(i) ? NaN : value)),
});

describe.each(cases.map((c, i) => [i, c] as const))('heart rate variability of series %d', (_, expected) => {
  const whole = rrIntervals(expected.peaks, 360);
  test.each([
    ['whole', whole, expected.whole],
    ['with intervals left out', marked(whole, expected.leftOut), expected.gappy],
  ] as const)('equals numpy and SciPy, %s', (_name, series, { time, welch, lombScargle }) => {
    const measured = hrvTime(series);
    for (const [name, value] of Object.entries(time)) near(measured[name as keyof HrvTime], value);
    spectrumIs(hrvSpectrum(series, { segmentSeconds: expected.segmentSeconds }), welch, 5);
    spectrumIs(hrvSpectrum(series, { method: 'lomb-scargle' }), lombScargle, 11);
  });
});

describe('the spectrum', () => {
  /** Beats about every 800 ms, whose intervals swing by `swing` ms at `hz`. */
  const swinging = (hz: number, swing: number): RrSeries => {
    const peaks = [0];
    while (peaks[peaks.length - 1] < 300_000) {
      const last = peaks[peaks.length - 1];
      peaks.push(last + 800 + swing * Math.sin((2 * Math.PI * hz * last) / 1000));
    }
    return rrIntervals(peaks, 1000);
  };

  test.each(['welch', 'lomb-scargle'] as const)('of a sine has half its squared height, by %s', (method) => {
    const slow = hrvSpectrum(swinging(0.1, 40), { method });
    expect(Math.abs(slow.lfMs2 / 800 - 1)).toBeLessThan(0.05);
    expect(slow.lfPercent).toBeGreaterThan(95);
    const fast = hrvSpectrum(swinging(0.25, 40), { method });
    expect(Math.abs(fast.hfMs2 / 800 - 1)).toBeLessThan(0.1); // splines flatten what is near two intervals long
    expect(fast.lfToHf).toBeLessThan(0.05);
  });

  test('refuses what is too short', () => {
    expect(() => hrvSpectrum(rrIntervals([0, 800, 1600], 1000))).toThrow(
      'The series must be 60 s or longer. Received: 0.8 s.',
    );
    expect(() => hrvSpectrum(swinging(0.1, 40), { segmentSeconds: 1 })).toThrow('`segmentSeconds` must be');
    expect(() => hrvSpectrum(swinging(0.1, 40), { method: 'fft' as 'welch' })).toThrow('`method` must be welch or');
  });
});

describe('intervals', () => {
  const peaks = [0, 800, 1600, 2400, 2800, 4000, 4800, 5600, 6400, 7200];

  test('are one fewer than peaks, with the times of their ends', () => {
    const { intervalsMs, timesSeconds } = rrIntervals([100, 460, 838], 360);
    expect([...intervalsMs]).toEqual([1000, 1050]);
    expect([...timesSeconds]).toEqual([460 / 360, 838 / 360]);
    expect(rrIntervals([5], 360).intervalsMs.length).toBe(0);
  });

  test('around an ectopic beat are marked, by their length or by labels', () => {
    const expected = [800, 800, 800, NaN, NaN, 800, 800, 800, 800];
    const series = rrIntervals(peaks, 1000);
    expect([...excludeEctopic(series).intervalsMs]).toEqual(expected);
    const normal = peaks.map((peak) => peak !== 2800);
    expect([...excludeEctopic(series, { normal }).intervalsMs]).toEqual(expected);
  });

  test('that are marked leave their differences out', () => {
    const { rmssdMs, sdnnMs, intervals } = hrvTime(excludeEctopic(rrIntervals(peaks, 1000)));
    expect([rmssdMs, sdnnMs, intervals]).toEqual([0, 0, 7]);
  });

  test('give the heart rate', () =>
    expect(heartRate(rrIntervals([0, 1000, 1500], 1000))).toEqual({ meanBpm: 80, lowestBpm: 60, highestBpm: 120 }));

  test('of exactly 50 ms difference are not beyond 50 ms, at any rate', () => {
    const every = Array.from({ length: 100 }, (_, i) => 300 * i + (i % 2) * 9); // 300 ± 9 samples of 360 Hz
    expect(hrvTime(rrIntervals(every, 360)).pnn50Percent).toBe(0);
  });

  test('refuse what can be no series', () => {
    expect(() => rrIntervals([3, 2], 360)).toThrow(
      '`peaks` must be ascending samples. Received: 3, then 2 at place 1.',
    );
    expect(() => rrIntervals([1, 2], 0)).toThrow('`sampleRateHz` must be finite and above 0. Received: 0.');
    expect(() => excludeEctopic(rrIntervals(peaks, 1000), { normal: [true] })).toThrow('one for each of the 10 peaks');
    expect(() => excludeEctopic(rrIntervals(peaks, 1000), { tolerance: 0 })).toThrow('`tolerance` must be above 0');
    expect(() => hrvTime(rrIntervals([1, 2, 3], 360))).toThrow('two successive differences');
    expect(() => heartRate(rrIntervals([1], 360))).toThrow('The series must be one with intervals.');
  });
});

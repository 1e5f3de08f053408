import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { medianBaseline, runningMedian } from './index.js';

// Made by golden/median.py with SciPy; whole numbers of 1/200 mV.
const golden = JSON.parse(readFileSync(new URL('../golden/median.json', import.meta.url), 'utf8')) as {
  sampleRateHz: number;
} & Record<'samples' | 'first' | 'baseline' | 'medfiltFirst' | 'medfiltBaseline', number[]>;
const samples = Float32Array.from(golden.samples);

describe('the running median', () => {
  test('equals scipy.ndimage.median_filter everywhere', () =>
    expect([...runningMedian(samples, 71)]).toEqual(golden.first));

  test('equals scipy.signal.medfilt away from the ends', () =>
    expect([...runningMedian(samples, 71)].slice(35, -35)).toEqual(golden.medfiltFirst.slice(35, -35)));

  test.each([1, 3, 5, 9, 31])(
    'of %d taps equals a sort of each window, also where it is wider than the signal',
    (taps) => {
      const random = createRandom(taps);
      const noise = Float32Array.from({ length: 12 }, () => Math.round(4 * random.normal()));
      const mirrored = [...noise.toReversed(), ...noise, ...noise.toReversed()];
      const wide = [...noise, ...mirrored, ...noise];
      const expected = Array.from(noise, (_, i) => {
        const window = wide.slice(24 + i - (taps - 1) / 2, 24 + i + (taps + 1) / 2);
        return window.sort((a, b) => a - b)[(taps - 1) / 2];
      });
      expect([...runningMedian(noise, taps)]).toEqual(expected);
    },
  );

  test('leaves missing samples out of their window', () => {
    const holes = Float32Array.of(1, NaN, 5, 3, NaN, NaN, NaN, 2);
    expect([...runningMedian(holes, 3)]).toEqual([1, 1, 3, 3, 3, NaN, 2, 2]);
  });

  test.each([0, 2, -1, 2.5])('refuses %d taps', (taps) =>
    expect(() => runningMedian(samples, taps)).toThrow(`Received: ${taps}`),
  );

  test('of nothing is nothing', () => expect(runningMedian(new Float32Array(0), 3)).toHaveLength(0));
});

describe('the median baseline', () => {
  const cleaned = medianBaseline(samples, golden.sampleRateHz, [0.2, 0.6]);

  test('of 0.2 s and 0.6 s equals that of SciPy with 71 and 215 taps', () =>
    expect([...cleaned]).toEqual(golden.samples.map((value, i) => value - golden.baseline[i])));

  test('equals two passes of scipy.signal.medfilt away from the ends', () => {
    const ends = 35 + 107;
    const expected = golden.samples.map((value, i) => value - golden.medfiltBaseline[i]);
    expect([...cleaned].slice(ends, -ends)).toEqual(expected.slice(ends, -ends));
  });

  test('takes an offset off to the very ends', () => {
    const offset = new Float32Array(720).fill(0.75);
    expect(medianBaseline(offset, 360, [0.2, 0.6]).every((value) => value === 0)).toBe(true);
  });

  test('keeps missing samples missing and all others present', () => {
    const holes = samples.map((value, i) => (i >= 300 && i < 320 ? NaN : value));
    const result = medianBaseline(holes, 360, [0.2, 0.6]);
    expect([...result.keys()].filter((i) => Number.isNaN(result[i]))).toEqual(
      Array.from({ length: 20 }, (_, i) => 300 + i),
    );
  });
});

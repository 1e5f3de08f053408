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

  /** By a sort of each window of a mirrored signal; the lower median of what isn't missing. */
  const sorted = (lead: Float64Array, taps: number): number[] =>
    Array.from(lead, (_, i) => {
      const around = Array.from({ length: taps }, (_, k) => {
        const at = i + k - (taps - 1) / 2;
        return lead[at < 0 ? -1 - at : at < lead.length ? at : 2 * lead.length - 1 - at];
      });
      const present = around.filter((value) => !Number.isNaN(value)).sort((a, b) => a - b);
      return present[(present.length - 1) >> 1] ?? NaN;
    });
  const random = createRandom(7);
  const noise = (n: number): Float64Array => Float64Array.from({ length: n }, () => random.normal());

  test.each([
    ['a signal of several blocks', noise(3000), 5],
    ['a wide window', noise(900), 701],
    ['steps, in which most samples are equal', noise(1500).map((value) => Math.round(2 * value) + 0), 31],
    ['one sample that makes the whole range', noise(1500).with(600, 1e12), 31],
    ['numbers too close for the rough sort', noise(1500).map((value) => 1e6 + 1e-7 * value), 31],
    ['infinite samples', noise(300).with(10, Infinity).with(200, -Infinity), 9],
    ['samples of which every third is missing', noise(2500).map((value, i) => (i % 3 === 0 ? NaN : value)), 9],
    ['a constant', new Float64Array(100).fill(0.1), 9],
  ])('of %s equals a sort of each window', (_, lead, taps) =>
    expect([...runningMedian(lead, taps)]).toEqual(sorted(lead, taps)),
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

  test('of a long lead equals one running median after the other', () => {
    const random = createRandom(3);
    const lead = Float64Array.from({ length: 20_000 }, () => random.normal());
    const baseline = runningMedian(runningMedian(lead, 71), 215);
    expect(medianBaseline(lead, 360, [0.2, 0.6])).toEqual(lead.map((value, i) => value - baseline[i]));
  });

  test.each([
    [0, [0.2, 0.6]],
    [360, [0.2, NaN]],
  ] as const)('refuses %d Hz with windows of %j', (rate, windows) =>
    expect(() => medianBaseline(samples, rate, windows)).toThrow('must be finite and above 0'),
  );

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

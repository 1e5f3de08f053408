import { describe, expect, test } from '@jest/globals';
import type { Signal } from '@cardio/core';
import { beatsOf, countBeats, sumCounts, type Beat } from './aami.js';
import { plausibleBeats, rrFeatures } from './beats-rr.js';
import { cutBeats } from './beats.js';

const annotations = [...'NLRej.AaJSVEF/fQ+~|x[]!"'].map((symbol, i) => ({
  ...{ sample: 100 * i, symbol, subtype: 0, channel: 0, number: 0, aux: '' },
}));

describe('AAMI classes', () => {
  test('are those of the EC57 table; what is no beat is left out', () => {
    expect(
      beatsOf(annotations)
        .map(({ symbol, aami }) => symbol + aami)
        .join(' '),
    ).toBe('NN LN RN eN jN .N AS aS JS SS VV EV FF /Q fQ QQ');
  });

  test('are counted with every beat accounted for', () => {
    const one = countBeats(annotations, { 'class Q': 3 });
    expect(one).toEqual({
      ...{
        annotations: 24,
        beats: 16,
        classes: { N: 6, S: 4, V: 2, F: 1, Q: 3 },
        windows: 13,
        leftOut: { 'class Q': 3 },
      },
    });
    expect(sumCounts([one, countBeats(annotations, { 'class Q': 1, other: 2 })])).toEqual({
      ...{ annotations: 48, beats: 32, classes: { N: 12, S: 8, V: 4, F: 2, Q: 6 }, windows: 26 },
      leftOut: { 'class Q': 4, other: 2 },
    });
  });
});

describe('RR features', () => {
  test('of a steady rhythm are its interval, with ratios of 1', () => {
    for (const features of rrFeatures([10, 110, 210, 310], 100))
      expect([...features]).toEqual([1, 1, 1, 1, 1, 1, 1, 1]);
  });

  test('follow their definitions', () => {
    const peaks = [0, 50, 150, 170, 1000]; // intervals 0.5 1 0.2 8.3 s: the last counts as 2
    const table = rrFeatures(peaks, 100).map((features) => [...features].map((value) => Number(value.toFixed(6))));
    const pre = [0.5, 0.5, 1, 0.2, 2];
    const post = [0.5, 1, 0.2, 2, 2];
    const global = [0.5, 0.5, 2 / 3, 2.2 / 4, 4.2 / 5];
    const mean = 4.2 / 5;
    const expected = pre.map((_, i) => {
      const seconds = [pre[i], post[i], global[i], global[i]]; // fewer than 10 beats: the local mean is that of all
      return [...seconds, ...seconds.map((value) => value / mean)].map((value) => Number(value.toFixed(6)));
    });
    expect(table).toEqual(expected);
  });

  test('take the last ten intervals for the local mean', () => {
    const peaks = Array.from({ length: 21 }, (_, i) => (i <= 10 ? 50 * i : 500 + 100 * (i - 10)));
    const local = rrFeatures(peaks, 100).map((features) => features[2]);
    expect(local[10]).toBeCloseTo(0.5, 6);
    expect(local[15]).toBeCloseTo(0.75, 6);
    expect(local[20]).toBeCloseTo(1, 6);
  });

  test('need two beats', () => expect(() => rrFeatures([5], 360)).toThrow('at least two annotated beats, found 1'));

  test('are implausible for both neighbours of an interval that is no heart cycle', () => {
    expect(plausibleBeats([0, 100, 110, 200, 500, 600], 100)).toEqual([true, false, false, false, false, true]);
  });
});

describe('a window', () => {
  const signal: Signal = {
    samples: [Float32Array.of(1, 2, 3, 4, 5, 6), Float32Array.of(10, 20, 30, 40, NaN, 60)],
    sampleRateHz: 100,
    leads: ['I', 'II'],
  };
  const beat = (sample: number): Beat => ({ sample, symbol: 'N', aami: 'N' });
  const cut = (leads: number, ...peaks: number[]) =>
    cutBeats({ ...signal, samples: signal.samples.slice(0, leads) }, peaks.map(beat), {
      before: 2,
      after: 2,
      features: [],
    });

  test('has `before` samples before the peak and the peak first of those after, row by row over leads', () => {
    expect([...cut(2, 2).cut[0].x]).toEqual([1, 10, 2, 20, 3, 30, 4, 40]);
  });

  test('repeats the first or last sample past the ends', () => {
    expect(cut(1, 0, 5).cut.map(({ x }) => [...x])).toEqual([
      [1, 1, 1, 2],
      [4, 5, 6, 6],
    ]);
  });

  test('is not made where samples are missing or outside the record, and that is counted', () => {
    const { cut: windows, leftOut } = cut(2, -1, 1, 3, 5, 6);
    expect(windows).toHaveLength(1);
    expect(leftOut).toEqual({ 'outside the record': 2, 'missing samples': 2 });
  });
});

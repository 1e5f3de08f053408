import { describe, expect, test } from '@jest/globals';
import { createRandom, type Signal } from '@cardio/core';
import { likenessNames, likenessNumbers } from './beats-likeness.js';
import { medianOf } from '@cardio/signal';
import { places } from './beats-places.js';
import { referenceBeats } from './beats-reference.js';
import { rhythmNames, rhythmNumbers } from './beats-rhythm.js';
import { beatNumberNames, beatSequences } from './beats-sequence.js';

const rate = 360;
/** Peaks with these seconds between them, the first one second after the start. */
const peaksOf = (seconds: readonly number[]): number[] =>
  seconds.reduce((peaks, rr) => [...peaks, peaks[peaks.length - 1] + Math.round(rr * rate)], [rate]);
const numbered = (names: readonly string[], values: Float32Array): Record<string, number> =>
  Object.fromEntries(names.map((name, i) => [name, values[i]]));
const rhythmOf = (seconds: readonly number[]) =>
  rhythmNumbers(peaksOf(seconds), rate).map((values) => numbered(rhythmNames, values));

describe('the rhythm of a beat', () => {
  test('is all zeros where it is steady', () => {
    for (const values of rhythmNumbers(peaksOf(new Array<number>(50).fill(0.8)), rate)) {
      expect([...values]).toEqual(new Array(rhythmNames.length).fill(0));
    }
  });

  test('says how early a beat is, by its definition', () => {
    const seconds = new Array<number>(60).fill(0.8);
    seconds[29] = 0.5; // before beat 30
    seconds[30] = 1.1;
    const early = rhythmOf(seconds)[30];
    expect(early['pre_record_plain']).toBeCloseTo(Math.tanh(4 * Math.log(0.5 / 0.8)), 6);
    expect(early['post_local_plain']).toBeCloseTo(Math.tanh(4 * Math.log(1.1 / 0.8)), 6);
    expect(early['pre_post_plain']).toBeCloseTo(Math.tanh(4 * Math.log(0.5 / 1.1)), 6);
    expect(early['pre_wide_steady']).toBeCloseTo(Math.tanh(Math.log(0.5 / 0.8) / 0.16), 6); // the rhythm around is steady
    expect([early['irregular'], early['irregular_whole'], early['local_record_plain']]).toEqual([0, 0, 0]);
  });

  test('is irregular in bigeminy, but its pattern is not; in an irregular rhythm both are', () => {
    const bigeminy = rhythmOf(Array.from({ length: 80 }, (_, i) => (i % 2 ? 1 : 0.6)))[40];
    expect(bigeminy['irregular']).toBeCloseTo(Math.log(1 / 0.6), 6);
    expect(bigeminy['irregular_pattern']).toBe(0);
    const random = createRandom(1);
    const fibrillation = rhythmOf(Array.from({ length: 80 }, () => 0.4 + 0.8 * random.next()))[40];
    expect(fibrillation['irregular_pattern']).toBeGreaterThan(0.15);
  });

  test('of a fast stretch is like its surroundings and unlike the record', () => {
    const seconds = Array.from({ length: 200 }, (_, i) => (i >= 120 && i < 180 ? 0.4 : 0.8));
    const beat = rhythmOf(seconds)[150];
    expect([beat['pre_local_plain'], beat['local_record_plain']]).toEqual([
      0,
      expect.closeTo(Math.tanh(4 * Math.log(0.5)), 6),
    ]);
  });

  test('needs two beats', () => expect(() => rhythmNumbers([5], rate)).toThrow('at least two beats, found 1'));
});

test('a median leaves out what is missing', () => {
  expect([medianOf(Float64Array.of(5, NaN, 1, 9)), medianOf(Float64Array.of(4, 1, 2, 3)), medianOf(new Float64Array())]).toEqual(
    [5, 2.5, NaN],
  ); // prettier-ignore
});

/** A narrow complex with P and T wave at each peak; `odd` ones are broad, turned over and without P wave. */
function signalOf(peaks: readonly number[], odd: readonly number[] = [], gain = 1): Signal {
  const lead = new Float32Array(peaks[peaks.length - 1] + rate);
  const wave = (at: number, mv: number, width: number): void => {
    for (let i = -150; i <= 150; i++) {
      if (at + i >= 0 && at + i < lead.length) lead[at + i] += gain * mv * Math.exp(-((i / rate / width) ** 2) / 2);
    }
  };
  peaks.forEach((peak, i) => {
    if (odd.includes(i)) return wave(peak, -1.5, 0.04);
    wave(peak - 60, 0.15, 0.02);
    wave(peak, 1, 0.012);
    wave(peak + 95, 0.3, 0.04);
  });
  return { samples: [lead], sampleRateHz: rate, leads: ['MLII'] };
}

describe('the likeness of a beat', () => {
  const peaks = peaksOf(new Array<number>(40).fill(0.8));
  const likenessOf = (signal: Signal, at: readonly number[] = peaks) =>
    likenessNumbers(signal, at).map((values) => numbered(likenessNames, values));
  const same = Math.atanh(0.999) / 4;

  test('to equal beats is complete', () => {
    const beat = likenessOf(signalOf(peaks))[20];
    for (const part of ['p', 'qrs', 't', 'beat']) {
      expect(beat[`${part}_like`]).toBeCloseTo(same, 4);
      expect(beat[`${part}_apart`]).toBeCloseTo(0, 6);
    }
    expect([beat['qrs_size'], beat['qrs_broader']].map((x) => Math.abs(x))).toEqual([0, 0]);
  });

  test('of a broad beat that is turned over is none', () => {
    const beats = likenessOf(signalOf(peaks, [20]));
    expect(beats[20]['qrs_like']).toBeLessThan(0.05);
    expect(beats[20]['qrs_apart']).toBeGreaterThan(0.5);
    expect(beats[20]['qrs_broader']).toBeGreaterThan(0.5);
    expect(beats[21]['qrs_like']).toBeCloseTo(same, 4);
  });

  test('does not depend on the gain of the record, but for small constants', () => {
    const [one, double] = [1, 2].map((gain) => likenessNumbers(signalOf(peaks, [20], gain), peaks)[20]);
    one.forEach((value, i) => expect(Math.abs(value - double[i])).toBeLessThan(0.03));
  });

  test('does not depend on where in the complex the peak is marked, up to 30 ms', () => {
    const marked = peaks.map((peak, i) => (i === 20 ? peak + 8 : peak));
    const beats = likenessOf(signalOf(peaks), marked);
    expect(beats[20]['qrs_like']).toBeCloseTo(same, 3);
    expect(beats[20]['p_like']).toBeCloseTo(same, 3);
  });
});

test('a place among chosen beats is the number of them before', () => {
  expect(places(7, [1, 2, 5])).toEqual([0, 0, 1, 2, 2, 2, 2]);
  expect(places(3, [0, 1, 2])).toEqual([0, 1, 2]);
});

describe('a record of runs of premature beats, most of all', () => {
  // Three sinus beats 0.9 s apart, then six premature ones 0.55 s apart, of which the first follows the third sinus beat; a pause ends the run.
  const round = [0.9, 0.9, 0.55, 0.55, 0.55, 0.55, 0.55, 0.55, 1.1];
  const seconds = Array.from({ length: 20 }, () => round).flat();
  const peaks = peaksOf(seconds);
  const isPremature = peaks.map((_, i) => i > 0 && seconds[i - 1] === 0.55);
  const signal = withP((i) => (isPremature[i] ? -0.15 : 0.15)); // their P waves are turned over
  const numbers = likenessNumbers(signal, peaks);

  /** The same beats with P waves as given, 0.17 s before the peak. */
  function withP(mv: (beat: number) => number): Signal {
    const { samples, ...rest } = signalOf(peaks);
    peaks.forEach((peak, i) => {
      for (let t = -40; t <= 40; t++)
        samples[0][peak - 60 + t] += (mv(i) - 0.15) * Math.exp(-((t / rate / 0.02) ** 2) / 2);
    });
    return { ...rest, samples };
  }

  test('is compared with the others; its usual intervals are those between two of them', () => {
    const { beats, intervals } = referenceBeats(signal, peaks, numbers);
    expect(beats).toEqual(peaks.flatMap((_, i) => (i > 0 && !isPremature[i] ? [i] : [])));
    expect(new Set(intervals.map((i) => seconds[i - 1]))).toEqual(new Set([0.9]));
  });

  test('has early beats that are unlike the usual, and others that are alike', () => {
    const sequences = beatSequences(signal, peaks, 1).map((x) => numbered(beatNumberNames, x));
    const [sinus, premature] = [sequences[92], sequences[95]]; // of the eleventh round
    expect([isPremature[92], isPremature[95]]).toEqual([false, true]);
    expect(premature['pre_record_plain']).toBeCloseTo(Math.tanh(4 * Math.log(0.55 / 0.9)), 6);
    expect(premature['pre_local_plain']).toBeCloseTo(Math.tanh(4 * Math.log(0.55 / 0.9)), 6);
    expect(sinus['pre_record_plain']).toBe(0);
    expect(sinus['p_like']).toBeGreaterThan(0.4);
    expect(premature['p_like']).toBeLessThan(0);
  });

  test('is compared with all its beats where the early ones have no P wave in common, as in atrial fibrillation', () => {
    const random = createRandom(3);
    const fibrillation = withP(() => 0.15);
    for (const peak of peaks) {
      for (let t = -110; t < -30; t++) fibrillation.samples[0][peak + t] += 0.3 * random.normal();
    }
    const { beats, intervals } = referenceBeats(fibrillation, peaks, likenessNumbers(fibrillation, peaks));
    expect([beats.length, intervals.length]).toEqual([peaks.length, peaks.length]);
  });

  test('is not one where a pause follows each premature beat, so that sinus beats are shorter than these', () => {
    const few = peaksOf(Array.from({ length: 40 }, () => [0.9, 0.9, 0.55, 1.1]).flat());
    const usual = signalOf(few);
    expect(referenceBeats(usual, few, likenessNumbers(usual, few)).beats).toHaveLength(few.length);
  });
});

describe('a sequence', () => {
  const peaks = peaksOf([0.8, 0.8, 0.5, 1.1, 0.8, 0.8, 0.7]);
  const signal = signalOf(peaks, [4]);
  const size = beatNumberNames.length;

  test('has the beat in the middle and its neighbours on both sides; the ends are repeated', () => {
    const single = beatSequences(signal, peaks, 1);
    const sequences = beatSequences(signal, peaks, 5);
    expect(sequences).toHaveLength(peaks.length);
    const beatsAt = (i: number): number[] => [i - 2, i - 1, i, i + 1, i + 2].map((b) => Math.min(7, Math.max(0, b)));
    sequences.forEach((x, i) => expect([...x]).toEqual(beatsAt(i).flatMap((b) => [...single[b]])));
    expect(single[0]).toHaveLength(size);
  });

  test('is of numbers between -1 and 1', () => {
    expect(beatSequences(signal, peaks, 3).every((x) => x.every((value) => Math.abs(value) <= 1))).toBe(true);
  });

  test('has missing numbers only where samples are missing', () => {
    const gap = { ...signal, samples: [signal.samples[0].slice().fill(NaN, peaks[6] - 10, peaks[6] + 10)] };
    const missing = beatSequences(gap, peaks, 1).map((x) => x.some(Number.isNaN));
    expect(missing).toEqual(peaks.map((_, i) => i === 6));
  });

  test('has an odd number of beats', () =>
    expect(() => beatSequences(signal, peaks, 4)).toThrow(
      '`beats` must be odd, so that one is in the middle. Received: 4.',
    ));
});

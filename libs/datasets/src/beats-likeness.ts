import type { Signal } from '@cardio/core';
import { medianOf, runningMedian } from '@cardio/signal';
import { places } from './beats-places.js';

/** Stretches of a beat in seconds from its R peak: the P wave's, QRS complex, ST and T wave, and all of it. */
const parts = { p: [-0.28, -0.07], qrs: [-0.08, 0.1], t: [0.11, 0.5], beat: [-0.4, 0.5] } as const;
type Part = keyof typeof parts;
const partNames = Object.keys(parts) as Part[];
const localParts = ['p', 'qrs'] as const satisfies readonly Part[];
const localBeats = 31;

/** How far a beat is moved at most, in seconds, to lie upon the median beat: R peaks are not always marked at the same place of the complex. */
const slack = 0.03;

/** Names of {@link likenessNumbers}, in their order. */
export const likenessNames: readonly string[] = [
  ...partNames.flatMap((part) => [`${part}_like`, `${part}_apart`]),
  ...localParts.flatMap((part) => [`${part}_like_near`, `${part}_apart_near`]),
  ...['qrs_size', 'qrs_broad', 'qrs_broader'],
];

/**
 * How like its record's median beat each beat is, or like that of the `reference` beats, in numbers between -1 and 1: `[F]` each in the order of {@link likenessNames}.
 *
 * Each beat is first moved by up to 30 ms to where its QRS complex correlates best with that of the median beat. For each part of the beat `like` is
 * atanh(0.999 r) / 4 with Pearson's correlation r to the median beat, and `apart` half the root mean square of their difference, in deviations of
 * the median QRS complex, at most 1. `near` compares with the median of the 31 beats around instead. `qrs_size` is tanh(2 ln a) with a the QRS
 * complex's range over that of the median, `qrs_broad` the mean of its absolute values over the largest, so that a broad complex has more, and
 * `qrs_broader` tanh(2 ln b) with b the same over the median's.
 *
 * @param signal prepared; its first lead is looked at
 * @param peaks samples of the R peaks, ascending
 * @param reference indices of beats, ascending, one at least; default all. Medians are of these
 */
export function likenessNumbers(
  { samples, sampleRateHz }: Signal,
  peaks: readonly number[],
  reference: readonly number[] = peaks.map((_, i) => i),
): Float32Array[] {
  const [lead] = samples;
  const inSamples = (seconds: number): number => Math.round(seconds * sampleRateHz);
  const [from, to] = parts.beat.map(inSamples);
  const cut = (beat: Float64Array, part: Part): Float64Array => {
    const [start, end] = parts[part].map(inSamples);
    return beat.subarray(start - from, end - from);
  };
  const ofReference = (column: Float64Array): Float64Array => Float64Array.from(reference, (beat) => column[beat]);
  const rough = Float64Array.from(columns(lead, peaks, from, to).map(ofReference), medianOf);
  const [start] = parts.qrs.map(inSamples);
  const moved = peaks.map((peak) => peak + lag(lead, peak + start, cut(rough, 'qrs'), inSamples(slack)));

  const across = columns(lead, moved, from, to);
  const median = Float64Array.from(across.map(ofReference), medianOf);
  const near = across.map((column) => runningMedian(ofReference(column), localBeats));
  const place = places(peaks.length, reference);
  const usual = cut(median, 'qrs');
  const unit = deviation(usual) + 0.001; // mV

  return moved.map((_, beat) => {
    const own = Float64Array.from(across, (column) => column[beat]);
    const local = Float64Array.from(near, (column) => column[place[beat]]);
    const compare = (other: Float64Array, part: Part): number[] => {
      const [a, b] = [cut(own, part), cut(other, part)];
      return [likeness(correlation(a, b)), Math.min(1, distance(a, b) / unit / 2)];
    };
    const qrs = cut(own, 'qrs');
    return Float32Array.from([
      ...partNames.flatMap((part) => compare(median, part)),
      ...localParts.flatMap((part) => compare(local, part)),
      against(range(qrs) + 0.05, range(usual) + 0.05),
      breadth(qrs),
      against(breadth(qrs) + 0.01, breadth(usual) + 0.01),
    ]);
  });
}

/** For each sample of a beat, from `from` to `to` around its peak, the values of all beats: `[T][beats]`. Past the ends of the lead it stays as it is there. */
function columns(lead: Float32Array, peaks: readonly number[], from: number, to: number): Float64Array[] {
  const last = lead.length - 1;
  return Array.from({ length: to - from }, (_, t) =>
    Float64Array.from(peaks, (peak) => lead[Math.min(last, Math.max(0, peak + from + t))]),
  );
}

/** Where, from -most to most, the lead from `at` on correlates best with `shape`; the least of equal distances. */
function lag(lead: Float32Array, at: number, shape: Float64Array, most: number): number {
  if (at - most < 0 || at + most + shape.length > lead.length) return 0;
  let best = 0;
  let highest = -Infinity;
  for (let i = 0; i <= 2 * most; i++) {
    const shift = i % 2 === 1 ? (i + 1) / 2 : -i / 2; // 0 1 -1 2 -2 …
    const r = correlation(lead.subarray(at + shift, at + shift + shape.length), shape);
    if (r <= highest) continue;
    highest = r;
    best = shift;
  }
  return best;
}

/** A correlation as a number between -1 and 1 that tells high ones apart. */
export const likeness = (correlation: number): number => Math.atanh(0.999 * correlation) / 4;

/** A ratio of two positive numbers as a number between -1 and 1. */
const against = (a: number, b: number): number => Math.tanh(2 * Math.log(a / b));

const mean = (x: Float64Array): number => x.reduce((sum, value) => sum + value, 0) / x.length;

function deviation(x: Float64Array): number {
  const centre = mean(x);
  return Math.sqrt(x.reduce((sum, value) => sum + (value - centre) ** 2, 0) / x.length);
}

/** Pearson's correlation of as many values as `b` has; 0 where one of the two does not change. */
function correlation(a: Float64Array | Float32Array, b: Float64Array): number {
  const n = b.length;
  let [sa, sb] = [0, 0];
  for (let i = 0; i < n; i++) {
    sa += a[i];
    sb += b[i];
  }
  const [ma, mb] = [sa / n, sb / n];
  let [ab, aa, bb] = [0, 1e-9, 1e-9];
  for (let i = 0; i < n; i++) {
    const [da, db] = [a[i] - ma, b[i] - mb];
    ab += da * db;
    aa += da * da;
    bb += db * db;
  }
  return ab / Math.sqrt(aa * bb);
}

const distance = (a: Float64Array, b: Float64Array): number =>
  Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]) ** 2, 0) / a.length);

const range = (x: Float64Array): number => Math.max(...x) - Math.min(...x);

/** Mean absolute value over the largest, which counts 0.05 mV more. */
const breadth = (x: Float64Array): number =>
  x.reduce((sum, value) => sum + Math.abs(value), 0) / x.length / (Math.max(...x.map(Math.abs)) + 0.05);

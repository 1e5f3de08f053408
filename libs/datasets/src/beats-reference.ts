import type { Signal } from '@cardio/core';
import { likeness, likenessNames, likenessNumbers } from './beats-likeness.js';

/** Beats on each side among which a late interval is looked for. */
const around = 75;
/** The share of the intervals around that are shorter than a late one. */
const lateShare = 0.85;
/** An interval shorter than this share of a late one is early. */
const earlyBelow = 0.85;
/** Mean correlation from which early beats have a P wave in common; about 0.2 in the atrial fibrillation of DS1. */
const commonP = likeness(0.42);
/** Correlation with the median QRS complex from which a beat is of the usual shape. */
const usualQrs = likeness(0.8);
/** Fewer intervals from one late beat to the next than these are no reference. */
const fewest = 20;

/** What the beats of a record are compared with: indices of beats, ascending. */
interface BeatReference {
  /** Whose waves are the usual ones. */
  readonly beats: readonly number[];
  /** Before which there is a usual interval. */
  readonly intervals: readonly number[];
}

/**
 * The beats that the others of their record are compared with: all of them, unless most are premature.
 *
 * A record that consists mostly of premature supraventricular beats has one of these as its median. Such a record is told by its timing: of the
 * intervals between two beats of the usual QRS complex more than half are less than 0.85 of the late ones around (their 85th percentile among 75 on
 * each side). The same is true of two others: of atrial fibrillation, but there the early beats have no P wave in common, and of trigeminy with
 * long pauses, but there no late interval follows another. In a record that is neither, the beats that are not early are the reference; its
 * intervals are those from one such beat to the next, since there is a pause after a premature beat.
 *
 * @param signal prepared; its first lead is looked at
 * @param peaks samples of the R peaks, ascending
 * @param compared the beats' {@link likenessNumbers}, compared with all
 */
export function referenceBeats(
  signal: Signal,
  peaks: readonly number[],
  compared: readonly Float32Array[],
): BeatReference {
  const all = peaks.map((_, i) => i);
  const everything = { beats: all, intervals: all };
  const usual = valuesOf('qrs_like', compared).map((like) => like >= usualQrs);
  const between = all.filter((i) => usual[i] && usual[i - 1]);
  const isEarly = earliness(between.map((i) => peaks[i] - peaks[i - 1]));
  const early = between.filter((_, k) => isEarly[k]);
  if (2 * early.length <= between.length) return everything;

  const beats = between.filter((_, k) => !isEarly[k]);
  const isReference = new Set(beats);
  const intervals = beats.filter((i) => isReference.has(i - 1));
  const p = valuesOf('p_like', likenessNumbers(signal, peaks, early));
  const meanP = early.reduce((sum, i) => sum + p[i], 0) / early.length;
  return intervals.length < fewest || meanP < commonP ? everything : { beats, intervals };
}

/** Whether each interval is early among those around it. */
const earliness = (intervals: readonly number[]): boolean[] =>
  intervals.map((interval, k) => {
    const near = intervals.slice(Math.max(0, k - around), k + around + 1).sort((a, b) => a - b);
    return interval < earlyBelow * near[Math.floor(lateShare * (near.length - 1))];
  });

const valuesOf = (name: string, numbers: readonly Float32Array[]): number[] =>
  numbers.map((values) => values[likenessNames.indexOf(name)]);

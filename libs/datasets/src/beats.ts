import type { Signal } from '@cardio/core';
import type { Beat } from './aami.js';
import { rrFeatureNames, rrFeatures } from './beats-rr.js';

/** A beat with its window and features. */
export interface CutBeat {
  readonly beat: Beat;
  /** `[T * L]`, row-major over time, then lead. */
  readonly x: Float32Array;
  /** `[F]` */
  readonly features: Float32Array;
}

/** Beats cut out of a record, and how many could not be, by reason. */
interface CutBeats {
  readonly cut: readonly CutBeat[];
  readonly leftOut: Readonly<Record<string, number>>;
}

/** What to cut: samples before the peak and from it on, and the names of the features (RR intervals) to take. */
interface BeatWindows {
  readonly before: number;
  readonly after: number;
  readonly features: readonly string[];
}

/**
 * Cuts a window around each beat. Past the record's ends the first or last sample is repeated, so that no beat is lost for standing near
 * an end. Features are computed over all `beats`, also those left out.
 *
 * @param signal prepared, without windows yet
 * @param beats all beats of the record, ascending
 * @param exclude gives the reason to leave a beat out, or nothing
 */
export function cutBeats(
  signal: Signal,
  beats: readonly Beat[],
  { before, after, features }: BeatWindows,
  exclude: (beat: Beat, index: number) => string | undefined = () => undefined,
): CutBeats {
  const columns = features.map((name) => rrFeatureNames.findIndex((known) => known === name));
  const peaks = beats.map(({ sample }) => sample);
  const rr = columns.length > 0 && beats.length > 0 ? rrFeatures(peaks, signal.sampleRateHz) : [];
  const cut: CutBeat[] = [];
  const leftOut: Record<string, number> = {};
  beats.forEach((beat, index) => {
    const x = windowAround(signal, beat.sample, before, after);
    const reason = exclude(beat, index) ?? unusable(signal, beat.sample, x);
    if (reason) leftOut[reason] = (leftOut[reason] ?? 0) + 1;
    else cut.push({ beat, x, features: Float32Array.from(columns, (column) => rr[index][column]) });
  });
  return { cut, leftOut };
}

function windowAround({ samples }: Signal, peak: number, before: number, after: number): Float32Array {
  const leads = samples.length;
  const last = samples[0].length - 1;
  const window = new Float32Array((before + after) * leads);
  for (let t = 0; t < before + after; t++) {
    const at = Math.min(last, Math.max(0, peak - before + t));
    for (let l = 0; l < leads; l++) window[t * leads + l] = samples[l][at];
  }
  return window;
}

function unusable({ samples }: Signal, peak: number, window: Float32Array): string | undefined {
  if (peak < 0 || peak >= samples[0].length) return 'outside the record';
  return window.some(Number.isNaN) ? 'missing samples' : undefined;
}

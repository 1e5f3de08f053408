import type { Signal } from '@cardio/core';

import { buildPyramid, type Pyramid } from './pyramid.js';

/** A beat or an event. */
export interface Mark {
  readonly sample: number;
  /** As in WFDB: N, V, A, …; empty for a beat that was found but not labelled. */
  readonly symbol: string;
  /** What it means or says. */
  readonly text: string;
}

/** A stretch of one rhythm, samples `from` to before `to`. */
interface Span {
  readonly from: number;
  readonly to: number;
  readonly rhythm: string;
  readonly text: string;
}

/** A recording as the viewer shows it. */
export interface EcgRecord {
  readonly name: string;
  /** mV. */
  readonly signal: Signal;
  readonly pyramids: readonly Pyramid[];
  /** In order of time. */
  readonly marks: readonly Mark[];
  readonly spans: readonly Span[];
  /** What the record says about itself: age, sex, diagnoses. */
  readonly info: readonly string[];
  /** The files it was read from, to be sent on as they are; none for one that was made here. */
  readonly files: readonly File[];
}

/** A signal with what is known of it, ready to be drawn. */
export function toEcgRecord(
  name: string,
  signal: Signal,
  known: Partial<Pick<EcgRecord, 'marks' | 'spans' | 'info' | 'files'>> = {},
): EcgRecord {
  const { marks = [], spans = [], info = [], files = [] } = known;
  return { name, signal, pyramids: signal.samples.map(buildPyramid), marks, spans, info, files };
}

/** Its length in seconds. */
export const secondsOf = ({ signal }: EcgRecord): number => (signal.samples[0]?.length ?? 0) / signal.sampleRateHz;

/** Beats per minute by the median interval between its marks; `undefined` for fewer than three. */
export function heartRate({ marks, signal }: EcgRecord): number | undefined {
  if (marks.length < 3) return undefined;
  const intervals = marks.slice(1).map(({ sample }, i) => sample - marks[i].sample);
  intervals.sort((a, b) => a - b);
  return (60 * signal.sampleRateHz) / intervals[intervals.length >> 1];
}

/** Index of the first of `items`, which are in order of time, at or after `sample`. */
export function firstFrom(items: readonly { readonly sample: number }[], sample: number): number {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].sample < sample) low = middle + 1;
    else high = middle;
  }
  return low;
}

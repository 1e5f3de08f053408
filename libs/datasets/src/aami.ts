import type { Annotation } from '@cardio/wfdb';

/** The beat classes of ANSI/AAMI EC57: normal, supraventricular ectopic, ventricular ectopic, fusion, and paced or unclassifiable. */
export const aamiClasses = ['N', 'S', 'V', 'F', 'Q'] as const;

/** One of {@link aamiClasses}. */
export type AamiClass = (typeof aamiClasses)[number];

const symbolsOf: Readonly<Record<AamiClass, string>> = { N: 'N.LRej', S: 'AaJS', V: 'VE', F: 'F', Q: '/fQ' };

const classOf: ReadonlyMap<string, AamiClass> = new Map(
  aamiClasses.flatMap((aami) => [...symbolsOf[aami]].map((symbol) => [symbol, aami] as const)),
);

/** A heartbeat: the sample of its R peak and what it is. */
export interface Beat {
  readonly sample: number;
  /** The annotator's symbol, such as `L` for a beat of left bundle branch block. */
  readonly symbol: string;
  readonly aami: AamiClass;
}

/**
 * The beats among a record's annotations, with their AAMI classes. All else (rhythm changes, signal quality, artefacts, flutter waves,
 * blocked P waves, comments) is left out. Escape beats `e` and `j` are N, as in AAMI and de Chazal et al. 2004.
 */
export function beatsOf(annotations: readonly Annotation[]): Beat[] {
  return annotations.flatMap(({ sample, symbol }) => {
    const aami = classOf.get(symbol);
    return aami ? [{ sample, symbol, aami }] : [];
  });
}

/** What is annotated in a record or a group of records, and what became of its beats: `beats` = `windows` + all of `leftOut`. */
export interface BeatCounts {
  /** All annotations, beats and others. */
  readonly annotations: number;
  readonly beats: number;
  readonly classes: Readonly<Record<AamiClass, number>>;
  /** Beats that became examples. */
  readonly windows: number;
  /** Beats that did not, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

/** {@link BeatCounts} of the records that were read, and their sums over the groups of a published split. */
export interface AnnotationCounts {
  readonly groups: Readonly<Record<string, BeatCounts>>;
  readonly records: Readonly<Record<string, BeatCounts>>;
}

/** Counts a record's annotations; beats that are not left out became windows. */
export function countBeats(
  annotations: readonly Annotation[],
  leftOut: Readonly<Record<string, number>> = {},
): BeatCounts {
  const beats = beatsOf(annotations);
  const classes = { N: 0, S: 0, V: 0, F: 0, Q: 0 };
  for (const { aami } of beats) classes[aami]++;
  const windows = Object.values(leftOut).reduce((rest, count) => rest - count, beats.length);
  return { annotations: annotations.length, beats: beats.length, classes, windows, leftOut };
}

/** The sum of counts. */
export function sumCounts(counts: readonly BeatCounts[]): BeatCounts {
  const sum = { annotations: 0, beats: 0, classes: { N: 0, S: 0, V: 0, F: 0, Q: 0 }, windows: 0 };
  const leftOut: Record<string, number> = {};
  for (const one of counts) {
    sum.annotations += one.annotations;
    sum.beats += one.beats;
    sum.windows += one.windows;
    for (const aami of aamiClasses) sum.classes[aami] += one.classes[aami];
    for (const [reason, count] of Object.entries(one.leftOut)) leftOut[reason] = (leftOut[reason] ?? 0) + count;
  }
  return { ...sum, leftOut };
}

import { matchBeats } from '@cardio/signal';

/** What a record's annotations say. */
export interface Reference {
  readonly beats: readonly number[];
  /** Stretches of ventricular flutter or fibrillation, in samples: neither beats nor detections count there, as in `bxb`. */
  readonly excluded: readonly (readonly [from: number, to: number])[];
  readonly sampleRateHz: number;
}

/** Counts of beats. */
export interface Score {
  readonly beats: number;
  readonly paired: number;
  readonly extra: number;
  readonly missed: number;
  /** Mean distance of a pair. */
  readonly errorMs: number;
}

/** Compares detections with the reference, one to one within 150 ms, from the first beat on. */
export function score({ beats, excluded, sampleRateHz }: Reference, detected: readonly number[]): Score {
  const counts = (sample: number): boolean => excluded.every(([from, to]) => sample < from || sample > to);
  const reference = beats.filter(counts);
  const { pairs, missed, extra } = matchBeats(reference, detected.filter(counts), 0.15 * sampleRateHz);
  const distance = pairs.reduce((total, [a, b]) => total + Math.abs(a - b), 0);
  return {
    beats: reference.length,
    paired: pairs.length,
    extra: extra.length,
    missed: missed.length,
    errorMs: (1000 * distance) / sampleRateHz / pairs.length,
  };
}

/** All beats of all records together. */
export function sum(scores: readonly Score[]): Score {
  const total = (of: (one: Score) => number): number => scores.reduce((all, one) => all + of(one), 0);
  const paired = total((one) => one.paired);
  return {
    beats: total((one) => one.beats),
    paired,
    extra: total((one) => one.extra),
    missed: total((one) => one.missed),
    errorMs: total((one) => one.errorMs * one.paired) / paired,
  };
}

import { CardioError } from '@cardio/core';

import { ranked } from './ranking.js';

/** How many examples are called positive at each distinct score, from the highest down. */
export interface BinaryCurve {
  /** `[M]` distinct scores, descending; what is at least as high is called positive. */
  readonly thresholds: Float64Array;
  /** `[M]` positives called positive. */
  readonly truePositives: Uint32Array;
  /** `[M]` negatives called positive. */
  readonly falsePositives: Uint32Array;
  readonly positives: number;
  readonly negatives: number;
}

/**
 * Counts true and false positives at every threshold, from which all curves and areas follow. Examples whose label is NaN (unknown)
 * are left out.
 *
 * @param scores `[N]`, higher means more positive
 * @param labels `[N]`, above 0.5 for positives
 * @throws CardioError `usage` for other than one label a score, `data` for a score that is NaN
 */
export function binaryCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): BinaryCurve {
  const ranking = ranked(scores, labels);
  const thresholds = new Float64Array(ranking.length);
  const truePositives = new Uint32Array(ranking.length);
  const falsePositives = new Uint32Array(ranking.length);
  let [m, positives, negatives] = [0, 0, 0];
  for (let i = ranking.length - 1; i >= 0; i--) {
    const example = ranking[i];
    if (example & 2) positives++;
    else negatives++;
    if (!(example & 1)) continue; // the next has the same score
    thresholds[m] = scores[example >>> 2];
    truePositives[m] = positives;
    falsePositives[m++] = negatives;
  }
  return {
    thresholds: thresholds.subarray(0, m),
    truePositives: truePositives.subarray(0, m),
    falsePositives: falsePositives.subarray(0, m),
    positives,
    negatives,
  };
}

/**
 * Scores and labels without the examples whose label is NaN (unknown).
 *
 * @throws CardioError `usage` for other than one label a score
 */
export function knownOnly(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): { scores: ArrayLike<number>; labels: ArrayLike<number> } {
  if (scores.length !== labels.length) {
    throw new CardioError('usage', `There are ${labels.length} labels for ${scores.length} scores.`);
  }
  let unknown = 0;
  for (let i = 0; i < labels.length; i++) if (Number.isNaN(labels[i])) unknown++;
  if (unknown === 0) return { scores, labels };
  const rows = new Uint32Array(labels.length - unknown);
  for (let i = 0, at = 0; i < labels.length; i++) if (!Number.isNaN(labels[i])) rows[at++] = i;
  return { scores: Float64Array.from(rows, (i) => scores[i]), labels: Float64Array.from(rows, (i) => labels[i]) };
}

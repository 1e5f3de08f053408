import { CardioError } from '@cardio/core';

import { fBeta, gBeta, meanDefined, type BinaryCounts } from '../confusion.js';
import { known, undefinedBecause, type Score } from './score.js';

/** Macro F-beta and G-beta of decisions in which an example counts once, however many classes it has. */
export interface BetaScores {
  readonly fBeta: Score;
  readonly gBeta: Score;
  /** Classes that are neither true nor given anywhere, and are left out of the means. */
  readonly leftOut: readonly number[];
}

/**
 * F-beta and G-beta of the PhysioNet Challenge 2020, which the PTB-XL benchmark uses on CPSC2018 (ICBEB): each example weighs 1 / (number of its true
 * classes), one without any weighs 1, and G-beta = TP / (TP + FP + beta FN). Means run over the classes that are true or given somewhere, as in the Challenge.
 *
 * @param labels `[N * K]`, above 0.5 where a class is true
 * @param given `[N * K]`, above 0.5 where it is predicted
 * @param beta 2 in both
 * @throws CardioError `usage` for arrays that are no N x K
 */
export function betaScores(labels: ArrayLike<number>, given: ArrayLike<number>, classes: number, beta = 2): BetaScores {
  const n = labels.length / classes;
  if (!Number.isInteger(n) || given.length !== labels.length) {
    throw new CardioError(
      'usage',
      `Received ${labels.length} labels and ${given.length} decisions for N x ${classes}.`,
    );
  }
  const counts = Array.from({ length: classes }, () => ({ tp: 0, fp: 0, fn: 0, tn: 0 }));
  for (let row = 0; row < n; row++) {
    let positives = 0;
    for (let c = 0; c < classes; c++) if (labels[row * classes + c] > 0.5) positives++;
    for (let c = 0; c < classes; c++) {
      const [is, said] = [labels[row * classes + c] > 0.5, given[row * classes + c] > 0.5];
      counts[c][is ? (said ? 'tp' : 'fn') : said ? 'fp' : 'tn'] += 1 / Math.max(positives, 1);
    }
  }
  const mean = (of: (counts: BinaryCounts, beta: number) => number | null): Score => {
    const value = meanDefined(counts.map((one) => of(one, beta)));
    return value === null ? undefinedBecause('no class is true or given anywhere') : known(value);
  };
  const leftOut = [...counts.keys()].filter((c) => counts[c].tp + counts[c].fp + counts[c].fn === 0);
  return { fBeta: mean(fBeta), gBeta: mean(gBeta), leftOut };
}

/**
 * The benchmark's decisions: a class is given above its threshold, and the class of the highest probability where none is.
 *
 * @param probabilities `[N * K]`
 * @param thresholds `[K]`, chosen on other data
 * @returns `[N * K]`, 1 where a class is given
 */
export function decideAtLeastOne(probabilities: ArrayLike<number>, thresholds: ArrayLike<number>): Uint8Array {
  const k = thresholds.length;
  const given = Uint8Array.from({ length: probabilities.length }, (_, i) =>
    probabilities[i] > thresholds[i % k] ? 1 : 0,
  );
  for (let from = 0; from < given.length; from += k) {
    if (given.subarray(from, from + k).includes(1)) continue;
    let best = from;
    for (let i = from + 1; i < from + k; i++) if (probabilities[i] > probabilities[best]) best = i;
    given[best] = 1;
  }
  return given;
}

import { ranked, type Ranking } from './ranking.js';

/** Areas under the two curves of one class. */
export interface Areas {
  /** Under the ROC curve; `null` without positives or negatives. */
  readonly auroc: number | null;
  /** Under the precision-recall curve, as average precision; `null` without positives. */
  readonly auprc: number | null;
}

/**
 * Areas under the ROC curve, as the Mann-Whitney statistic with mid-ranks for ties, and the precision-recall curve, as average precision.
 *
 * @param counts `[N]` how often each example is there, such as in a bootstrap resample
 */
export function areas(ranking: Ranking, counts: Uint32Array): Areas {
  let [pairs, gained] = [0, 0]; // twice the pairs in right order; precision of each positive
  let [positives, negatives] = [0, 0]; // of higher scores
  let [tp, fp] = [0, 0]; // of this score
  for (let i = ranking.length - 1; i >= 0; i--) {
    const example = ranking[i];
    const count = counts[example >>> 2];
    if (example & 2) tp += count;
    else fp += count;
    if (!(example & 1)) continue;
    pairs += fp * (2 * positives + tp);
    negatives += fp;
    fp = 0;
    if (tp === 0) continue;
    positives += tp;
    gained += (tp * positives) / (positives + negatives);
    tp = 0;
  }
  return {
    auroc: positives === 0 || negatives === 0 ? null : pairs / (2 * positives * negatives),
    auprc: positives === 0 ? null : gained / positives,
  };
}

/**
 * Area under the precision-recall curve as average precision, without interpolation (scikit-learn's `average_precision_score`).
 *
 * @param scores `[N]`, higher means more positive
 * @param labels `[N]`, above 0.5 for positives, NaN for unknown ones, which are left out
 * @returns the area in [0, 1], or `null` when there are no positives
 */
export function averagePrecision(scores: ArrayLike<number>, labels: ArrayLike<number>): number | null {
  return areas(ranked(scores, labels), onceEach(labels.length)).auprc;
}

/** Counts of N examples that are there once each. */
export const onceEach = (n: number): Uint32Array => new Uint32Array(n).fill(1);

import { binaryCurve } from './binary-curve.js';

/** The points of an ROC curve, from (0, 0) to (1, 1). */
export interface RocCurve {
  /** `[M + 1]` of the M distinct scores. */
  readonly falsePositiveRate: Float64Array;
  /** `[M + 1]` */
  readonly truePositiveRate: Float64Array;
  /** `[M + 1]`, descending: infinity, at which nothing is called positive, and the distinct scores. */
  readonly thresholds: Float64Array;
}

/**
 * The ROC curve, with the points of scikit-learn's `roc_curve(drop_intermediate=False)`. Labels that are NaN (unknown) are left out.
 *
 * @param scores `[N]`, higher means more positive
 * @param labels `[N]`, above 0.5 for positives
 * @returns `null` when there are no positives or no negatives
 */
export function rocCurve(scores: ArrayLike<number>, labels: ArrayLike<number>): RocCurve | null {
  const { truePositives, falsePositives, thresholds, positives, negatives } = binaryCurve(scores, labels);
  if (positives === 0 || negatives === 0) return null;
  const from = (first: number, rest: ArrayLike<number>, whole: number): Float64Array => {
    const points = new Float64Array(rest.length + 1);
    points[0] = first;
    for (let i = 0; i < rest.length; i++) points[i + 1] = rest[i] / whole;
    return points;
  };
  return {
    falsePositiveRate: from(0, falsePositives, negatives),
    truePositiveRate: from(0, truePositives, positives),
    thresholds: from(Infinity, thresholds, 1),
  };
}

/** The points of a precision-recall curve, from the lowest threshold to (recall 0, precision 1). */
export interface PrecisionRecallCurve {
  /** `[M + 1]` of the M distinct scores; the last is 1. */
  readonly precision: Float64Array;
  /** `[M + 1]`; the last is 0. */
  readonly recall: Float64Array;
  /** `[M]`, ascending; what is at least as high is called positive. */
  readonly thresholds: Float64Array;
}

/**
 * The precision-recall curve, with the points of scikit-learn's `precision_recall_curve`. Labels that are NaN (unknown) are left out.
 *
 * @param scores `[N]`, higher means more positive
 * @param labels `[N]`, above 0.5 for positives
 * @returns `null` when there are no positives
 */
export function precisionRecallCurve(
  scores: ArrayLike<number>,
  labels: ArrayLike<number>,
): PrecisionRecallCurve | null {
  const { truePositives, falsePositives, thresholds, positives } = binaryCurve(scores, labels);
  if (positives === 0) return null;
  const m = thresholds.length;
  const precision = new Float64Array(m + 1).fill(1);
  const recall = new Float64Array(m + 1);
  for (let i = 0; i < m; i++) {
    const tp = truePositives[m - 1 - i];
    precision[i] = tp / (tp + falsePositives[m - 1 - i]);
    recall[i] = tp / positives;
  }
  return { precision, recall, thresholds: thresholds.toReversed() };
}

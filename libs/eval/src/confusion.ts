/**
 * Counts truth against prediction.
 *
 * @param truth class index of each example
 * @param predicted class index of each example
 * @param k number of classes
 * @returns `[k][k]`, rows truth, columns predicted
 */
export function confusionMatrix(truth: ArrayLike<number>, predicted: ArrayLike<number>, k: number): number[][] {
  const matrix = Array.from({ length: k }, () => new Array<number>(k).fill(0));
  for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]]++;
  return matrix;
}

/** True and false positives and negatives of one class against the rest. */
export interface BinaryCounts {
  readonly tp: number;
  readonly fp: number;
  readonly fn: number;
  readonly tn: number;
}

/**
 * One class of a confusion matrix against all others.
 *
 * @param forgiven truth classes whose prediction as `index` is not counted as a false positive: in AAMI EC57 a fusion beat (F)
 *   called ventricular (V) is none
 */
export function oneAgainstRest(
  matrix: readonly (readonly number[])[],
  index: number,
  forgiven: readonly number[] = [],
): BinaryCounts {
  let tp = 0;
  let fp = 0;
  let fn = 0;
  let all = 0;
  matrix.forEach((row, truth) =>
    row.forEach((count, predicted) => {
      all += count;
      if (truth === index && predicted === index) tp += count;
      else if (truth === index) fn += count;
      else if (predicted === index && !forgiven.includes(truth)) fp += count;
    }),
  );
  return { tp, fp, fn, tn: all - tp - fp - fn };
}

/** Sensitivity (recall), TP / (TP + FN); `null` without positives. */
export const sensitivity = ({ tp, fn }: BinaryCounts): number | null => ratio(tp, tp + fn);

/** Positive predictivity (precision), TP / (TP + FP); `null` when the class was never predicted. */
export const positivePredictivity = ({ tp, fp }: BinaryCounts): number | null => ratio(tp, tp + fp);

/** F1 = 2 TP / (2 TP + FP + FN); `null` when the class is neither true nor predicted anywhere. */
export const f1 = ({ tp, fp, fn }: BinaryCounts): number | null => ratio(2 * tp, 2 * tp + fp + fn);

/** Share of examples on the diagonal; `null` without examples. */
export function accuracy(matrix: readonly (readonly number[])[]): number | null {
  return ratio(
    matrix.reduce((sum, row, i) => sum + row[i], 0),
    matrix.flat().reduce((a, b) => a + b, 0),
  );
}

/**
 * Cohen's kappa (Educ Psychol Meas 20:37, 1960): agreement beyond chance, (p_o - p_e) / (1 - p_e); `null` without examples or
 * when chance agreement is complete.
 */
export function kappa(matrix: readonly (readonly number[])[]): number | null {
  const n = matrix.flat().reduce((a, b) => a + b, 0);
  const agreed = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const chance = matrix.reduce((sum, row, i) => {
    const truth = row.reduce((a, b) => a + b, 0);
    const predicted = matrix.reduce((a, r) => a + r[i], 0);
    return sum + truth * predicted;
  }, 0);
  return ratio(n * agreed - chance, n * n - chance);
}

/** The mean of the defined values; `null` when there is none. */
export function meanDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((v) => v !== null);
  return ratio(
    defined.reduce((a, b) => a + b, 0),
    defined.length,
  );
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

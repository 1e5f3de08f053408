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

/** Specificity, TN / (TN + FP); `null` without negatives. */
export const specificity = ({ tn, fp }: BinaryCounts): number | null => ratio(tn, tn + fp);

/**
 * F-beta = (1 + beta^2) TP / ((1 + beta^2) TP + FP + beta^2 FN), in which recall counts beta times as much as precision (van Rijsbergen 1979);
 * `null` when the class is neither true nor predicted anywhere.
 */
export function fBeta({ tp, fp, fn }: BinaryCounts, beta: number): number | null {
  const weighted = (1 + beta ** 2) * tp;
  return ratio(weighted, weighted + fp + beta ** 2 * fn);
}

/** G-beta = TP / (TP + FP + beta FN), as in the PhysioNet Challenge 2020; `null` when the class is neither true nor predicted anywhere. */
export const gBeta = ({ tp, fp, fn }: BinaryCounts, beta: number): number | null => ratio(tp, tp + fp + beta * fn);

/** One class's counts as a confusion matrix of two classes, the negatives first, for {@link kappa} and {@link matthews}. */
export const binaryMatrix = ({ tp, fp, fn, tn }: BinaryCounts): number[][] => [
  [tn, fp],
  [fn, tp],
];

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

/**
 * Matthews' correlation coefficient for any number of classes (Gorodkin, Comput Biol Chem 28:367, 2004); `null` when all examples are of one class
 * or all predictions are.
 */
export function matthews(matrix: readonly (readonly number[])[]): number | null {
  const truths = matrix.map((row) => row.reduce((a, b) => a + b, 0));
  const predictions = matrix.map((_, i) => matrix.reduce((sum, row) => sum + row[i], 0));
  const n = truths.reduce((a, b) => a + b, 0);
  const agreed = matrix.reduce((sum, row, i) => sum + row[i], 0);
  const chance = truths.reduce((sum, truth, i) => sum + truth * predictions[i], 0);
  const spread = (counts: number[]): number => n * n - counts.reduce((sum, count) => sum + count * count, 0);
  return ratio(n * agreed - chance, Math.sqrt(spread(truths)) * Math.sqrt(spread(predictions)));
}

/** The mean of the defined values; `null` when there is none. */
export function meanDefined(values: readonly (number | null)[]): number | null {
  const defined = values.filter((v) => v !== null);
  return ratio(
    defined.reduce((a, b) => a + b, 0),
    defined.length,
  );
}

/** The mean of the defined values, weighted; `null` when there is none, or none with a weight. */
export function weightedMeanDefined(values: readonly (number | null)[], weights: readonly number[]): number | null {
  let [sum, whole] = [0, 0];
  values.forEach((value, i) => {
    if (value === null) return;
    sum += value * weights[i];
    whole += weights[i];
  });
  return ratio(sum, whole);
}

const ratio = (part: number, whole: number): number | null => (whole === 0 ? null : part / whole);

import { argmaxRows, highestProbability, type Scores } from '../scores.js';
import { meanDefined } from '../confusion.js';
import type { Columns } from './columns.js';
import { expectedCalibrationError, reliabilityCurve } from './reliability.js';

/** How far probabilities can be taken at their word: lower is better; `null` without an example whose label is known. */
export interface CalibrationScores {
  /** Mean of -log of the probability that was given to the truth (scikit-learn's `log_loss`). */
  readonly logLoss: number | null;
  /** Mean squared distance from the truth (scikit-learn's `brier_score_loss`): of one class, or in multi-class tasks summed over them. */
  readonly brier: number | null;
  /** Expected calibration error in 15 bins of equal width; in multi-class tasks of the highest probability (Guo et al., ICML 2017). */
  readonly ece: number | null;
}

/** Probabilities are held so far from 0 and 1, that the log loss stays finite; scikit-learn's bound for float64. */
const epsilon = 2 ** -52;

/** The scores of one class's probabilities in [0, 1]; labels that are NaN (unknown) are left out. */
export function binaryCalibrationScores(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): CalibrationScores {
  let [loss, square, n] = [0, 0, 0];
  for (let i = 0; i < labels.length; i++) {
    const label = labels[i];
    if (Number.isNaN(label)) continue;
    n++;
    const given = label > 0.5 ? probabilities[i] : 1 - probabilities[i];
    loss -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, given)));
    square += (1 - given) ** 2;
  }
  if (n === 0) return { logLoss: null, brier: null, ece: null };
  return {
    logLoss: loss / n,
    brier: square / n,
    ece: expectedCalibrationError(reliabilityCurve(probabilities, labels)),
  };
}

/** The scores of a multi-class task without unknown labels. */
export function multiClassCalibrationScores({ classes, probabilities, labels }: Scores): CalibrationScores {
  const k = classes.length;
  const truth = argmaxRows(labels, k);
  const said = argmaxRows(probabilities, k);
  const n = truth.length;
  if (n === 0) return { logLoss: null, brier: null, ece: null };
  let [loss, square] = [0, 0];
  for (let row = 0; row < n; row++) {
    loss -= Math.log(Math.min(1 - epsilon, Math.max(epsilon, probabilities[row * k + truth[row]])));
    for (let c = 0; c < k; c++) square += (probabilities[row * k + c] - (c === truth[row] ? 1 : 0)) ** 2;
  }
  const confidence = Float64Array.from(said, (c, row) => probabilities[row * k + c]);
  const right = Float64Array.from(said, (c, row) => (c === truth[row] ? 1 : 0));
  return {
    logLoss: loss / n,
    brier: square / n,
    ece: expectedCalibrationError(reliabilityCurve(confidence, right)),
  };
}

/** Means over the classes that have examples. */
export const meanCalibrationScores = (each: readonly CalibrationScores[]): CalibrationScores => ({
  logLoss: meanDefined(each.map(({ logLoss }) => logLoss)),
  brier: meanDefined(each.map(({ brier }) => brier)),
  ece: meanDefined(each.map(({ ece }) => ece)),
});

/** Whether all are probabilities. */
export const inUnitInterval = ({ probabilities }: Columns): boolean =>
  probabilities.every((column: Float32Array | Float64Array) => column.every((p) => p >= 0 && p <= highestProbability));

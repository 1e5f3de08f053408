import {
  binaryMatrix,
  f1,
  matthews,
  positivePredictivity,
  sensitivity,
  specificity,
  type BinaryCounts,
} from '../confusion.js';
import type { Areas } from './areas.js';
import type { CalibrationScores } from './calibration-scores.js';

/** The scores of one class against the rest; `null` where a score is not defined, with the reason in `undefinedBecause`. */
export interface ClassScores {
  readonly name: string;
  /** Examples that truly have the class. */
  readonly support: number;
  /** Examples that were given the class. */
  readonly predicted: number;
  /** Examples of which it is not known whether they have the class; they have no part in its scores. */
  readonly unknown: number;
  readonly counts: BinaryCounts;
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly positivePredictivity: number | null;
  readonly f1: number | null;
  /** Matthews' correlation coefficient. */
  readonly mcc: number | null;
  readonly auroc: number | null;
  /** Average precision. */
  readonly auprc: number | null;
  readonly brier: number | null;
  /** Expected calibration error in 15 bins of equal width. */
  readonly ece: number | null;
  readonly logLoss: number | null;
  /** By the name of the score. */
  readonly undefinedBecause: Readonly<Record<string, string>>;
}

/** What the scores of a class follow from. */
interface ClassFacts {
  readonly name: string;
  readonly predicted: number;
  readonly unknown: number;
  readonly counts: BinaryCounts;
  readonly areas: Areas;
  /** `null` where what was said are no probabilities. */
  readonly calibration: CalibrationScores | null;
}

/** Puts together the scores of one class. */
export function classScores({ name, predicted, unknown, counts, areas, calibration }: ClassFacts): ClassScores {
  const scores = {
    sensitivity: sensitivity(counts),
    specificity: specificity(counts),
    positivePredictivity: positivePredictivity(counts),
    f1: f1(counts),
    mcc: matthews(binaryMatrix(counts)),
    ...areas,
    brier: calibration && calibration.brier,
    ece: calibration && calibration.ece,
    logLoss: calibration && calibration.logLoss,
  };
  const why = reasons(counts, calibration !== null);
  const undefinedBecause = Object.fromEntries(
    Object.entries(scores).flatMap(([score, value]) =>
      value === null ? [[score, why[score as keyof typeof why]]] : [],
    ),
  );
  return { name, support: counts.tp + counts.fn, predicted, unknown, counts, ...scores, undefinedBecause };
}

/** Why each score would be undefined. */
function reasons({ tp, fp, fn, tn }: BinaryCounts, probabilities: boolean) {
  const nothing = tp + fp + fn + tn === 0 && 'there is no example whose label is known';
  const noPositive = nothing || (tp + fn === 0 && 'no example has the class');
  const noNegative = nothing || 'every example has the class';
  const neverGiven = nothing || 'the class is never predicted';
  const calibration = nothing || (probabilities ? '' : 'not all values are probabilities in [0, 1]');
  return {
    sensitivity: noPositive || '',
    specificity: noNegative,
    positivePredictivity: neverGiven,
    f1: nothing || 'the class is neither true nor predicted anywhere',
    mcc: noPositive || (fp + tn === 0 ? noNegative : tp + fp === 0 ? neverGiven : 'the class is always predicted'),
    auroc: noPositive || noNegative,
    auprc: noPositive || '',
    brier: calibration,
    ece: calibration,
    logLoss: calibration,
  };
}

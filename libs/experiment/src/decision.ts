import type { EcgDataset } from '@cardio/datasets';
import {
  chooseThresholds,
  compareCalibration,
  evaluateDecisions,
  evaluateScores,
  fitCalibration,
  testScores,
  thresholdValues,
  validationScores,
  type Calibration,
  type CalibrationComparison,
  type DecisionScores,
  type Scores,
  type ThresholdRule,
  type Thresholds,
} from '@cardio/eval';

import type { Predictions } from './predictions.js';

/** What is fitted to the validation split once a model is trained. */
interface Decisions {
  /** From which probability on a class is given; `null` in a multi-class task, where the class of the highest probability is taken. */
  readonly thresholds: Thresholds | null;
  /** One temperature for each class, or for all of a multi-class task. Thresholds are of probabilities before it. */
  readonly calibration: Calibration;
}

/** {@link Decisions} with what came of them on the test split, as `evaluation.json` holds them. */
export interface EvaluatedDecisions {
  readonly thresholds:
    | (Thresholds & {
        readonly test: readonly DecisionScores[];
        /** Mean F1 on the test split over the classes for which it is defined. */
        readonly testMacroF1: number | null;
      })
    | null;
  readonly calibration: Calibration & {
    readonly validation: CalibrationComparison;
    readonly test: CalibrationComparison;
  };
}

type Task = Pick<EcgDataset['task'], 'kind'>;

/** Chooses a threshold for each class of a multi-label task, by F1 unless told otherwise, and fits temperatures, on predictions of the validation split. */
export function decisionsFrom(
  { kind }: Task,
  validation: Predictions,
  options: { readonly by?: ThresholdRule } = {},
): Decisions {
  const scores = validationScores(scoresOf(kind, validation));
  return {
    thresholds: kind === 'multi-label' ? chooseThresholds(scores, { by: options.by ?? 'f1' }) : null,
    calibration: fitCalibration(scores, { method: 'temperature' }),
  };
}

/** What decisions do on predictions of the test split, which had no part in them. */
export function evaluateDecisionsOn(
  { thresholds, calibration }: Decisions,
  { kind }: Task,
  { validation, test }: { readonly validation: Predictions; readonly test: Predictions },
): EvaluatedDecisions {
  const scores = testScores(scoresOf(kind, test));
  return {
    thresholds: thresholds && {
      ...thresholds,
      test: evaluateDecisions(thresholds, scores),
      testMacroF1: evaluateScores(scores, { thresholds: thresholdValues(thresholds, scores.classes) }).summary[
        'macroF1'
      ],
    },
    calibration: {
      ...calibration,
      validation: compareCalibration(calibration, scoresOf(kind, validation)),
      test: compareCalibration(calibration, scores),
    },
  };
}

const scoresOf = (task: Scores['task'], { classes, probabilities, labels }: Predictions): Scores => ({
  task,
  classes,
  probabilities,
  labels,
});

import {
  binaryCalibrationScores,
  meanCalibrationScores,
  multiClassCalibrationScores,
  type CalibrationScores,
} from '../metrics/calibration-scores.js';
import { countExamples, knownRows, rowsOf, type Scores } from '../scores.js';
import { columnOf } from '../thresholds/column.js';
import { applyCalibration } from './apply.js';
import { assertProbabilities, type Calibration } from './fit.js';

/** The scores of probabilities as they came, and calibrated. */
export interface CalibrationComparison {
  readonly before: CalibrationScores;
  readonly after: CalibrationScores;
}

/**
 * Log loss, Brier score and expected calibration error: in a multi-label task the mean over the classes that have examples.
 *
 * @throws CardioError `usage` for probabilities outside [0, 1]
 */
export function calibrationScores(scores: Scores): CalibrationScores {
  countExamples(scores);
  assertProbabilities(scores);
  const probabilities = Float64Array.from(scores.probabilities, (p) => Math.min(p, 1)); // a float32 may be a rounding above
  const inside = { ...scores, probabilities };
  if (scores.task === 'multi-class') return multiClassCalibrationScores(rowsOf(inside, knownRows(inside)));
  return meanCalibrationScores(
    scores.classes.map((_, index) =>
      binaryCalibrationScores(columnOf(inside, 'probabilities', index), columnOf(inside, 'labels', index)),
    ),
  );
}

/** What a calibration does to scores: on those of validation it looks better than it is, for it was fitted there. */
export function compareCalibration(calibration: Calibration, scores: Scores): CalibrationComparison {
  const probabilities = applyCalibration(calibration, scores.probabilities);
  return { before: calibrationScores(scores), after: calibrationScores({ ...scores, probabilities }) };
}

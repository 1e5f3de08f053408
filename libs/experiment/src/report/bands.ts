import { type Scores } from '@cardio/eval';
import {
  precisionRecallBand,
  rocBand,
  type PrecisionRecallFigureCurve,
  type RocFigureCurve,
} from '@cardio/eval/figures';

import { leastPatients } from '../intervals.js';
import { columnOf } from './figures.js';

/** The average of the classes' curves with a band of 95 %, patients drawn with all their rows. */
interface AverageCurves {
  readonly roc: Omit<RocFigureCurve, 'name'> | null;
  readonly precisionRecall: Omit<PrecisionRecallFigureCurve, 'name'> | null;
}

/** @param patients of each row of the scores; under {@link leastPatients} of them there are no bands */
export function averageCurves(scores: Scores, patients: readonly string[]): AverageCurves | null {
  if (new Set(patients).size < leastPatients) return null;
  const classes = scores.classes.map((_, c) => {
    const { probabilities, labels } = columnOf(scores, c, 'all');
    return { scores: probabilities, labels };
  });
  const options = { clusters: patients, resamples: 500 };
  const roc = rocBand(classes, options);
  const precisionRecall = precisionRecallBand(classes, options);
  return {
    roc: roc && { curve: roc, band: roc },
    precisionRecall: precisionRecall && { curve: precisionRecall, band: precisionRecall },
  };
}

import { meanDefined } from './confusion.js';
import { areas, onceEach } from './metrics/areas.js';
import { columnsOf } from './metrics/columns.js';
import { createScratch, ranked } from './metrics/ranking.js';
import { countExamples, type Scores } from './scores.js';

/**
 * Area under the ROC curve as the Mann-Whitney statistic with mid-ranks for ties (Hanley & McNeil, Radiology 143:29, 1982).
 *
 * @param scores one score per example, higher means more positive
 * @param positive one value per example, above 0.5 for positives, NaN for unknown ones, which are left out
 * @returns the area in [0, 1], or `null` when there are no positives or no negatives
 */
export function auroc(scores: ArrayLike<number>, positive: ArrayLike<number>): number | null {
  return areas(ranked(scores, positive), onceEach(scores.length)).auroc;
}

/**
 * The mean AUROC of the classes that have positives and negatives, without the rest of an evaluation; `null` when there is no such class.
 *
 * @throws CardioError `usage` for arrays that don't fit the classes, `data` for a score that is NaN
 */
export function macroAuroc(scores: Scores): number | null {
  const n = countExamples(scores);
  const { probabilities, labels } = columnsOf(scores);
  const [scratch, once] = [createScratch(n), onceEach(n)];
  return meanDefined(probabilities.map((said, c) => areas(ranked(said, labels[c], scratch), once).auroc));
}

import { CardioError } from '@cardio/core';

import {
  equivalentIn2020,
  representative,
  type ChallengeWeights,
  type EquivalentClasses,
} from './challenge-weights.js';
import { known, undefinedBecause, type Score } from './score.js';

/** What was true and what was predicted of N records. */
export interface ChallengeDecisions {
  /** K SNOMED CT codes; those without weights are not scored. */
  readonly classes: readonly string[];
  /** `[N * K]`, above 0.5 where a class is true. */
  readonly labels: ArrayLike<number>;
  /** `[N * K]`, above 0.5 where it is predicted. */
  readonly given: ArrayLike<number>;
}

/** Sinus rhythm, which is "normal" in the Challenge. */
const sinusRhythm = '426783006';

/**
 * The metric of the PhysioNet/Computing in Cardiology Challenge 2020 (Perez Alday et al., Physiol Meas 41:124003, 2020; `evaluate_12ECG_score.py`):
 * every pair of a true and a predicted class earns its weight, divided by the number of classes in their union; the sum is scaled so that a perfect
 * prediction has 1 and "always normal" 0. Equivalent classes count as one, which is there when one of them is.
 *
 * @returns undefined when a perfect prediction earns no more than "always normal" (the Challenge's own script says 0)
 * @throws CardioError `usage` for arrays that are no N x K, or weights without the normal class
 */
export function challenge2020Score(
  { classes, labels, given }: ChallengeDecisions,
  weights: ChallengeWeights,
  { normal = sinusRhythm, equivalent = equivalentIn2020 }: { normal?: string; equivalent?: EquivalentClasses } = {},
): Score {
  const k = classes.length;
  const n = labels.length / k;
  if (!Number.isInteger(n) || given.length !== labels.length) {
    throw new CardioError('usage', `Received ${labels.length} labels and ${given.length} decisions for N x ${k}.`);
  }
  const normalClass = weights.classes.indexOf(normal);
  if (normalClass < 0) {
    throw new CardioError(
      'usage',
      `The weights have no normal class ${normal}: they have ${weights.classes.join(', ')}.`,
    );
  }
  const scored = classes.map((name) => weights.classes.indexOf(representative(name.split('|')[0], equivalent)));
  const setOf = (values: ArrayLike<number>, row: number): Set<number> =>
    new Set(scored.filter((c, i) => c >= 0 && values[row * k + i] > 0.5));
  const credit = (truth: Set<number>, said: Set<number>): number => {
    let sum = 0;
    for (const i of truth) for (const j of said) sum += weights.matrix[i][j];
    return sum / Math.max(new Set([...truth, ...said]).size, 1);
  };
  const inactive = new Set([normalClass]);
  let [observed, perfect, alwaysNormal] = [0, 0, 0];
  for (let row = 0; row < n; row++) {
    const truth = setOf(labels, row);
    observed += credit(truth, setOf(given, row));
    perfect += credit(truth, truth);
    alwaysNormal += credit(truth, inactive);
  }
  if (perfect === alwaysNormal) {
    return undefinedBecause('a perfect prediction earns no more than calling every record normal');
  }
  return known((observed - alwaysNormal) / (perfect - alwaysNormal));
}

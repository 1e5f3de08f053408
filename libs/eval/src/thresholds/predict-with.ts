import { CardioError } from '@cardio/core';

import { f1, positivePredictivity, sensitivity, specificity, type BinaryCounts } from '../confusion.js';
import { argmaxRows, countExamples, type Scores } from '../scores.js';
import { fallbackThreshold, type Thresholds } from './choose.js';

/** The scores of one class at its threshold; `null` where a score is not defined for want of examples. */
export interface DecisionScores {
  readonly name: string;
  /** What was decided by; `null` where the class of the highest probability was taken. */
  readonly threshold: number | null;
  readonly counts: BinaryCounts;
  readonly sensitivity: number | null;
  readonly specificity: number | null;
  readonly positivePredictivity: number | null;
  readonly f1: number | null;
}

/**
 * Decides each class of each example. With thresholds: a class is given from its threshold on, whatever the others, so that in a multi-class task too an
 * example may get none or several. With `null`: the class of the highest probability (multi-class), or each from 0.5 on (multi-label).
 *
 * @returns `[N * K]`, 1 where a class is given
 * @throws CardioError `usage` for thresholds of other classes
 */
export function predictWith(thresholds: Thresholds | null, scores: Scores): Uint8Array {
  const n = countExamples(scores);
  const { classes, probabilities, task } = scores;
  const k = classes.length;
  const given = new Uint8Array(n * k);
  if (thresholds === null && task === 'multi-class') {
    argmaxRows(probabilities, k).forEach((best, row) => (given[row * k + best] = 1));
    return given;
  }
  const levels = thresholdValues(thresholds, classes);
  for (let i = 0; i < n * k; i++) given[i] = probabilities[i] >= levels[i % k] ? 1 : 0;
  return given;
}

/** The scores of the decisions that {@link predictWith} takes, class by class; examples whose label is unknown (NaN) are left out. */
export function evaluateDecisions(thresholds: Thresholds | null, scores: Scores): DecisionScores[] {
  const given = predictWith(thresholds, scores);
  const { classes, labels, task } = scores;
  const k = classes.length;
  const levels = thresholds === null && task === 'multi-class' ? null : thresholdValues(thresholds, classes);
  return classes.map((name, index) => {
    const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
    for (let i = index; i < given.length; i += k) {
      if (labels[i] > 0.5) counts[given[i] ? 'tp' : 'fn']++;
      else if (!Number.isNaN(labels[i])) counts[given[i] ? 'fp' : 'tn']++;
    }
    return {
      name,
      threshold: levels && levels[index],
      counts,
      sensitivity: sensitivity(counts),
      specificity: specificity(counts),
      positivePredictivity: positivePredictivity(counts),
      f1: f1(counts),
    };
  });
}

/**
 * The probability from which on each class is given, as the other functions that take `thresholds` want it; 0.5 for all without thresholds.
 *
 * @returns `[K]`
 * @throws CardioError `usage` for thresholds of other classes
 */
export function thresholdValues(thresholds: Thresholds | null, classes: readonly string[]): number[] {
  if (thresholds === null) return classes.map(() => fallbackThreshold);
  const names = thresholds.classes.map(({ name }) => name);
  if (names.join('\n') !== classes.join('\n')) {
    throw new CardioError(
      'usage',
      `The thresholds are of the classes ${names.join(', ')}; received scores of ${classes.join(', ')}. Both must be of one model.`,
    );
  }
  return thresholds.classes.map(({ threshold }) => threshold ?? thresholds.fallback);
}

import { CardioError } from '@cardio/core';

import { f1, fBeta } from '../confusion.js';
import { binaryCurve } from '../metrics/binary-curve.js';
import { countExamples, type Scores } from '../scores.js';
import { columnOf } from './column.js';
import { bestCut, type Merit } from './cut.js';
import { assertValidation, type ValidationScores } from './split-scores.js';

/**
 * How a threshold is chosen: the highest F1, F-beta, or Youden's J = sensitivity + specificity - 1 (Cancer 3:32, 1950); the best specificity
 * of those with at least a sensitivity; or the best sensitivity of those with at least a specificity.
 */
export type ThresholdRule =
  'f1' | 'youden' | { readonly fBeta: number } | { readonly sensitivity: number } | { readonly specificity: number };

/** The threshold of one class against the rest. */
export interface ClassThreshold {
  readonly name: string;
  /** An example is given the class from this probability on; `null` where none could be chosen, and the fallback is used. */
  readonly threshold: number | null;
  /** Why there is none. */
  readonly reason: string | null;
  /** Validation examples with the class, and without it; those whose label is unknown (NaN) are neither. */
  readonly positives: number;
  readonly negatives: number;
}

/** Thresholds with what they were chosen by: plain data, to be kept beside the model. */
export interface Thresholds {
  readonly by: ThresholdRule;
  readonly chosenOn: 'validation';
  /** The threshold of classes without one of their own. */
  readonly fallback: number;
  readonly classes: readonly ClassThreshold[];
}

/** The threshold of a class for which none could be chosen. */
export const fallbackThreshold = 0.5;

/**
 * Chooses a threshold for each class against the rest on validation scores. Of equally good ones it is the highest; it lies halfway between the lowest
 * probability that is given the class and the next one below, so that rounding (float32, another runtime) changes no decision.
 *
 * In a multi-class task, too, a threshold is of a class against the rest; without thresholds the class of the highest probability is taken, see
 * `predictWith`.
 *
 * @throws CardioError `usage` for scores that are not of validation or a rule out of its range, `data` for a probability that is NaN
 */
export function chooseThresholds(validation: ValidationScores, options: { readonly by: ThresholdRule }): Thresholds {
  assertValidation(validation, '`chooseThresholds`');
  const { by } = options;
  meritOf(by); // a rule out of its range is an error even where there is no class to use it on
  countExamples(validation);
  return {
    by,
    chosenOn: 'validation',
    fallback: fallbackThreshold,
    classes: validation.classes.map((name, index) => ({ name, ...chooseOne(validation, index, by) })),
  };
}

function chooseOne(validation: Scores, index: number, by: ThresholdRule): Omit<ClassThreshold, 'name'> {
  const name = validation.classes[index];
  const curve = binaryCurve(columnOf(validation, 'probabilities', index), columnOf(validation, 'labels', index));
  const { positives, negatives } = curve;
  const none = (reason: string) => ({ threshold: null, reason, positives, negatives });
  if (positives === 0) return none(`No validation example is ${name}.`);
  if (negatives === 0) return none(`Every validation example is ${name}.`);
  const threshold = bestCut(curve, meritOf(by));
  return threshold === null
    ? none(`No threshold for ${name} fulfils ${JSON.stringify(by)} on validation.`)
    : { threshold, reason: null, positives, negatives };
}

function meritOf(by: ThresholdRule): Merit {
  if (by === 'youden') return ({ tp, fp, fn, tn }) => tp * (fp + tn) - fp * (tp + fn);
  if (by === 'f1') return f1;
  if ('fBeta' in by) {
    const beta = atLeast(by.fBeta, 'fBeta', Infinity);
    return (counts) => fBeta(counts, beta);
  }
  if ('sensitivity' in by) {
    const least = atLeast(by.sensitivity, 'sensitivity', 1);
    return ({ tp, fn, fp }) => (tp / (tp + fn) >= least ? -fp : null);
  }
  const least = atLeast(by.specificity, 'specificity', 1);
  return ({ tn, fp, tp }) => (tn / (tn + fp) >= least ? tp : null);
}

function atLeast(value: number, name: string, most: number): number {
  if (value > 0 && value <= most && Number.isFinite(value)) return value;
  throw new CardioError(
    'usage',
    `\`by.${name}\` must be above 0 and ${most === 1 ? 'at most 1' : 'finite'}; received ${value}.`,
  );
}

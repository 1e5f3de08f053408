import { CardioError, type TaskKind } from '@cardio/core';

import { argmaxRows, highestProbability, knownRows, rowsOf, type Scores } from '../scores.js';
import { columnOf } from '../thresholds/column.js';
import { assertValidation, type ValidationScores } from '../thresholds/split-scores.js';
import type { ClassMap, Fitted } from './class-map.js';
import { fitIsotonic } from './isotonic.js';
import { probabilityEpsilon } from './logit.js';
import { fitPlatt } from './platt.js';
import { binaryTemperature, softmaxTemperature } from './temperature.js';

/** How probabilities are calibrated. */
export type CalibrationOptions =
  /** One temperature: in a multi-class task for all classes together; in a multi-label task for each class, or with `shared` one for all. */
  | { readonly method: 'temperature'; readonly shared?: boolean }
  /** A slope and an intercept for each class against the rest. */
  | { readonly method: 'platt' }
  /** Rising steps for each class against the rest; needs about a thousand examples (Niculescu-Mizil & Caruana, ICML 2005). */
  | { readonly method: 'isotonic' };

/** A fitted calibration: plain data, to be kept beside the model. */
export interface Calibration {
  readonly method: CalibrationOptions['method'];
  readonly task: TaskKind;
  readonly fittedOn: 'validation';
  /** Probabilities are held within [epsilon, 1 - epsilon] before their logarithm is taken. */
  readonly epsilon: number;
  readonly classes: readonly ClassCalibration[];
}

/** How one class is calibrated. */
export interface ClassCalibration {
  readonly name: string;
  /** `null`: the probability stays as it is. */
  readonly map: ClassMap | null;
  /** Why there is no map. */
  readonly reason: string | null;
}

/**
 * Fits a calibration on validation scores; examples whose label is unknown (NaN) have no part in it. A class without positives or negatives, and one that
 * a method can't calibrate without turning the order of scores round, is left as it is, with the reason.
 *
 * Scores are probabilities: what softmax or sigmoid made of logits. Platt scaling is of their logits.
 *
 * @throws CardioError `usage` for scores that are not of validation, or probabilities outside [0, 1]
 */
export function fitCalibration(validation: ValidationScores, options: CalibrationOptions): Calibration {
  assertValidation(validation, '`fitCalibration`');
  assertProbabilities(validation);
  const { task, classes } = validation;
  const fits = fittedMaps(validation, options);
  return {
    method: options.method,
    task,
    fittedOn: 'validation',
    epsilon: probabilityEpsilon,
    classes: classes.map((name, index) => ({ name, ...fits[index] })),
  };
}

/** Stops on what is no probability; a float32 may be a rounding above 1. */
export function assertProbabilities({ classes, probabilities }: Scores): void {
  for (let i = 0; i < probabilities.length; i++) {
    if (probabilities[i] >= 0 && probabilities[i] <= highestProbability) continue;
    throw new CardioError(
      'usage',
      `The probability of ${classes[i % classes.length]} in row ${Math.floor(i / classes.length)} is ${probabilities[i]}, not in [0, 1]. Give probabilities, not logits.`,
    );
  }
}

function fittedMaps(validation: ValidationScores, options: CalibrationOptions): readonly Fitted[] {
  const { task, classes } = validation;
  if (options.method === 'temperature' && task === 'multi-class') {
    const one = together(validation);
    return classes.map(() => one);
  }
  if (options.method === 'temperature' && options.shared) {
    const { probabilities, labels } = validation;
    const one = against(options.method, 'any class', Float64Array.from(probabilities), Float64Array.from(labels));
    return classes.map(() => one);
  }
  return classes.map((name, index) =>
    against(options.method, name, columnOf(validation, 'probabilities', index), columnOf(validation, 'labels', index)),
  );
}

/** One temperature of a multi-class task. */
function together(validation: ValidationScores): Fitted {
  const { classes, probabilities, labels } = rowsOf(validation, knownRows(validation));
  const truth = argmaxRows(labels, classes.length);
  const present = [...new Set(truth)];
  if (present.length < 2) {
    const only = present.length === 1 ? `every one is ${classes[present[0]]}` : 'it has no example';
    return { map: null, reason: `Validation has no two classes to tell apart: ${only}.` };
  }
  return softmaxTemperature(Float64Array.from(probabilities), truth);
}

/** One class against the rest. */
function against(method: Calibration['method'], name: string, all: Float64Array, labels: Float64Array): Fitted {
  const probabilities = all.filter((_, i) => !Number.isNaN(labels[i]));
  const positive = Uint8Array.from(
    labels.filter((label) => !Number.isNaN(label)),
    (label) => (label > 0.5 ? 1 : 0),
  );
  if (!positive.includes(1)) return { map: null, reason: `No validation example is ${name}.` };
  if (!positive.includes(0)) return { map: null, reason: `Every validation example is ${name}.` };
  return fitters[method](probabilities, positive);
}

const fitters = { temperature: binaryTemperature, platt: fitPlatt, isotonic: fitIsotonic } as const;

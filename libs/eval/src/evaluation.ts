import type { TaskKind } from '@cardio/core';

import { confusionMatrix, oneAgainstRest, type BinaryCounts } from './confusion.js';
import { areas, onceEach } from './metrics/areas.js';
import {
  binaryCalibrationScores,
  inUnitInterval,
  meanCalibrationScores,
  multiClassCalibrationScores,
  type CalibrationScores,
} from './metrics/calibration-scores.js';
import { classScores, type ClassScores } from './metrics/class-scores.js';
import { columnsOf } from './metrics/columns.js';
import { createScratch, ranked } from './metrics/ranking.js';
import { multiClassSummary, multiLabelSummary } from './metrics/summary.js';
import { argmaxRows, countExamples, knownRows, rowsOf, type Scores } from './scores.js';

/** All that is reported of one model on one set. */
export interface Evaluation {
  readonly task: TaskKind;
  readonly classes: readonly string[];
  readonly examples: number;
  /** The scores by which models are compared, all of them better when higher; see {@link evaluateScores}. */
  readonly summary: Readonly<Record<string, number | null>>;
  /** How far probabilities can be taken at their word, better when lower: of multi-label tasks the mean over the classes. */
  readonly calibration: CalibrationScores;
  readonly perClass: readonly ClassScores[];
  /** `[K][K]`, rows truth, columns predicted; multi-class tasks only. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** Why a score of `summary` or `calibration` is `null`, by its name. */
  readonly undefinedBecause: Readonly<Record<string, string>>;
  /** What a reader must know, such as classes without a positive example. */
  readonly notes: readonly string[];
}

/** A confusion that a protocol does not count as a false positive, as `[truth, predicted]`. */
export type Forgiven = readonly [truth: string, predicted: string];

/** How scores are evaluated. */
export interface EvaluationOptions {
  /** Confusions not counted as false positives, such as `[['F', 'V']]` for AAMI EC57. */
  readonly forgiven?: readonly Forgiven[];
  /** `[K]` of multi-label tasks: a class is predicted from this probability on; 0.5 by default. Never chosen on the data that is evaluated. */
  readonly thresholds?: ArrayLike<number>;
}

/**
 * Evaluates probabilities against labels.
 *
 * Multi-class: the prediction is the class of the highest probability; `summary` has `accuracy`, `balancedAccuracy` (mean
 * sensitivity), `macroF1`, `kappa`, `macroAuroc`, `weightedF1`, `mcc`, micro and weighted AUROC, macro, micro and weighted AUPRC, and the `jk` index
 * where there are classes S and V. Multi-label: a class is predicted from its threshold on; `summary` has `macroAuroc`, `macroF1`, micro and weighted F1,
 * AUROC and AUPRC, `fmax`, and `exactMatch`, the share of examples whose classes are all right. Means run over the classes for which the score is defined;
 * the others are named in `notes`. A label that is NaN is unknown: in multi-label tasks the example has no part in the scores of that class, in
 * multi-class tasks in none.
 *
 * @throws CardioError `usage` for arrays that don't fit the classes, `data` for a probability that is NaN
 */
export function evaluateScores(given: Scores, options: EvaluationOptions = {}): Evaluation {
  const { task, classes } = given;
  const all = countExamples(given);
  const scores = task === 'multi-class' ? rowsOf(given, knownRows(given)) : given;
  const examples = countExamples(scores);
  const forgiven = options.forgiven ?? [];
  const predicted = task === 'multi-class' ? argmaxRows(scores.probabilities, classes.length) : null;
  const confusion = predicted && confusionMatrix(argmaxRows(scores.labels, classes.length), predicted, classes.length);
  const columns = columnsOf(scores);
  const probabilities = inUnitInterval(columns);
  const [scratch, once] = [createScratch(examples), onceEach(examples)];
  const each = classes.map((_, c) =>
    probabilities ? binaryCalibrationScores(columns.probabilities[c], columns.labels[c]) : null,
  );
  const perClass = classes.map((name, c) => {
    const [said, truth] = [columns.probabilities[c], columns.labels[c]];
    const counts = confusion
      ? oneAgainstRest(confusion, c, forgivenTruths(classes, name, forgiven))
      : thresholdCounts(said, truth, options.thresholds?.[c] ?? 0.5);
    const ranking = ranked(said, truth, scratch);
    return classScores({
      name,
      counts,
      predicted: confusion ? confusion.reduce((sum, row) => sum + row[c], 0) : counts.tp + counts.fp,
      unknown: all - ranking.length,
      areas: areas(ranking, once),
      calibration: each[c],
    });
  });
  const { summary, undefinedBecause } = confusion
    ? multiClassSummary(scores, perClass, confusion, forgiven)
    : multiLabelSummary(scores, perClass, options.thresholds);
  const calibration = !probabilities
    ? { logLoss: null, brier: null, ece: null }
    : task === 'multi-class'
      ? multiClassCalibrationScores(scores)
      : meanCalibrationScores(each.flatMap((one) => one ?? []));
  const whyNot = probabilities
    ? 'there is no example whose labels are known'
    : 'not all values are probabilities in [0, 1]';
  const uncalibrated = Object.entries(calibration).flatMap(([name, value]) => (value === null ? [[name, whyNot]] : []));
  return {
    task,
    classes,
    examples,
    summary,
    calibration,
    perClass,
    confusion,
    undefinedBecause: { ...undefinedBecause, ...(Object.fromEntries(uncalibrated) as Record<string, string>) },
    notes: notesOn(perClass, all, examples, forgiven),
  };
}

/** One evaluation per group, such as per record or patient: rows with the same key belong together. Groups keep the order they appear in. */
export function evaluateGroups(
  scores: Scores,
  keys: readonly string[],
  options: EvaluationOptions = {},
): { key: string; evaluation: Evaluation }[] {
  const rows = new Map<string, number[]>();
  keys.forEach((key, row) => {
    const group = rows.get(key);
    if (group) group.push(row);
    else rows.set(key, [row]);
  });
  return [...rows].map(([key, group]) => ({ key, evaluation: evaluateScores(rowsOf(scores, group), options) }));
}

function thresholdCounts(said: ArrayLike<number>, truth: ArrayLike<number>, threshold: number): BinaryCounts {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let i = 0; i < truth.length; i++) {
    const given = said[i] >= threshold;
    if (truth[i] > 0.5) counts[given ? 'tp' : 'fn']++;
    else if (!Number.isNaN(truth[i])) counts[given ? 'fp' : 'tn']++;
  }
  return counts;
}

const forgivenTruths = (classes: readonly string[], predicted: string, forgiven: readonly Forgiven[]): number[] =>
  forgiven.filter(([, to]) => to === predicted).map(([from]) => classes.indexOf(from));

function notesOn(
  perClass: readonly ClassScores[],
  all: number,
  examples: number,
  forgiven: readonly Forgiven[],
): string[] {
  const absent = perClass.filter((c) => c.support === 0).map((c) => c.name);
  const full = perClass.filter((c) => c.support > 0 && c.support === all - c.unknown).map((c) => c.name);
  const unknown = perClass.filter((c) => c.unknown > 0).map((c) => `${c.name} of ${c.unknown}`);
  return [
    ...(absent.length > 0
      ? [`No example of ${absent.join(', ')}: sensitivity and AUROC are undefined there and left out of means.`]
      : []),
    ...(full.length > 0
      ? [`Every example is ${full.join(', ')}: AUROC is undefined there and left out of means.`]
      : []),
    ...(examples < all
      ? [`The labels of ${all - examples} of ${all} examples are unknown: they are left out.`]
      : unknown.length > 0
        ? [
            `Labels are unknown (${unknown.join(', ')} of ${all} examples): the examples are left out of these classes' scores.`,
          ]
        : []),
    ...forgiven.map(
      ([truth, predicted]) => `A true ${truth} predicted as ${predicted} is not counted as a false positive.`,
    ),
  ];
}

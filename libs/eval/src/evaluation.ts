import type { TaskKind } from '@cardio/core';

import { auroc } from './auroc.js';
import {
  accuracy,
  confusionMatrix,
  f1,
  kappa,
  meanDefined,
  oneAgainstRest,
  positivePredictivity,
  sensitivity,
  type BinaryCounts,
} from './confusion.js';
import { argmaxRows, countExamples, type Scores } from './scores.js';

/** The scores of one class against the rest; `null` where a score is not defined for want of examples. */
export interface ClassScores {
  readonly name: string;
  /** Examples that truly have the class. */
  readonly support: number;
  /** Examples that were given the class. */
  readonly predicted: number;
  readonly sensitivity: number | null;
  readonly positivePredictivity: number | null;
  readonly f1: number | null;
  readonly auroc: number | null;
}

/** All that is reported of one model on one set. */
export interface Evaluation {
  readonly task: TaskKind;
  readonly classes: readonly string[];
  readonly examples: number;
  /** The scores by which models are compared; see {@link evaluateScores}. */
  readonly summary: Readonly<Record<string, number | null>>;
  readonly perClass: readonly ClassScores[];
  /** `[K][K]`, rows truth, columns predicted; multi-class tasks only. */
  readonly confusion: readonly (readonly number[])[] | null;
  /** What a reader must know, such as classes without a positive example. */
  readonly notes: readonly string[];
}

/** A confusion that a protocol does not count as a false positive, as `[truth, predicted]`. */
export type Forgiven = readonly [truth: string, predicted: string];

/**
 * Evaluates probabilities against labels.
 *
 * Multi-class: the prediction is the class of the highest probability; `summary` has `accuracy`, `balancedAccuracy` (mean
 * sensitivity), `macroF1`, `kappa` and `macroAuroc`. Multi-label: a class is predicted from probability 0.5 on; `summary` has
 * `macroAuroc` and `macroF1`. Means run over the classes for which the score is defined; the others are named in `notes`.
 *
 * @param options.forgiven confusions not counted as false positives, such as `[['F', 'V']]` for AAMI EC57
 */
export function evaluateScores(scores: Scores, options: { forgiven?: readonly Forgiven[] } = {}): Evaluation {
  const { classes, task } = scores;
  const examples = countExamples(scores);
  const forgiven = options.forgiven ?? [];
  const confusion =
    task === 'multi-class'
      ? confusionMatrix(
          argmaxRows(scores.labels, classes.length),
          argmaxRows(scores.probabilities, classes.length),
          classes.length,
        )
      : null;
  const perClass = classes.map((name, index) => {
    const counts = confusion
      ? oneAgainstRest(confusion, index, forgivenTruths(classes, name, forgiven))
      : thresholdCounts(scores, index, examples);
    return {
      name,
      support: counts.tp + counts.fn,
      predicted: confusion ? confusion.reduce((sum, row) => sum + row[index], 0) : counts.tp + counts.fp,
      sensitivity: sensitivity(counts),
      positivePredictivity: positivePredictivity(counts),
      f1: f1(counts),
      auroc: auroc(column(scores.probabilities, index, classes.length), column(scores.labels, index, classes.length)),
    };
  });
  const macroF1 = meanDefined(perClass.map((c) => c.f1));
  const macroAuroc = meanDefined(perClass.map((c) => c.auroc));
  const balancedAccuracy = meanDefined(perClass.map((c) => c.sensitivity));
  return {
    task,
    classes,
    examples,
    summary: confusion
      ? { accuracy: accuracy(confusion), balancedAccuracy, macroF1, kappa: kappa(confusion), macroAuroc }
      : { macroAuroc, macroF1 },
    perClass,
    confusion,
    notes: notesOn(perClass, examples, forgiven),
  };
}

/** One evaluation per group, such as per record: rows with the same key belong together. Groups keep the order they appear in. */
export function evaluateGroups(
  scores: Scores,
  keys: readonly string[],
  options: { forgiven?: readonly Forgiven[] } = {},
): { key: string; evaluation: Evaluation }[] {
  const rows = new Map<string, number[]>();
  keys.forEach((key, row) => {
    const group = rows.get(key);
    if (group) group.push(row);
    else rows.set(key, [row]);
  });
  const k = scores.classes.length;
  const pick = (values: ArrayLike<number>, group: number[]): Float64Array =>
    Float64Array.from({ length: group.length * k }, (_, i) => values[group[Math.floor(i / k)] * k + (i % k)]);
  return [...rows].map(([key, group]) => ({
    key,
    evaluation: evaluateScores(
      { ...scores, probabilities: pick(scores.probabilities, group), labels: pick(scores.labels, group) },
      options,
    ),
  }));
}

function thresholdCounts({ probabilities, labels, classes }: Scores, index: number, examples: number): BinaryCounts {
  const counts = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (let i = index; i < examples * classes.length; i += classes.length) {
    if (labels[i] > 0.5) counts[probabilities[i] >= 0.5 ? 'tp' : 'fn']++;
    else counts[probabilities[i] >= 0.5 ? 'fp' : 'tn']++;
  }
  return counts;
}

const forgivenTruths = (classes: readonly string[], predicted: string, forgiven: readonly Forgiven[]): number[] =>
  forgiven.filter(([, to]) => to === predicted).map(([from]) => classes.indexOf(from));

const column = (values: ArrayLike<number>, index: number, columns: number): Float64Array =>
  Float64Array.from({ length: values.length / columns }, (_, row) => values[row * columns + index]);

function notesOn(perClass: readonly ClassScores[], examples: number, forgiven: readonly Forgiven[]): string[] {
  const absent = perClass.filter((c) => c.support === 0).map((c) => c.name);
  const full = perClass.filter((c) => c.support === examples && examples > 0).map((c) => c.name);
  return [
    ...(absent.length > 0
      ? [`No example of ${absent.join(', ')}: sensitivity and AUROC are undefined there and left out of means.`]
      : []),
    ...(full.length > 0
      ? [`Every example is ${full.join(', ')}: AUROC is undefined there and left out of means.`]
      : []),
    ...forgiven.map(
      ([truth, predicted]) => `A true ${truth} predicted as ${predicted} is not counted as a false positive.`,
    ),
  ];
}

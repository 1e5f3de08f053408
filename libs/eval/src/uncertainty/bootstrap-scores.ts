import { CardioError } from '@cardio/core';

import type { EvaluationOptions } from '../evaluation.js';
import { countExamples, type Scores } from '../scores.js';
import { bootstrapValues, type BootstrapOptions } from './bootstrap.js';
import { intervalOf, type BootstrapValues, type Interval } from './interval.js';
import { classScoreNames, summaryNames, weightedScores } from './weighted-scores.js';

/** Intervals of the scores of one class. */
export type ClassIntervals = { readonly name: string } & Readonly<Record<(typeof classScoreNames)[number], Interval>>;

/** Intervals of an evaluation's scores, by their names there. */
export interface ScoreIntervals {
  readonly summary: Readonly<Record<string, Interval>>;
  readonly perClass: readonly ClassIntervals[];
}

/** How the uncertainty of an evaluation is computed: `clusters` are the patients of the rows. */
export interface ScoreBootstrapOptions extends Omit<BootstrapOptions, 'accept'>, EvaluationOptions {
  /**
   * Whether a sample is drawn again until each class with positives and negatives has both, as the PTB-XL benchmark does; true by default. Otherwise means
   * run over other classes from sample to sample.
   */
  readonly redraw?: boolean;
}

/**
 * The uncertainty of macro AUROC, AUPRC and F1, in multi-class tasks also of accuracy, balanced accuracy, kappa and MCC, and of the scores of each class,
 * by the bootstrap. Scores are sorted once: a sample of N examples costs a pass over N x K numbers.
 *
 * @throws CardioError `usage` for other than one cluster a row, or an unknown label (NaN) in a multi-class task
 * @example
 * bootstrapScores(scores, { clusters: patients }).summary.macroAuroc; // { estimate, low, high, level: 0.95, … }
 */
export function bootstrapScores(scores: Scores, options: ScoreBootstrapOptions = {}): ScoreIntervals {
  const weighted = prepared(scores, options);
  const values = bootstrapValues(({ counts }) => weighted.of(counts), countExamples(scores), {
    ...options,
    ...(options.redraw === false ? {} : { accept: weighted.hasAll }),
  });
  return intervalsOf(scores, values, (value) =>
    intervalOf(value, options.level ?? 0.95, options.method ?? 'percentile'),
  );
}

/** A difference of two scores with its uncertainty. */
export interface Difference extends Interval {
  /** Two-sided p value of "there is no difference"; `null` where the interval is. */
  readonly pValue: number | null;
}

/** Differences of two evaluations' scores, first minus second. */
export interface ScoreDifferences {
  readonly summary: Readonly<Record<string, Difference>>;
  readonly perClass: readonly ({ readonly name: string } & Readonly<
    Record<(typeof classScoreNames)[number], Difference>
  >)[];
}

/**
 * Compares two sets of predictions for the same examples, in the same order: both are scored on the same bootstrap samples, and their differences taken.
 * p is twice the smaller share of samples on either side of no difference, (1 + count) / (1 + B) (Davison & Hinkley 1997, equation 4.11).
 *
 * @throws CardioError `usage` when labels or classes differ
 */
export function compareScores(first: Scores, second: Scores, options: ScoreBootstrapOptions = {}): ScoreDifferences {
  const same = (a: ArrayLike<unknown>, b: ArrayLike<unknown>): boolean =>
    a.length === b.length && Array.from(a).every((value, i) => Object.is(value, b[i]));
  if (!same(first.classes, second.classes) || !same(first.labels, second.labels) || first.task !== second.task) {
    throw new CardioError(
      'usage',
      'Both predictions must be of the same classes and the same examples in the same order; their classes or labels differ.',
    );
  }
  const [a, b] = [prepared(first, options), prepared(second, options)];
  const values = bootstrapValues(({ counts }) => minus(a.of(counts), b.of(counts)), countExamples(first), {
    ...options,
    ...(options.redraw === false ? {} : { accept: a.hasAll }),
  });
  return intervalsOf(first, values, (value) => differenceOf(value, options));
}

/** The interval and p value of a difference from its bootstrap values. */
function differenceOf(
  values: BootstrapValues,
  { level = 0.95, method = 'percentile' }: Pick<BootstrapOptions, 'level' | 'method'>,
): Difference {
  const interval = intervalOf(values, level, method);
  if (interval.low === null) return { ...interval, pValue: null };
  const below = values.samples.filter((value) => value <= 0).length;
  const above = values.samples.filter((value) => value >= 0).length;
  return { ...interval, pValue: Math.min(1, (2 * (1 + Math.min(below, above))) / (1 + interval.resamples)) };
}

function prepared(scores: Scores, options: EvaluationOptions): ReturnType<typeof weightedScores> {
  if (scores.task === 'multi-class' && Array.prototype.some.call(scores.labels, Number.isNaN)) {
    throw new CardioError(
      'usage',
      'Some labels are unknown (NaN). Leave those examples out of a multi-class task first.',
    );
  }
  return weightedScores(scores, options);
}

function intervalsOf<T extends Interval>(
  { task, classes }: Scores,
  values: readonly BootstrapValues[],
  of: (values: BootstrapValues) => T,
): { summary: Record<string, T>; perClass: ({ name: string } & Record<(typeof classScoreNames)[number], T>)[] } {
  const names = summaryNames[task];
  const named = <N extends string>(keys: readonly N[], from: number): Record<N, T> =>
    Object.fromEntries(keys.map((key, i) => [key, of(values[from + i])])) as Record<N, T>; // one of each key
  return {
    summary: named<string>(names, 0),
    perClass: classes.map((name, c) => ({
      name,
      ...named(classScoreNames, names.length + c * classScoreNames.length),
    })),
  };
}

const minus = (a: Float64Array, b: Float64Array): Float64Array => a.map((value, i) => value - b[i]);

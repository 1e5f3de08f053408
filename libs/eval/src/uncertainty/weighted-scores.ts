import {
  accuracy,
  f1,
  kappa,
  matthews,
  meanDefined,
  oneAgainstRest,
  positivePredictivity,
  sensitivity,
  specificity,
  type BinaryCounts,
} from '../confusion.js';
import type { EvaluationOptions } from '../evaluation.js';
import { areas } from '../metrics/areas.js';
import { columnsOf } from '../metrics/columns.js';
import { createScratch, ranked } from '../metrics/ranking.js';
import { argmaxRows, countExamples, type Scores } from '../scores.js';

/** Scores of one class whose uncertainty is computed. */
export const classScoreNames = ['auroc', 'auprc', 'sensitivity', 'specificity', 'positivePredictivity', 'f1'] as const;

/** Scores of the whole whose uncertainty is computed. */
export const summaryNames = {
  'multi-label': ['macroAuroc', 'macroAuprc', 'macroF1'],
  'multi-class': ['macroAuroc', 'macroAuprc', 'macroF1', 'accuracy', 'balancedAccuracy', 'kappa', 'mcc'],
} as const;

/** Scores of examples that are there several times or not at all: what is sorted and decided, is so once. */
interface WeightedScores {
  /**
   * The scores of the summary, then those of each class, by the names above; NaN where undefined. What it gives is overwritten by the next call.
   *
   * @param counts `[N]`
   */
  of(counts: Uint32Array): Float64Array;
  /** Whether each class that has both positives and negatives has both still. */
  hasAll(counts: Uint32Array): boolean;
}

/**
 * Prepares scores for being computed on many samples of their examples. Labels that are NaN (unknown) are left out of their class; in multi-class tasks
 * there must be none.
 */
export function weightedScores(scores: Scores, { forgiven = [], thresholds }: EvaluationOptions): WeightedScores {
  const n = countExamples(scores);
  const { classes, task } = scores;
  const k = classes.length;
  const columns = columnsOf(scores);
  const scratch = createScratch(n);
  const rankings = classes.map((_, c) => ranked(columns.probabilities[c], columns.labels[c], scratch));
  const both = rankings
    .map((ranking) => ({
      positives: ranking.filter((example) => example & 2).map((example) => example >>> 2),
      negatives: ranking.filter((example) => !(example & 2)).map((example) => example >>> 2),
    }))
    .filter(({ positives, negatives }) => positives.length > 0 && negatives.length > 0)
    .sort((a, b) => a.positives.length - b.positives.length); // the rarest is the first to be missed
  const confusion = task === 'multi-class' ? weightedConfusion(scores) : null;
  const cells = confusion
    ? []
    : classes.map((_, c) => cellsOf(columns.probabilities[c], columns.labels[c], thresholds?.[c] ?? 0.5));
  const truths = classes.map((name) => forgiven.filter(([, to]) => to === name).map(([from]) => classes.indexOf(from)));
  const names = summaryNames[task];
  const values = new Float64Array(names.length + k * classScoreNames.length);

  const of = (counts: Uint32Array): Float64Array => {
    const matrix = confusion?.(counts);
    const all = counts.reduce((sum, count) => sum + count, 0);
    const perClass = classes.map((_, c) => {
      const binary = matrix ? oneAgainstRest(matrix, c, truths[c]) : cells[c](counts, all);
      return {
        ...areas(rankings[c], counts),
        sensitivity: sensitivity(binary),
        specificity: specificity(binary),
        positivePredictivity: positivePredictivity(binary),
        f1: f1(binary),
      };
    });
    const mean = (name: (typeof classScoreNames)[number]): number | null =>
      meanDefined(perClass.map((one) => one[name]));
    const summary = {
      macroAuroc: mean('auroc'),
      macroAuprc: mean('auprc'),
      macroF1: mean('f1'),
      accuracy: matrix ? accuracy(matrix) : null,
      balancedAccuracy: mean('sensitivity'),
      kappa: matrix ? kappa(matrix) : null,
      mcc: matrix ? matthews(matrix) : null,
    };
    let at = 0;
    for (const name of names) values[at++] = summary[name] ?? NaN;
    for (const one of perClass) for (const name of classScoreNames) values[at++] = one[name] ?? NaN;
    return values;
  };
  const any = (rows: Uint32Array, counts: Uint32Array): boolean => {
    for (let i = 0; i < rows.length; i++) if (counts[rows[i]] > 0) return true;
    return false;
  };
  const hasAll = (counts: Uint32Array): boolean =>
    both.every(({ positives, negatives }) => any(positives, counts) && any(negatives, counts));
  return { of, hasAll };
}

/** Counts truth against prediction, each example as often as it is there. */
function weightedConfusion({ classes, labels, probabilities }: Scores): (counts: Uint32Array) => number[][] {
  const k = classes.length;
  const [truth, predicted] = [argmaxRows(labels, k), argmaxRows(probabilities, k)];
  return (counts) => {
    const matrix = classes.map(() => new Array<number>(k).fill(0));
    for (let i = 0; i < truth.length; i++) matrix[truth[i]][predicted[i]] += counts[i];
    return matrix;
  };
}

/** Counts the cells of one class at its threshold. Of the four, true negatives are most, so those are what is left over. */
function cellsOf(
  said: ArrayLike<number>,
  truth: Float32Array,
  threshold: number,
): (counts: Uint32Array, all: number) => BinaryCounts {
  const rows = (has: (label: number, given: boolean) => boolean): Uint32Array =>
    Uint32Array.from([...truth.keys()].filter((row) => has(truth[row], said[row] >= threshold)));
  const [tps, fps] = [rows((label, given) => label > 0.5 && given), rows((label, given) => label <= 0.5 && given)];
  const [fns, unknowns] = [rows((label, given) => label > 0.5 && !given), rows((label) => Number.isNaN(label))];
  const sum = (of: Uint32Array, counts: Uint32Array): number => {
    let all = 0;
    for (let i = 0; i < of.length; i++) all += counts[of[i]];
    return all;
  };
  return (counts, all) => {
    const [tp, fp, fn] = [sum(tps, counts), sum(fps, counts), sum(fns, counts)];
    return { tp, fp, fn, tn: all - tp - fp - fn - sum(unknowns, counts) };
  };
}

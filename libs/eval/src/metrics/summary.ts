import { accuracy, f1, kappa, matthews, meanDefined, weightedMeanDefined } from '../confusion.js';
import type { Scores } from '../scores.js';
import { areas, onceEach } from './areas.js';
import type { ClassScores } from './class-scores.js';
import { fmax } from './fmax.js';
import { jkIndex } from './jk.js';
import { ranked } from './ranking.js';
import { known, undefinedBecause, type Score } from './score.js';

/** Named scores, and why some are `null`. */
interface Summary {
  readonly summary: Readonly<Record<string, number | null>>;
  readonly undefinedBecause: Readonly<Record<string, string>>;
}

/** The summary of a multi-class task of which every label is known. */
export function multiClassSummary(
  scores: Scores,
  perClass: readonly ClassScores[],
  confusion: readonly (readonly number[])[],
  forgiven: readonly (readonly [truth: string, predicted: string])[],
): Summary {
  const { classes } = scores;
  const of = means(perClass);
  const noExample = 'there is no example whose labels are known';
  return summaryOf({
    accuracy: or(accuracy(confusion), noExample),
    balancedAccuracy: of.macro('sensitivity'),
    macroF1: of.macro('f1'),
    kappa: or(kappa(confusion), 'agreement by chance is complete, or there is no example'),
    macroAuroc: of.macro('auroc'),
    weightedF1: of.weighted('f1'),
    mcc: or(matthews(confusion), 'all examples or all predictions are of one class'),
    ...areaScores(scores, perClass),
    ...(classes.includes('S') && classes.includes('V')
      ? {
          jk: or(
            jkIndex(confusion, classes, forgiven),
            'kappa, or sensitivity or positive predictivity of S or V, is undefined',
          ),
        }
      : {}),
  });
}

/** The summary of a multi-label task. */
export function multiLabelSummary(
  scores: Scores,
  perClass: readonly ClassScores[],
  thresholds?: ArrayLike<number>,
): Summary {
  const of = means(perClass);
  const total = { tp: 0, fp: 0, fn: 0, tn: 0 };
  for (const { counts } of perClass) for (const cell of ['tp', 'fp', 'fn', 'tn'] as const) total[cell] += counts[cell];
  return summaryOf({
    macroAuroc: of.macro('auroc'),
    macroF1: of.macro('f1'),
    microF1: or(f1(total), 'no class is true or predicted anywhere'),
    weightedF1: of.weighted('f1'),
    ...areaScores(scores, perClass),
    fmax: fmax(scores),
    exactMatch: exactMatch(scores, thresholds),
  });
}

/** The areas that a task of any kind has, but macro AUROC. Micro: of all pairs of an example and a class together. */
function areaScores(scores: Scores, perClass: readonly ClassScores[]): Record<string, Score> {
  const of = means(perClass);
  const micro = areas(ranked(scores.probabilities, scores.labels), onceEach(scores.labels.length));
  return {
    microAuroc: or(micro.auroc, 'all known labels are the same, or there is none'),
    weightedAuroc: of.weighted('auroc'),
    macroAuprc: of.macro('auprc'),
    microAuprc: or(micro.auprc, 'no example has a class'),
    weightedAuprc: of.weighted('auprc'),
  };
}

/** Share of the examples whose labels are all known for which each class is right. */
function exactMatch({ classes, probabilities, labels }: Scores, thresholds?: ArrayLike<number>): Score {
  const k = classes.length;
  let [right, examples] = [0, 0];
  for (let from = 0; from < labels.length; from += k) {
    let [complete, agrees] = [true, true];
    for (let c = 0; c < k; c++) {
      const label = labels[from + c];
      complete &&= !Number.isNaN(label);
      agrees &&= label > 0.5 === probabilities[from + c] >= (thresholds?.[c] ?? 0.5);
    }
    if (!complete) continue;
    examples++;
    if (agrees) right++;
  }
  return examples === 0
    ? undefinedBecause('there is no example all of whose labels are known')
    : known(right / examples);
}

function means(perClass: readonly ClassScores[]) {
  type Name = 'sensitivity' | 'f1' | 'auroc' | 'auprc';
  const noClass = (name: Name): string => `${name} is defined for no class`;
  const support = perClass.map((c) => c.support);
  return {
    macro: (name: Name): Score => or(meanDefined(perClass.map((c) => c[name])), noClass(name)),
    weighted: (name: Name): Score =>
      or(
        weightedMeanDefined(
          perClass.map((c) => c[name]),
          support,
        ),
        noClass(name),
      ),
  };
}

const or = (value: number | null, reason: string): Score => (value === null ? undefinedBecause(reason) : known(value));

function summaryOf(scores: Record<string, Score>): Summary {
  const entries = Object.entries(scores);
  return {
    summary: Object.fromEntries(entries.map(([name, { value }]) => [name, value])),
    undefinedBecause: Object.fromEntries(
      entries.flatMap(([name, { reason }]) => (reason === null ? [] : [[name, reason]])),
    ),
  };
}

import type { Interval } from '@cardio/eval';
import type { Bundle } from '@cardio/export';

import type { RunEvaluation } from './evaluate.js';

/**
 * The thresholds that a run chose on validation, for the classes of the answer; `null` where it has none.
 *
 * @param from for each class of the answer, the model's classes that it is made of: of several, none has a threshold
 */
export function thresholdsOf(
  evaluation: RunEvaluation | undefined,
  classes: readonly string[],
  from: readonly (readonly number[])[],
): Bundle['thresholds'] {
  const chosen = evaluation?.decisions?.thresholds;
  if (!chosen) return null;
  return {
    by: chosen.by as NonNullable<Bundle['thresholds']>['by'],
    chosenOn: chosen.chosenOn,
    fallback: chosen.fallback,
    classes: classes.map((name, k) => {
      const own = from[k].map((place) => chosen.classes[place]);
      if (own.length === 1) return { name, threshold: own[0].threshold, reason: own[0].reason };
      const reason = own.length === 0 ? 'The model does not know it.' : 'It is the largest of several classes.';
      return { name, threshold: own.length === 0 ? 1 : null, reason };
    }),
  };
}

/** The temperatures that a run fitted on validation; `null` where it has none. */
export function calibrationOf(evaluation: RunEvaluation | undefined): Bundle['calibration'] {
  const fitted = evaluation?.decisions?.calibration;
  if (!fitted || fitted.method !== 'temperature') return null;
  return {
    method: fitted.method,
    fittedOn: fitted.fittedOn,
    epsilon: fitted.epsilon,
    classes: fitted.classes.map(({ name, map, reason }) => ({
      name,
      temperature: map && 'temperature' in map ? map.temperature : null,
      reason,
    })),
  };
}

const classScores = ['sensitivity', 'specificity', 'positivePredictivity', 'f1', 'auroc', 'auprc'] as const;

/** The scores of the test split with their intervals. */
export function metricsOf({ examples, summary, perClass, intervals }: RunEvaluation): NonNullable<Bundle['metrics']> {
  const withInterval = (value: number | null | undefined, interval: Interval | undefined) => ({
    value: value ?? null, // evaluations of older versions lack some
    low: interval?.low ?? null,
    high: interval?.high ?? null,
  });
  const [first] = Object.values(intervals?.summary ?? {});
  return {
    split: 'test',
    examples,
    intervals: intervals
      ? {
          ...{ level: intervals.level, resamples: intervals.resamples, patients: intervals.patients },
          method: first?.method ?? 'percentile',
        }
      : null,
    summary: Object.fromEntries(
      Object.entries(summary).map(([name, value]) => [name, withInterval(value, intervals?.summary[name])]),
    ),
    perClass: perClass.map((scores) => {
      const own = intervals?.perClass.find(({ name }) => name === scores.name) as
        Partial<Record<(typeof classScores)[number], Interval>> | undefined;
      return {
        name: scores.name,
        support: scores.support,
        scores: Object.fromEntries(classScores.map((score) => [score, withInterval(scores[score], own?.[score])])),
      };
    }),
  };
}

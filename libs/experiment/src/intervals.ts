import type { EcgDataset } from '@cardio/datasets';
import { bootstrapScores, type ScoreIntervals } from '@cardio/eval';

import type { Predictions } from './predictions.js';

/** How sure the scores of a test split are: bootstrap intervals with all examples of a patient together. */
export interface TestIntervals extends ScoreIntervals {
  readonly level: number;
  readonly resamples: number;
  readonly patients: number;
}

/** Fewer patients tell nothing of what other patients would give. */
export const leastPatients = 5;

/** The field `intervals` of an evaluation, or a note why there is none. */
export function intervalsOf(
  { kind, forgiven = [] }: Pick<EcgDataset['task'], 'kind' | 'forgiven'>,
  { examples, ...predictions }: Predictions,
): { readonly intervals?: TestIntervals } {
  const clusters = examples.map(({ patientId }) => patientId);
  const patients = new Set(clusters).size;
  const unknown = kind === 'multi-class' && predictions.labels.some(Number.isNaN);
  if (patients < leastPatients || unknown) return {};
  const [level, resamples] = [0.95, 1000];
  const scores = { ...predictions, task: kind };
  return {
    intervals: { level, resamples, patients, ...bootstrapScores(scores, { clusters, forgiven, level, resamples }) },
  };
}

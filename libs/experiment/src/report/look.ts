import { isCardioError } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';
import type { ReportMistake } from '@cardio/eval/report';

import { withTrainedModel } from '../evaluate.js';
import type { ExperimentObserver } from '../observer.js';
import type { Predictions } from '../predictions.js';
import type { Run } from '../run-folder.js';
import { drawMistakes, worstMistakes } from './mistakes.js';

/** What only the dataset and the checkpoint can tell. */
interface Seen {
  readonly counts: Readonly<Record<'train' | 'validation' | 'test', readonly number[]>>;
  readonly shared: readonly string[];
  readonly mistakes: readonly ReportMistake[] | null;
}

/** Looks at the run's dataset with its model; where one is not there, the report goes without. */
export async function look(
  run: Run,
  predictions: Predictions,
  { most, seconds }: { readonly most: number; readonly seconds: number },
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset' | 'onWarning'>,
): Promise<Seen | undefined> {
  try {
    return await withTrainedModel(run, observer, undefined, async ({ model, dataset }) => {
      const { train, validation, test } = dataset.splits;
      const isEcg = !dataset.preparation.steps.some(({ step }) => step === 'beat-sequences');
      const worst = worstMistakes(predictions, dataset.task.kind, most);
      return {
        counts: { train: train.classCounts, validation: validation.classCounts, test: test.classCounts },
        shared: sharedPatients(dataset),
        mistakes: isEcg ? drawMistakes(worst, { model, dataset, predictions, seconds }) : null,
      };
    });
  } catch (error) {
    if (!isCardioError(error) || error.code !== 'not-found') throw error;
    observer.onWarning?.(`Without mistakes and leak check: ${error.message}`);
    return undefined;
  }
}

function sharedPatients({ splits }: EcgDataset): string[] {
  const seen = new Set<string>();
  const shared = new Set<string>();
  for (const { patientIds } of Object.values(splits)) {
    for (const patient of patientIds) (seen.has(patient) ? shared : seen).add(patient);
  }
  return [...shared];
}

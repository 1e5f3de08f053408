import type { EcgDataset } from '@cardio/datasets';
import type { AggregateExamples } from '@cardio/trainers';

/** How the windows of a record are scored as one in validation and test; `undefined` where each example stands for itself. */
export function aggregationOf({ task, splits }: EcgDataset): AggregateExamples | undefined {
  const { aggregate: how } = task;
  if (!how) return undefined;
  const recordOf = new Map<string, string>();
  for (const split of [splits.validation, splits.test]) {
    for (let i = 0; i < split.size; i++) {
      const { id, recordId } = split.example(i);
      recordOf.set(id, recordId);
    }
  }
  return { how, keyOf: (id) => recordOf.get(id) ?? id };
}

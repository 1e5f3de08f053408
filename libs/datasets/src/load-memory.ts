import type { Progress } from '@cardio/core';
import type { BadRecord, Example, SplitName } from './dataset.js';
import type { LoadedRecords } from './load-source.js';
import { buildSplit } from './split.js';
import { spreadsOf, standardiser } from './standardisation.js';
import { shapeOf } from './store/plan.js';
import type { StoreInput } from './store/prepare-store.js';
import { digestOf, prepareRecords } from './store/shard-writer.js';

const readAhead = 16;

/** Prepares every record in this thread and holds the examples in memory. */
export async function loadInMemory(
  { source, records, prepare }: Pick<StoreInput, 'source' | 'records' | 'prepare'>,
  onProgress: Progress = () => undefined,
): Promise<LoadedRecords> {
  const shape = shapeOf(source);
  const bad: BadRecord[] = [];
  const trainingSpreads: Float64Array[] = [];
  const digests: [string, Uint8Array][] = [];
  const examples: Record<SplitName, Example[]> = { train: [], validation: [], test: [] };
  let done = 0;
  for await (const outcome of prepareRecords(prepare, records, source.settings, readAhead)) {
    const record = records[done];
    if ('reason' in outcome) bad.push({ record: record.id, reason: outcome.reason });
    else {
      digests.push([record.id, digestOf(outcome.examples)]);
      if (record.split === 'train') trainingSpreads.push(spreadsOf(outcome.examples, shape.features));
      for (const example of outcome.examples) examples[record.split].push(example);
    }
    onProgress(++done, records.length);
  }
  return {
    bad,
    trainingSpreads,
    digests,
    present: records.length - bad.length,
    split: (name, fitted) => {
      const { samples, features } = standardiser(fitted);
      for (const example of examples[name]) {
        samples(example.x); // in place: a second copy may be a gigabyte
        if (example.features) features(example.features);
      }
      return buildSplit(name, examples[name], shape);
    },
  };
}

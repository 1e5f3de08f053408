import { join } from 'node:path';
import { CardioError } from '@cardio/core';
import type { SourceRecord } from '../record-source.js';
import { writeShard, type PrepareRecord, type ShardPlan } from './shard-writer.js';
import type { DoJob } from './worker.js';

/** Where a thread finds a dataset's definition: the module (URL) and the name of its export; of a built-in one the name is enough. */
export interface DefinitionPlace {
  readonly module?: string | undefined;
  readonly name: string;
}

/** What every shard is prepared with. */
export interface PrepareInit {
  readonly definition: DefinitionPlace;
  readonly dir: string;
  readonly plan: ShardPlan;
}

/** One shard. */
export interface PrepareJob {
  readonly file: string;
  readonly records: readonly SourceRecord[];
}

/** The task of a thread that prepares shards; it notes how many records it has done since its last note. */
export async function prepareTask({ definition, dir, plan }: PrepareInit): Promise<DoJob<PrepareJob, null>> {
  const found = await definitionAt(definition);
  if (!hasPrepareRecord(found)) {
    const place = definition.module ? `\`${definition.module}\`` : 'The dataset factory';
    throw new CardioError('usage', `${place} has no dataset \`${definition.name}\` with a \`prepareRecord\`.`);
  }
  return async ({ file, records }, note) => {
    let done = 0;
    const tell = () => {
      note(done);
      done = 0;
    };
    await writeShard(join(dir, file), records, found.prepareRecord.bind(found), plan, () => {
      if (++done === 16) tell();
    });
    tell();
    return { value: null };
  };
}

/** The definition at a place; `undefined` when there is none. Built-in datasets are looked up in their factory. */
export async function definitionAt({ module, name }: DefinitionPlace): Promise<unknown> {
  if (module) return ((await import(module)) as Record<string, unknown>)[name];
  const { datasetFactory } = await import('../factory.js'); // not at the top: the factory's datasets import the store
  return datasetFactory.names.includes(name as never) ? datasetFactory.get(name) : undefined;
}

const hasPrepareRecord = (value: unknown): value is { prepareRecord: PrepareRecord } =>
  typeof value === 'object' && value !== null && 'prepareRecord' in value;

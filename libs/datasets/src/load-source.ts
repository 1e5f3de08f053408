import { createHash } from 'node:crypto';
import { CardioError, stableJson, type Progress } from '@cardio/core';
import { assertFewBadRecords } from './bad-records.js';
import type { BadRecord, EcgDataset, PreparationStep, Split, SplitName } from './dataset.js';
import { loadInMemory } from './load-memory.js';
import type { RecordSource, SourceDefinition } from './record-source.js';
import { assertPatientsApart } from './split.js';
import { fitStandardisation } from './standardisation.js';
import { bySplit, identityOf, shapeOf } from './store/plan.js';
import { loadFromStore } from './store/load-store.js';
import { prepareShare, type StoreShare } from './store/prepare-store.js';
import { definitionAt, type DefinitionPlace } from './store/prepare-task.js';
import type { StoreConfig } from './store-config.js';

/** A definition that can be loaded. */
export interface LoadableDefinition<Config> extends SourceDefinition<Config> {
  /**
   * Where worker threads find this definition: the address of its module (`import.meta.url`) and the name of its export there. Not needed
   * for the datasets of this library. Without it, another dataset's records are prepared in the calling thread.
   */
  readonly place?: DefinitionPlace | undefined;
}

/** What of a configuration is used here; the definition takes the rest. */
export interface LoadConfig extends Partial<StoreConfig> {
  readonly maxBadRecords?: number;
}

/** The records of a source, prepared. Arrays go by record in the plan's order, see {@link bySplit}. */
export interface LoadedRecords {
  readonly bad: readonly BadRecord[];
  /** Of each readable training record. */
  readonly trainingSpreads: Iterable<Float64Array>;
  /** Of each readable record: its id and the SHA-256 of its examples. */
  readonly digests: Iterable<readonly [id: string, digest: Uint8Array]>;
  readonly present: number;
  split(name: SplitName, fitted: readonly PreparationStep[]): Split;
}

/**
 * Loads a dataset of many records: opens it, prepares every record (in memory, or into and out of a prepared store where `storeDir` is
 * set), fits the standardisation on the training split, and asserts that no patient is in two splits. In memory and from a float32 store
 * the examples are the same, bit for bit, and so is the hash.
 *
 * @param onProgress told how many records are done
 * @throws {CardioError} `data` for more than `maxBadRecords` unreadable records, a training split without examples, or a shared patient
 *
 * @example
 * const dataset = await loadSource(ptbxl, { dataDir, storeDir: 'stores', workers: 4, … });
 */
export async function loadSource<Config extends LoadConfig>(
  definition: LoadableDefinition<Config>,
  config: Config,
  onProgress?: Progress,
): Promise<EcgDataset> {
  const source = await definition.open(config);
  const records = bySplit(source.records);
  const prepare = definition.prepareRecord.bind(definition);
  const { storeDir, maxBadRecords = 0, workers = 0, storeDtype = 'float32', storeCheck = 'full' } = config;
  let loaded: LoadedRecords;
  if (storeDir) {
    const place = workers > 0 ? await placeOf(definition, source.name) : undefined;
    const input = { source, records, prepare, definition: place };
    loaded = await loadFromStore(input, { storeDir, workers, storeDtype, storeCheck }, onProgress);
  } else loaded = await loadInMemory({ source, records, prepare }, onProgress);
  assertFewBadRecords(loaded.bad, maxBadRecords);

  const fitted = fit(source, loaded);
  const splits = {
    train: loaded.split('train', fitted),
    validation: loaded.split('validation', fitted),
    test: loaded.split('test', fitted),
  };
  const { sharedPatients = {} } = source;
  const shared = assertPatientsApart(splits, Object.keys(sharedPatients));
  const { name, version, settings, absent, notes } = source;
  const { task, window, features, preparation } = settings;
  const attributes = new Map(
    records.flatMap(({ id, attributes: own = {} }) => (Object.keys(own).length > 0 ? [[id, own] as const] : [])),
  );
  return {
    ...{ name, version, task, window, features, splits },
    preparation: { ...preparation, steps: [...preparation.steps, ...fitted] },
    report: {
      present: loaded.present,
      absent,
      bad: loaded.bad,
      notes: [...shared.map((patient) => sharedPatients[patient]), ...notes],
    },
    ...(attributes.size > 0 && { attributes }),
    hash: hashOf(source, loaded, storeDir ? storeDtype : 'float32'),
  };
}

/**
 * Prepares one share of a dataset's store; see {@link loadSource}, which then finds it there.
 *
 * @throws {CardioError} `usage` without `storeDir`
 */
export async function prepareSourceShare<Config extends LoadConfig>(
  definition: LoadableDefinition<Config>,
  config: Config,
  share: StoreShare,
  onProgress?: Progress,
): Promise<{ readonly shards: number; readonly prepared: number }> {
  const { storeDir, workers = 0, storeDtype = 'float32', storeCheck = 'full' } = config;
  if (!storeDir) throw new CardioError('usage', 'A share is one of a prepared store: name its folder (`storeDir`).');
  const source = await definition.open(config);
  const prepare = definition.prepareRecord.bind(definition);
  const place = workers > 0 ? await placeOf(definition, source.name) : undefined;
  const input = { source, records: bySplit(source.records), prepare, definition: place };
  return prepareShare(input, { storeDir, workers, storeDtype, storeCheck }, share, onProgress);
}

function fit(source: RecordSource, { trainingSpreads }: LoadedRecords): PreparationStep[] {
  if (source.settings.options['standardise'] === 'none') return [];
  try {
    return fitStandardisation(trainingSpreads, shapeOf(source).features);
  } catch (cause) {
    if (!(cause instanceof CardioError)) throw cause;
    throw new CardioError(cause.code, `\`${source.settings.dataDir}\`: ${cause.message}`, { cause });
  }
}

/** Where threads find a definition: as it says, or in this library's factory. */
async function placeOf<Config>(
  { place, prepareRecord }: LoadableDefinition<Config>,
  name: string,
): Promise<DefinitionPlace | undefined> {
  if (place) return place;
  const builtIn = (await definitionAt({ name })) as Partial<SourceDefinition<never>> | undefined;
  return builtIn?.prepareRecord === prepareRecord ? { name } : undefined;
}

/** Equal hashes mean equal data: over what was asked for, the tables, and every example that came of it. */
function hashOf(source: RecordSource, { digests }: LoadedRecords, dtype: string): string {
  const hash = createHash('sha256').update(stableJson({ ...identityOf(source), dtype }));
  for (const [id, digest] of digests) hash.update(`${id}\0`).update(digest);
  return hash.digest('hex');
}

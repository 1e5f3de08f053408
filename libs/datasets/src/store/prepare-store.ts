import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Progress } from '@cardio/core';
import type { RecordSource, SourceRecord } from '../record-source.js';
import type { StoreConfig } from '../store-config.js';
import { compareManifest, plannedManifest, writeManifest } from './manifest.js';
import { planStore, type PlannedShard, type StorePlan } from './plan.js';
import type { DefinitionPlace, PrepareInit, PrepareJob } from './prepare-task.js';
import { assertLittleEndian } from './shard-format.js';
import { openShard, type Shard } from './shard-reader.js';
import { writeShard, type PrepareRecord } from './shard-writer.js';
import { startThreads } from './threads.js';

/** What a store is prepared from. */
export interface StoreInput {
  readonly source: RecordSource;
  /** The source's records in the plan's order. */
  readonly records: readonly SourceRecord[];
  readonly prepare: PrepareRecord;
  /** Where threads find `prepare`; without it everything is done in this thread. */
  readonly definition?: DefinitionPlace | undefined;
}

/** A store whose shards are all there. */
interface PreparedStore {
  readonly dir: string;
  readonly plan: StorePlan;
}

/**
 * Brings a store up: uses the shards that are there, prepares those that are missing, damaged or of another store. Shards are independent
 * of each other, so that an interrupted preparation loses the shards it was at, and threads change nothing but the time.
 *
 * @param config `storeDir` is the folder of all stores; this one gets a folder in it that is named by its hash
 */
export async function prepareStore(
  input: StoreInput,
  config: StoreConfig & { readonly storeDir: string },
  onProgress: Progress = () => undefined,
): Promise<PreparedStore> {
  assertLittleEndian();
  const { source, records } = input;
  const plan = await planStore(source, records, config.storeDtype);
  const dir = join(config.storeDir, `${source.name}-${plan.id.slice(0, 16)}`);
  await mkdir(dir, { recursive: true });
  const planned = plannedManifest(source, plan);
  const found = await compareManifest(dir, planned);
  if (found !== 'same') {
    await clear(dir, (name) => name.includes('.shard') || name.startsWith('manifest.json'));
    await writeManifest(dir, planned);
  }

  const missing: PlannedShard[] = [];
  let done = 0;
  for (const shard of plan.shards) {
    if (found === 'same' && (await isUsable(dir, plan, shard, input, config))) done += shard.to - shard.from;
    else missing.push(shard);
  }
  if (missing.length > 0) {
    await build(input, { dir, plan }, missing, config.workers, (more) => {
      done += more;
      onProgress(done, records.length);
    });
  }
  await clear(dir, isLeftOver);
  return { dir, plan };
}

/** One of several shares of a store's shards: every `of`-th from `index`, from 0. */
export interface StoreShare {
  readonly index: number;
  readonly of: number;
}

/**
 * Prepares the shards of one share, for processes or machines that share a folder of stores; whoever loads the dataset prepares what is missing then.
 * Nothing that others may be at is cleared away.
 *
 * @returns how many shards the share has, and how many of them were missing
 */
export async function prepareShare(
  input: StoreInput,
  config: StoreConfig & { readonly storeDir: string },
  { index, of }: StoreShare,
  onProgress: Progress = () => undefined,
): Promise<{ readonly shards: number; readonly prepared: number }> {
  assertLittleEndian();
  const { source, records } = input;
  const plan = await planStore(source, records, config.storeDtype);
  const dir = join(config.storeDir, `${source.name}-${plan.id.slice(0, 16)}`);
  await mkdir(dir, { recursive: true });
  const planned = plannedManifest(source, plan);
  if ((await compareManifest(dir, planned)) !== 'same') await writeManifest(dir, planned);
  const own = plan.shards.filter((_, i) => i % of === index);
  const missing: PlannedShard[] = [];
  for (const shard of own) if (!(await isUsable(dir, plan, shard, input, config))) missing.push(shard);
  const total = missing.reduce((sum, { from, to }) => sum + to - from, 0);
  let done = 0;
  await build(input, { dir, plan }, missing, config.workers, (more) => onProgress((done += more), total));
  return { shards: own.length, prepared: missing.length };
}

/** Goes through the shards of a store in their order, each open for the time of the call. */
export function eachShard({ dir, plan }: PreparedStore, visit: (shard: Shard, planned: PlannedShard) => void): void {
  for (const planned of plan.shards) {
    const shard = openShard(join(dir, planned.file), plan.id, plan.format);
    if (!shard) throw new Error(`${join(dir, planned.file)} vanished while the store was opened.`);
    try {
      visit(shard, planned);
    } finally {
      shard.close();
    }
  }
}

/** The bad records of a shard, by their number in it. */
export const badOf = ({ index }: Shard): [record: number, reason: string][] =>
  JSON.parse(Buffer.from(index.bad).toString()) as [number, string][];

async function isUsable(
  dir: string,
  plan: StorePlan,
  { file, from, to }: PlannedShard,
  { source, records }: StoreInput,
  { storeCheck }: StoreConfig,
): Promise<boolean> {
  const path = join(dir, file);
  const shard = openShard(path, plan.id, plan.format);
  if (!shard) return false;
  try {
    if (shard.records !== to - from) return false;
    if (storeCheck === 'full' && !shard.intact()) return false;
    const written = (await stat(path)).mtimeMs;
    for (const [record] of badOf(shard)) {
      if (await isNewer(source, records[from + record], written)) return false; // mended since
    }
    return true;
  } finally {
    shard.close();
  }
}

async function isNewer({ settings }: RecordSource, { files }: SourceRecord, than: number): Promise<boolean> {
  for (const file of files) {
    const found = await stat(join(settings.dataDir, file)).catch(() => undefined);
    if (found && found.mtimeMs > than) return true;
  }
  return false;
}

async function build(
  { source, records, prepare, definition }: StoreInput,
  { dir, plan }: PreparedStore,
  missing: readonly PlannedShard[],
  workers: number,
  onRecords: (count: number) => void,
): Promise<void> {
  const shardPlan = { storeId: plan.id, format: plan.format, settings: source.settings };
  const count = Math.min(workers, missing.length);
  const init: PrepareInit | undefined = definition && { definition, dir, plan: shardPlan };
  const threads = count > 0 && init ? await startThreads<PrepareJob, null>('prepare', init, count) : undefined;
  const one = async ({ file, from, to }: PlannedShard): Promise<void> => {
    const own = records.slice(from, to);
    if (threads) await threads.run({ file, records: own }, (done) => onRecords(done as number));
    else await writeShard(join(dir, file), own, prepare, shardPlan, () => onRecords(1));
  };
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < missing.length) await one(missing[next++]);
  };
  try {
    await Promise.all(Array.from({ length: threads?.count ?? 1 }, work));
  } finally {
    await threads?.close();
  }
}

async function clear(dir: string, unwanted: (name: string) => boolean): Promise<void> {
  for (const name of await readdir(dir)) if (unwanted(name)) await rm(join(dir, name), { force: true });
}

/** Files that a killed process left, and shards that were set aside. */
function isLeftOver(name: string): boolean {
  const writer = /\.(\d+)\.[0-9a-f]+\.tmp$/.exec(name)?.[1];
  return name.endsWith('.damaged') || (writer !== undefined && !isRunning(Number(writer)));
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch {
    return false;
  }
}

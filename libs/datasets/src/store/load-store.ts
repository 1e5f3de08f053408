import type { Progress } from '@cardio/core';
import type { BadRecord, SplitName } from '../dataset.js';
import type { LoadedRecords } from '../load-source.js';
import type { SourceRecord } from '../record-source.js';
import type { StoreConfig } from '../store-config.js';
import { plannedManifest, writeManifest } from './manifest.js';
import type { PlannedShard } from './plan.js';
import { badOf, eachShard, prepareStore, type StoreInput } from './prepare-store.js';
import type { Shard } from './shard-reader.js';
import { storedSplit } from './stored-split.js';

/** What opening a store gathers of one shard; its examples stay on disk. */
interface ShardFacts {
  readonly planned: PlannedShard;
  readonly rows: number;
  readonly classCounts: readonly number[];
  /** Records with at least one example, and all readable ones, by number in the plan's order. */
  readonly withRows: readonly number[];
  readonly readable: readonly number[];
  readonly spreads: Float64Array;
  readonly digests: Uint8Array;
  readonly bad: readonly BadRecord[];
}

/** Prepares a store as far as it is not there, and opens it. */
export async function loadFromStore(
  input: StoreInput,
  config: StoreConfig & { readonly storeDir: string },
  onProgress?: Progress,
): Promise<LoadedRecords> {
  const { records } = input;
  const store = await prepareStore(input, config, onProgress);
  const shards: ShardFacts[] = [];
  eachShard(store, (shard, planned) => shards.push(factsOf(shard, planned, records)));
  const bad = shards.flatMap((shard) => shard.bad);
  const manifest = plannedManifest(input.source, store.plan);
  await writeManifest(store.dir, {
    ...manifest,
    complete: true,
    shards: manifest.shards.map((shard, i) => ({ ...shard, rows: shards[i].rows })),
    bad,
  });

  const { format, id: storeId } = store.plan;
  return {
    bad,
    present: records.length - bad.length,
    trainingSpreads: trainingSpreads(shards),
    digests: digestsOf(shards, records),
    split: (name: SplitName, fitted) => {
      const own = shards.filter(({ planned, rows }) => planned.split === name && rows > 0);
      const owners = own.flatMap(({ withRows }) => withRows.map((i) => records[i]));
      const files = own.map(({ planned, rows }) => ({ file: planned.file, rows }));
      return storedSplit(
        { dir: store.dir, storeId, format, shards: files, fitted },
        {
          name,
          classCounts: own.reduce(
            (sum, { classCounts }) => sum.map((count, k) => count + classCounts[k]),
            new Array<number>(format.shape.classes).fill(0),
          ),
          recordIds: [...new Set(owners.map(({ id }) => id))],
          patientIds: [...new Set(owners.map(({ patientId }) => patientId))],
          ownerOf: (shard, record) => records[own[shard].planned.from + record],
        },
      );
    },
  };
}

function factsOf(shard: Shard, planned: PlannedShard, records: readonly SourceRecord[]): ShardFacts {
  const { y, record, spreads, digests } = shard.index;
  const classes = shard.rows === 0 ? 0 : y.length / shard.rows;
  const classCounts = Array.from({ length: classes }, () => 0);
  for (let i = 0; i < y.length; i++) if (y[i] > 0) classCounts[i % classes]++;
  const bad = badOf(shard);
  const isBad = new Set(bad.map(([number]) => number));
  const readable = Array.from({ length: shard.records }, (_, number) => number).filter((number) => !isBad.has(number));
  return {
    planned,
    rows: shard.rows,
    classCounts,
    withRows: [...new Set(record)].map((number) => planned.from + number),
    readable: readable.map((number) => planned.from + number),
    spreads: spreads.slice(),
    digests: digests.slice(),
    bad: bad.map(([number, reason]) => ({ record: records[planned.from + number].id, reason })),
  };
}

function* trainingSpreads(shards: readonly ShardFacts[]): Generator<Float64Array> {
  for (const { planned, readable, spreads } of shards) {
    const width = spreads.length / (planned.to - planned.from);
    if (planned.split !== 'train') continue;
    for (const i of readable) yield spreads.subarray((i - planned.from) * width, (i - planned.from + 1) * width);
  }
}

function* digestsOf(shards: readonly ShardFacts[], records: readonly SourceRecord[]): Generator<[string, Uint8Array]> {
  for (const { planned, readable, digests } of shards) {
    for (const i of readable) {
      const at = (i - planned.from) * 32;
      yield [records[i].id, digests.subarray(at, at + 32)];
    }
  }
}

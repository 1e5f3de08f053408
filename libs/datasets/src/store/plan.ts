import { createHash } from 'node:crypto';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stableJson } from '@cardio/core';
import type { ExampleShape, SplitName } from '../dataset.js';
import type { RecordSource, SourceRecord } from '../record-source.js';
import type { StoreDtype } from '../store-config.js';
import { formatVersion, rowBytes, type RowFormat } from './shard-format.js';

/** What a store consists of before anything is prepared: who is in which shard depends on nothing but the source. */
export interface StorePlan {
  /** SHA-256 of everything that decides a store's bytes: dataset, version, steps, tables, records and the sizes of their files. */
  readonly id: string;
  readonly format: RowFormat;
  readonly shards: readonly PlannedShard[];
}

/** Consecutive records of one split. */
export interface PlannedShard {
  readonly split: SplitName;
  readonly file: string;
  /** Where its records are in the plan's order ({@link bySplit}). */
  readonly from: number;
  readonly to: number;
}

export const splitNames: readonly SplitName[] = ['train', 'validation', 'test'];

/** Records in the order in which they are prepared and counted: training, validation, test; within each as the source has them. */
export const bySplit = (records: readonly SourceRecord[]): SourceRecord[] =>
  splitNames.flatMap((name) => records.filter(({ split }) => split === name));

/** What every example of a source has. */
export const shapeOf = ({ settings }: RecordSource): ExampleShape => ({
  time: settings.window.samples,
  leads: settings.window.leads.length,
  classes: settings.task.classes.length,
  features: settings.features.length,
});

/** What of a source decides its examples; not where the files are. */
export function identityOf({ name, version, settings, contentHash }: RecordSource): Record<string, unknown> {
  return { name, version, settings: { ...settings, dataDir: undefined }, contentHash };
}

/** Plans a store: about 64 MB a shard by the sizes of the records' files, less for small sets, so that several threads have work. */
export async function planStore(
  source: RecordSource,
  records: readonly SourceRecord[],
  dtype: StoreDtype,
): Promise<StorePlan> {
  const format = { dtype, shape: shapeOf(source) };
  const hash = createHash('sha256').update(stableJson({ formatVersion, dtype, ...identityOf(source) }));
  const growth = dtype === 'float32' ? 2 : 1; // most files have 16 bits a sample
  const estimates = new Float64Array(records.length);
  for (let i = 0; i < records.length; i += statsAtOnce) {
    const some = records.slice(i, i + statsAtOnce);
    const sizes = await Promise.all(some.map(({ files }) => Promise.all(files.map((file) => sizeOf(source, file)))));
    some.forEach((record, j) => {
      hash.update(stableJson([{ ...record, attributes: undefined }, sizes[j]])); // they are not in the store
      const bytes = sizes[j].reduce((sum, size) => sum + Math.max(0, size), 0);
      estimates[i + j] = Math.max(rowBytes(format), growth * bytes);
    });
  }
  return { id: hash.digest('hex'), format, shards: cut(records, estimates) };
}

const statsAtOnce = 256;

/** -1 for a file that is not there. */
const sizeOf = ({ settings }: RecordSource, file: string): Promise<number> =>
  stat(join(settings.dataDir, file)).then(
    ({ size }) => size,
    () => -1,
  );

function cut(records: readonly SourceRecord[], estimates: Float64Array): PlannedShard[] {
  const total = estimates.reduce((sum, bytes) => sum + bytes, 0);
  const target = Math.min(64e6, Math.max(4e6, total / 32));
  const shards: PlannedShard[] = [];
  let from = 0;
  let bytes = 0;
  records.forEach((record, i) => {
    bytes += estimates[i];
    const to = i + 1;
    if (bytes < target && to < records.length && records[to].split === record.split) return;
    shards.push({ split: record.split, file: `${String(shards.length).padStart(6, '0')}.shard`, from, to });
    from = to;
    bytes = 0;
  });
  return shards;
}

import { createHash, randomBytes } from 'node:crypto';
import { open, rename, rm, type FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import { CardioError, isCardioError } from '@cardio/core';
import type { Example } from '../dataset.js';
import type { SourceDefinition, SourceRecord, SourceSettings } from '../record-source.js';
import { assertShape } from '../split.js';
import { spreadsOf } from '../standardisation.js';
import { toFloat16 } from './float16.js';
import {
  encodeHeader,
  encodeIndex,
  headerBytes,
  rowBytes,
  sampleBytes,
  type RowFormat,
  type ShardIndex,
} from './shard-format.js';

/** How records become examples. */
export type PrepareRecord = SourceDefinition<never>['prepareRecord'];

/** What became of one record. */
type Outcome = { readonly examples: readonly Example[] } | { readonly reason: string };

/** The same for every shard of a store. */
export interface ShardPlan {
  readonly storeId: string;
  readonly format: RowFormat;
  readonly settings: SourceSettings;
}

const readAhead = 8;

/**
 * Prepares records, a few at a time and given out in their order. A record that can't be read has a reason in place of examples.
 */
export async function* prepareRecords(
  prepare: PrepareRecord,
  records: readonly SourceRecord[],
  settings: SourceSettings,
  ahead = readAhead,
): AsyncGenerator<Outcome> {
  type Settled = { readonly outcome: Outcome } | { readonly failure: unknown };
  const started: Promise<Settled>[] = [];
  const start = async (record: SourceRecord): Promise<Settled> => {
    try {
      return { outcome: { examples: ownedBy(record, await prepare(record, settings)) } };
    } catch (failure) {
      const unreadable = isCardioError(failure) && (failure.code === 'data' || failure.code === 'not-found');
      return unreadable ? { outcome: { reason: failure.message } } : { failure };
    }
  };
  let next = 0;
  for (let done = 0; done < records.length; done++) {
    while (next < records.length && next < done + ahead) started.push(start(records[next++]));
    const settled = await (started.shift() as Promise<Settled>);
    if ('failure' in settled) throw settled.failure;
    yield settled.outcome;
  }
}

/**
 * Writes a shard: rows as they come, then the index, then the header, under a temporary name; on disk (fsync) before it gets its own name.
 * Its bytes depend on the records alone.
 *
 * @param onRecord called after each record
 */
export async function writeShard(
  path: string,
  records: readonly SourceRecord[],
  prepare: PrepareRecord,
  { storeId, format, settings }: ShardPlan,
  onRecord: () => void = () => undefined,
): Promise<void> {
  const temporary = temporaryName(path);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(Buffer.alloc(headerBytes));
    const index = new IndexBuilder(format, records.length);
    let record = 0;
    for await (const outcome of prepareRecords(prepare, records, settings)) {
      const accepted = 'examples' in outcome ? checked(outcome.examples, format) : outcome;
      if ('reason' in accepted) index.addBad(record, accepted.reason);
      else await writeRows(file, accepted.examples, record, format, index);
      record++;
      onRecord();
    }
    const built = index.build();
    const encoded = encodeIndex(built);
    await file.writeFile(encoded);
    await file.write(encodeHeader(storeId, format, built, encoded), 0, headerBytes, 0);
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close();
    await rm(temporary, { force: true });
    throw error;
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

/** A name beside `path` that says which process writes there. */
export const temporaryName = (path: string): string => `${path}.${process.pid}.${randomBytes(4).toString('hex')}.tmp`;

/** Makes a rename in a folder last; where folders can't be opened (Windows) the file system sees to it. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

/** SHA-256 of a record's examples, unrounded. */
export function digestOf(examples: readonly Example[]): Buffer {
  const hash = createHash('sha256');
  for (const { id, x, y, features } of examples) {
    hash.update(`${id}\0`).update(x).update(y);
    if (features) hash.update(features);
  }
  return hash.digest();
}

function ownedBy(record: SourceRecord, examples: readonly Example[]): readonly Example[] {
  const stranger = examples.find((one) => one.recordId !== record.id || one.patientId !== record.patientId);
  if (!stranger) return examples;
  throw new CardioError(
    'check',
    `Example ${stranger.id} says record ${stranger.recordId}, patient ${stranger.patientId}; its record is ${record.id}, patient ${record.patientId}.`,
  );
}

function checked(examples: readonly Example[], { dtype, shape }: RowFormat): Outcome {
  for (const example of examples) assertShape(example, shape);
  if (dtype === 'float32') return { examples };
  const large = examples.find(({ x }) => x.some((value) => Math.abs(value) >= 65520 && Number.isFinite(value)));
  if (!large) return { examples };
  return {
    reason: `example ${large.id} has samples beyond 65504, which float16 can't hold: use \`storeDtype\` float32.`,
  };
}

async function writeRows(
  file: FileHandle,
  examples: readonly Example[],
  record: number,
  format: RowFormat,
  index: IndexBuilder,
): Promise<void> {
  const stride = rowBytes(format);
  const rows = Buffer.alloc(examples.length * stride);
  examples.forEach((example, i) => {
    const row = rows.subarray(i * stride, (i + 1) * stride);
    const { x, features } = example;
    if (format.dtype === 'float32') new Float32Array(row.buffer, row.byteOffset, x.length).set(x);
    else toFloat16(x, new Uint16Array(row.buffer, row.byteOffset, x.length));
    if (features)
      new Float32Array(row.buffer, row.byteOffset + sampleBytes(format), format.shape.features).set(features);
    index.addRow(record, example, crc32(row));
  });
  index.addRecord(record, examples);
  await file.writeFile(rows);
}

/** Gathers the index of a shard while its rows are written. */
class IndexBuilder {
  private readonly spreads: Float64Array;
  private readonly digests: Uint8Array;
  private readonly labels: Float32Array[] = [];
  private readonly sums: number[] = [];
  private readonly records: number[] = [];
  private readonly idEnds: number[] = [];
  private readonly ids: Buffer[] = [];
  private readonly bad: [record: number, reason: string][] = [];
  private idBytes = 0;

  constructor(
    private readonly format: RowFormat,
    records: number,
  ) {
    this.spreads = new Float64Array(records * 3 * (1 + format.shape.features));
    this.digests = new Uint8Array(records * 32);
  }

  addRow(record: number, { id, y }: Example, sum: number): void {
    const bytes = Buffer.from(id);
    this.ids.push(bytes);
    this.idBytes += bytes.length;
    this.idEnds.push(this.idBytes);
    this.labels.push(y);
    this.sums.push(sum);
    this.records.push(record);
  }

  addRecord(record: number, examples: readonly Example[]): void {
    const { features } = this.format.shape;
    this.spreads.set(spreadsOf(examples, features), record * 3 * (1 + features));
    this.digests.set(digestOf(examples), record * 32);
  }

  addBad(record: number, reason: string): void {
    this.bad.push([record, reason]);
  }

  build(): ShardIndex {
    const { classes } = this.format.shape;
    const y = new Float32Array(this.labels.length * classes);
    this.labels.forEach((label, row) => y.set(label, row * classes));
    return {
      spreads: this.spreads,
      digests: this.digests,
      y,
      sums: Uint32Array.from(this.sums),
      record: Uint32Array.from(this.records),
      idEnds: Uint32Array.from(this.idEnds),
      ids: Buffer.concat(this.ids),
      bad: Buffer.from(JSON.stringify(this.bad)),
    };
  }
}

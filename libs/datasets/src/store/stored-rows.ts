import { join } from 'node:path';
import { CardioError } from '@cardio/core';
import type { PreparationStep } from '../dataset.js';
import { standardiser, type Standardiser } from '../standardisation.js';
import type { RowFormat } from './shard-format.js';
import { openShard, type Shard } from './shard-reader.js';

/** Where the rows of a split are: all of it JSON, so that a thread can open them too. */
export interface StoredRowsPlan {
  readonly dir: string;
  readonly storeId: string;
  readonly format: RowFormat;
  readonly shards: readonly { readonly file: string; readonly rows: number }[];
  /** The fitted steps, applied to every row when it is read. */
  readonly fitted: readonly PreparationStep[];
}

const openAtMost = 128;

/** The rows of a split, numbered across its shards. At most 128 shards are open with their indices at a time. */
export class StoredRows {
  readonly size: number;
  /** The number of the first row of each shard, then `size`. */
  readonly starts: Float64Array;
  private readonly standardiser: Standardiser;
  private readonly open = new Map<number, Shard>(); // the least recently used first

  constructor(readonly plan: StoredRowsPlan) {
    const { shards } = plan;
    this.starts = new Float64Array(shards.length + 1);
    shards.forEach(({ rows }, s) => (this.starts[s + 1] = this.starts[s] + rows));
    this.size = this.starts[shards.length];
    this.standardiser = standardiser(plan.fitted);
  }

  /** Copies a row's samples and features, standardised, and returns its id. */
  read(row: number, x: Float32Array, features: Float32Array): string {
    const [shard, local] = this.find(row);
    shard.read(local, x, features);
    this.standardiser.samples(x);
    this.standardiser.features(features);
    return shard.idOf(local);
  }

  /** What the index knows of a row: id, labels `[K]`, the number of its shard and of its record in there. */
  facts(row: number): { id: string; y: Float32Array; shard: number; record: number } {
    const [shard, local, number] = this.find(row);
    const { classes } = this.plan.format.shape;
    return {
      id: shard.idOf(local),
      y: shard.index.y.slice(local * classes, (local + 1) * classes),
      shard: number,
      record: shard.index.record[local],
    };
  }

  /** Copies a row's labels. */
  labels(row: number, y: Float32Array): void {
    const [shard, local] = this.find(row);
    y.set(shard.index.y.subarray(local * y.length, (local + 1) * y.length));
  }

  /** Closes the open files; reading opens them again. */
  close(): void {
    for (const shard of this.open.values()) shard.close();
    this.open.clear();
  }

  private find(row: number): [shard: Shard, local: number, number: number] {
    if (!(row >= 0 && row < this.size))
      throw new CardioError('usage', `The stored split has ${this.size} examples, asked for number ${row}.`);
    let low = 0;
    let high = this.starts.length - 1;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.starts[middle] <= row) low = middle;
      else high = middle;
    }
    return [this.shard(low), row - this.starts[low], low];
  }

  private shard(number: number): Shard {
    const known = this.open.get(number);
    if (known) {
      this.open.delete(number);
      this.open.set(number, known);
      return known;
    }
    const { dir, storeId, format, shards } = this.plan;
    const path = join(dir, shards[number].file);
    const shard = openShard(path, storeId, format);
    if (!shard || shard.rows !== shards[number].rows) {
      shard?.close();
      throw new CardioError(
        'data',
        `\`${path}\` is no longer the shard that was opened. Start again: it is prepared anew.`,
      );
    }
    if (this.open.size >= openAtMost) {
      const [oldest] = this.open.keys();
      this.open.get(oldest)?.close();
      this.open.delete(oldest);
    }
    this.open.set(number, shard);
    return shard;
  }
}

import type { Example, Split, SplitName } from '../dataset.js';
import { StoredRows, type StoredRowsPlan } from './stored-rows.js';

/** A split whose examples are in a prepared store. Samples are read when `x` is asked for, so that ids and labels cost no reading. */
export interface StoredSplit extends Split {
  readonly stored: StoredRows;
}

/** What a split needs beside its rows: gathered when the store was opened. */
interface StoredSplitFacts {
  readonly name: SplitName;
  readonly classCounts: readonly number[];
  readonly recordIds: readonly string[];
  readonly patientIds: readonly string[];
  /** The record of a shard's `record`-th record. */
  ownerOf(shard: number, record: number): { readonly id: string; readonly patientId: string };
}

/** Whether a split is read from a store. */
export const isStored = (split: Split): split is StoredSplit => 'stored' in split;

/** Makes a split of stored rows. */
export function storedSplit(plan: StoredRowsPlan, { ownerOf, ...facts }: StoredSplitFacts): StoredSplit {
  const stored = new StoredRows(plan);
  const { shape } = plan.format;
  return {
    ...facts,
    stored,
    shape,
    size: stored.size,
    example: (index): Example => {
      const { id, y, shard, record } = stored.facts(index);
      const owner = ownerOf(shard, record);
      let read: { x: Float32Array; features: Float32Array } | undefined;
      const row = () => {
        if (!read) {
          read = { x: new Float32Array(shape.time * shape.leads), features: new Float32Array(shape.features) };
          stored.read(index, read.x, read.features);
        }
        return read;
      };
      const example = { id, recordId: owner.id, patientId: owner.patientId, y };
      Object.defineProperty(example, 'x', { enumerable: true, get: () => row().x });
      if (shape.features > 0)
        Object.defineProperty(example, 'features', { enumerable: true, get: () => row().features });
      return example as Example; // `x` is defined just above
    },
  };
}

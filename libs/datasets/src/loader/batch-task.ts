import type { Batch } from '@cardio/core';
import type { CutRule } from '../dataset.js';
import { StoredRows, type StoredRowsPlan } from '../store/stored-rows.js';
import type { DoJob } from '../store/worker.js';
import { assemble, rowsInStore, type BatchPlan } from './assemble.js';
import { loadAugment, type AugmentSource } from './augment.js';
import { cutRows } from './cut-rows.js';

/** What a thread that assembles batches is started with. */
export interface BatchInit {
  readonly rows: StoredRowsPlan;
  /** Which stretches of them. */
  readonly cut?: CutRule | undefined;
  readonly augment?: AugmentSource | undefined;
}

/** The task of a thread that assembles batches: reads shards, augments, and hands the arrays over without copying them. */
export async function batchTask({ rows, cut, augment }: BatchInit): Promise<DoJob<BatchPlan, Batch>> {
  const whole = rowsInStore(new StoredRows(rows));
  const source = cut ? cutRows(whole, cut) : whole;
  const change = augment && (await loadAugment(augment));
  return async (plan) => {
    const batch = assemble(source, plan, change);
    const arrays = [batch.x, batch.y, ...(batch.features ? [batch.features] : [])];
    return { value: batch, transfer: arrays.map(({ buffer }) => buffer as ArrayBuffer) };
  };
}

import type { Batch } from '@cardio/core';
import type { CutRule, Split } from '../dataset.js';
import { isStored, type StoredSplit } from '../store/stored-split.js';
import { startThreads, type Threads } from '../store/threads.js';
import { assemble, augmentBatch, rowsInMemory, rowsInStore, type BatchPlan } from './assemble.js';
import { loadAugment, type Augment, type AugmentSource } from './augment.js';
import type { BatchInit } from './batch-task.js';
import { cutRows } from './cut-rows.js';

/** Makes batches, in this thread or in others. */
interface BatchMaker {
  /** Whether batches are made elsewhere, so that it pays to ask for some ahead. */
  readonly ahead: boolean;
  make(plan: BatchPlan): Promise<Batch>;
  /** Ends the threads; making goes on in new ones. */
  close(): Promise<void>;
}

const idleMilliseconds = 60_000;

/**
 * Prepares to make batches of a split. Threads are used for stored splits only: they start with the first batch, keep no process alive, and
 * end after a minute without work. A function as augmentation can't travel to them and runs in this thread on what they assembled.
 */
export function batchMaker(split: Split, workers: number, augment: Augment | AugmentSource | undefined): BatchMaker {
  const change = typeof augment === 'object' ? once(() => loadAugment(augment)) : async () => augment;
  const { cut } = split;
  const source = cut?.of ?? split;
  const whole = isStored(source) ? rowsInStore(source.stored) : rowsInMemory(source);
  const rows = cut ? cutRows(whole, cut) : whole;
  const here = async (plan: BatchPlan): Promise<Batch> => assemble(rows, plan, await change());
  if (workers === 0 || !isStored(source)) {
    return { ahead: false, make: here, close: async () => (isStored(source) ? source.stored.close() : undefined) };
  }
  return inThreads(source, cut, workers, augment, here);
}

function inThreads(
  { stored }: StoredSplit,
  cut: CutRule | undefined,
  workers: number,
  augment: Augment | AugmentSource | undefined,
  here: BatchMaker['make'],
): BatchMaker {
  type BatchThreads = Threads<BatchPlan, Batch>;
  let threads: Promise<BatchThreads | undefined> | undefined;
  let idle: NodeJS.Timeout | undefined;
  const init: BatchInit = {
    rows: stored.plan,
    cut: cut && { samples: cut.samples, ...(cut.stride !== undefined && { stride: cut.stride }) },
    augment: typeof augment === 'object' ? augment : undefined,
  };
  const close = async (): Promise<void> => {
    clearTimeout(idle);
    const ending = threads;
    threads = undefined;
    await (await ending?.catch(() => undefined))?.close(); // threads that could not start were reported by `make`
    stored.close();
  };
  let waiting = 0;
  const make = async (plan: BatchPlan): Promise<Batch> => {
    clearTimeout(idle);
    waiting++;
    try {
      threads ??= startThreads<BatchPlan, Batch>('batch', init, workers);
      const started = await threads;
      if (!started) return await here(plan);
      const batch = await started.run(plan);
      if (typeof augment === 'function') augmentBatch(batch, plan, augment);
      return batch;
    } finally {
      if (--waiting === 0) idle = setTimeout(() => void close(), idleMilliseconds).unref();
    }
  };
  return { ahead: true, make, close };
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

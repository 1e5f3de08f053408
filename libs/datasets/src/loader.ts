import { CardioError, type Batch, type BatchLoader } from '@cardio/core';
import type { Split } from './dataset.js';
import type { BatchPlan } from './loader/assemble.js';
import type { Augment, AugmentSource } from './loader/augment.js';
import { batchMaker } from './loader/batch-maker.js';
import { epochOrder, type Sampling } from './loader/order.js';
import { isStored } from './store/stored-split.js';

/** How a split is cut into batches. */
export interface LoaderOptions {
  readonly batchSize: number;
  /** A new order every epoch; default false, the order of the split. */
  readonly shuffle?: boolean;
  /** Together with the epoch's number decides its order and its augmentations; default 0. */
  readonly seed?: number;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
  /**
   * `all` (default): each example once an epoch. `patients`, `classes`: every patient or class (and the examples of none) equally often, in
   * random order; needs `shuffle`.
   */
  readonly sampling?: Sampling;
  /** Examples an epoch of balanced sampling takes; default as many as the split has. */
  readonly examplesPerEpoch?: number;
  /**
   * For stores on slow disks: shuffle only so many shards into each other at a time, in random order of the shards; default 0, the whole
   * split. A split in memory counts as one shard.
   */
  readonly shardsTogether?: number;
  /** Changes each example of each epoch; worker threads need it as a module or as steps ({@link stepsFor}). */
  readonly augment?: Augment | AugmentSource;
  /** Threads that assemble batches of a stored split; default 0, this thread. The batches are the same, bit for bit. */
  readonly workers?: number;
  /** Batches that threads make ahead; default 2 for each, and at least 4. */
  readonly prefetch?: number;
}

/** A loader of a split. */
export interface SplitLoader extends BatchLoader {
  /** Ends its threads and closes its files now, not after a minute without work; it can be used again. */
  close(): Promise<void>;
}

/**
 * Batches of a split. The order of epoch `i` depends on `(seed, i)` alone, so any epoch can be replayed, from any batch on.
 *
 * @example
 * const loader = createLoader(dataset.splits.train, { batchSize: 32, shuffle: true, seed: 1 });
 * for await (const { x, y, shape } of loader.epoch(0)) …
 */
export function createLoader(split: Split, options: LoaderOptions): SplitLoader {
  const { batchSize, shuffle = false, seed = 0, dropLast = false, sampling = 'all', workers = 0, augment } = options;
  const { examplesPerEpoch = split.size, shardsTogether = 0, prefetch = Math.max(4, 2 * workers) } = options;
  assertWhole({ batchSize, examplesPerEpoch, prefetch }, 1, split.size === 0 ? ['examplesPerEpoch'] : []);
  assertWhole({ workers, shardsTogether }, 0);
  if (sampling !== 'all' && !shuffle) {
    throw new CardioError('usage', `\`sampling: '${sampling}'\` draws at random: set \`shuffle\` as well.`);
  }
  const size = sampling === 'all' ? split.size : examplesPerEpoch;
  const batchesPerEpoch = dropLast ? Math.floor(size / batchSize) : Math.ceil(size / batchSize);
  const source = split.cut?.of ?? split;
  const windows = source.size === 0 ? 1 : split.size / source.size;
  const starts = isStored(source) ? source.stored.starts.map((start) => start * windows) : [0, split.size];
  const maker = batchMaker(split, workers, augment);
  let orderOf: ReturnType<typeof epochOrder> | undefined; // balanced sampling looks at every label first

  async function* epoch(index: number, from = 0): AsyncGenerator<Batch> {
    orderOf ??= epochOrder(split, starts, { shuffle, seed, sampling, shardsTogether, examplesPerEpoch });
    const order = orderOf(index);
    const planOf = (b: number): BatchPlan => {
      const position = b * batchSize;
      return { seed, epoch: index, position, indices: order.slice(position, position + batchSize) };
    };
    const ahead: Promise<Batch>[] = [];
    let next = from;
    for (let b = from; b < batchesPerEpoch; b++) {
      while (next < batchesPerEpoch && next < b + (maker.ahead ? prefetch : 1)) {
        const batch = maker.make(planOf(next++));
        batch.catch(() => undefined); // reported when its turn comes
        ahead.push(batch);
      }
      yield await (ahead.shift() as Promise<Batch>);
    }
  }
  return { batchesPerEpoch, epoch, close: maker.close, [Symbol.asyncIterator]: () => epoch(0) };
}

function assertWhole(numbers: Readonly<Record<string, number>>, least: number, except: readonly string[] = []): void {
  for (const [name, value] of Object.entries(numbers)) {
    if ((Number.isInteger(value) && value >= least) || except.includes(name)) continue;
    throw new CardioError('usage', `\`${name}\` must be a whole number of at least ${least}, received ${value}.`);
  }
}

import { CardioError, createRandom, hash32, type Batch, type BatchLoader } from '@cardio/core';
import type { Split } from './dataset.js';

/** How a split is cut into batches. */
export interface LoaderOptions {
  readonly batchSize: number;
  /** A new order every epoch; default false, the order of the split. */
  readonly shuffle?: boolean;
  /** Together with the epoch's number decides its order; default 0. */
  readonly seed?: number;
  /** Leave out a last batch that is not full; default false. */
  readonly dropLast?: boolean;
}

/**
 * Batches of a split. The order of epoch `i` depends on `(seed, i)` alone, so any epoch can be replayed, from any batch on.
 *
 * @example
 * const loader = createLoader(dataset.splits.train, { batchSize: 32, shuffle: true, seed: 1 });
 * for await (const { x, y, shape } of loader.epoch(0)) …
 */
export function createLoader(split: Split, options: LoaderOptions): BatchLoader {
  const { batchSize, shuffle = false, seed = 0, dropLast = false } = options;
  if (!Number.isInteger(batchSize) || batchSize < 1) {
    throw new CardioError('usage', `\`batchSize\` must be a whole number of at least 1, received ${batchSize}.`);
  }
  const batchesPerEpoch = dropLast ? Math.floor(split.size / batchSize) : Math.ceil(split.size / batchSize);

  async function* epoch(index: number, from = 0): AsyncGenerator<Batch> {
    const inOrder = Array.from({ length: split.size }, (_, i) => i);
    const order = shuffle ? createRandom(hash32(`epoch ${index}`, seed)).shuffle(inOrder) : inOrder;
    for (let b = from; b < batchesPerEpoch; b++) yield assemble(split, order.slice(b * batchSize, (b + 1) * batchSize));
  }
  return { batchesPerEpoch, epoch, [Symbol.asyncIterator]: () => epoch(0) };
}

/** Copies examples into one batch: x [B, T, L], y [B, K], features [B, F]. */
function assemble(split: Split, indices: readonly number[]): Batch {
  const shape = { size: indices.length, ...split.shape };
  const x = new Float32Array(shape.size * shape.time * shape.leads);
  const y = new Float32Array(shape.size * shape.classes);
  const features = new Float32Array(shape.size * shape.features);
  const ids = indices.map((index, b) => {
    const example = split.example(index);
    x.set(example.x, b * shape.time * shape.leads);
    y.set(example.y, b * shape.classes);
    if (example.features) features.set(example.features, b * shape.features);
    return example.id;
  });
  return { x, y, ...(shape.features > 0 ? { features } : {}), ids, shape };
}

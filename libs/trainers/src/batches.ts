import { CardioError, type Batch, type BatchLoader } from '@cardio/core';

/**
 * Batches to train on or to evaluate: a `BatchLoader`, which gives every epoch its own order, or anything that can be iterated
 * once per epoch.
 */
export type Batches = BatchLoader | AsyncIterable<Batch>;

/**
 * The batches of epoch `index`, from 0, starting at batch `from`; an epoch without any is an error. What is not a `BatchLoader` is iterated from
 * its beginning, and the batches before `from` are thrown away.
 */
export async function* epochOf(batches: Batches, index: number, from = 0): AsyncGenerator<Batch> {
  let empty = true;
  const isLoader = 'epoch' in batches;
  let passed = isLoader ? from : 0;
  for await (const batch of isLoader ? batches.epoch(index, from) : batches) {
    empty = false;
    if (passed++ >= from) yield batch;
  }
  if (empty && from === 0) {
    throw new CardioError(
      'usage',
      `The loader gave no batch in epoch ${index + 1}. Check that its split is not empty, and that it can be iterated again for ` +
        'every epoch: a generator can be used only once, a BatchLoader always.',
    );
  }
}

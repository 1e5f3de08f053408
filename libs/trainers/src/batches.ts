import { CardioError, type Batch, type BatchLoader } from '@cardio/core';

/**
 * Batches to train on or to evaluate: a `BatchLoader`, which gives every epoch its own order, or anything that can be iterated
 * once per epoch.
 */
export type Batches = BatchLoader | AsyncIterable<Batch>;

/** The batches of epoch `index`, from 0; none at all is an error. */
export async function* epochOf(batches: Batches, index: number): AsyncGenerator<Batch> {
  let empty = true;
  for await (const batch of 'epoch' in batches ? batches.epoch(index) : batches) {
    empty = false;
    yield batch;
  }
  if (empty) {
    throw new CardioError(
      'usage',
      `The loader gave no batch in epoch ${index + 1}. Check that its split is not empty, and that it can be iterated again for ` +
        'every epoch: a generator can be used only once, a BatchLoader always.',
    );
  }
}

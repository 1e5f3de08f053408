import type { Batch } from '@cardio/core';

import { epochOf, type Batches } from '../batches.js';
import type { TrainingConfig } from '../config.js';

/** The parts of a run that its checks change. */
interface Checked {
  readonly config: TrainingConfig;
  readonly trainLoader: Batches;
  readonly valLoader: Batches | undefined;
}

/** Changes a run for `overfitOneBatch` and `fastDevRun`; without them it stays as it is. */
export function underCheck({ config, trainLoader, valLoader }: Checked): Checked {
  if (config.overfitOneBatch) {
    const loader = firstBatches(trainLoader, 1, { replay: 20 });
    return {
      config: { ...config, patience: 0 },
      trainLoader: loader,
      valLoader: valLoader && firstBatches(trainLoader, 1),
    };
  }
  if (config.fastDevRun) {
    const few = (loader: Batches): Batches => firstBatches(loader, 2);
    return { config: { ...config, epochs: 1 }, trainLoader: few(trainLoader), valLoader: valLoader && few(valLoader) };
  }
  return { config, trainLoader, valLoader };
}

/**
 * The first batches of a loader's epoch 0, in every epoch the same.
 *
 * @param options `replay`: how often they are given in one epoch; default once
 */
export function firstBatches(loader: Batches, count: number, { replay = 1 } = {}): Batches {
  let first: Batch[] | undefined;
  async function* epoch(): AsyncGenerator<Batch> {
    if (!first) {
      first = [];
      for await (const batch of epochOf(loader, 0)) if (first.push(batch) >= count) break;
    }
    for (let i = 0; i < replay; i++) yield* first;
  }
  return { [Symbol.asyncIterator]: epoch };
}

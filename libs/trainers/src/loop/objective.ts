import type { Batch } from '@cardio/core';
import type * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import type { EvaluationResult } from '../evaluate.js';

/** In what mode a model runs: training or not, for the whole of it or by layer, as `applyModel` of the engine takes it. */
export type Mode = boolean | ((layer: tfl.layers.Layer) => boolean);

/** What an objective may depend on beside the batch. */
export interface LossContext {
  /** Batches since the start of the run, for randomness of the objective's own: seeded with it, a resumed run repeats it. */
  readonly step: number;
  readonly training: Mode;
}

/** What came of a validation. */
export interface Validation {
  readonly loss: number;
  /** By name; null where undefined. */
  readonly scores: Readonly<Record<string, number | null>>;
  /** Of a classifier. */
  readonly evaluation?: EvaluationResult;
}

/**
 * What a model is trained for. The training loop knows nothing else of it, so that another kind of training is another objective and shares loop,
 * optimizer, schedules, checkpoints, resume and callbacks.
 */
export interface Objective {
  /** What a run must have in common with the checkpoint that it goes on from, such as task and classes; JSON. */
  readonly identity: Readonly<Record<string, unknown>>;
  /** The score that decides what is best; lower is better for `loss`, higher for every other. */
  readonly monitor: string;
  /** The mean loss of a batch, a scalar that depends on the model's trainable weights. */
  loss(batch: Batch, context: LossContext): tf.Scalar;
  /** How much a batch counts in means over several, such as its number of examples. */
  weight(batch: Batch): number;
  evaluate(batches: AsyncIterable<Batch>): Promise<Validation>;
}

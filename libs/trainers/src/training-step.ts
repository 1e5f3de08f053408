import type { Batch } from '@cardio/core';
import { valueAndGradients } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { checkLabels, inputTensors, logitsOf } from './batch-tensors.js';
import type { Loss } from './losses.js';
import { clipFactor, globalNorm, type AdamW } from './optimizer.js';

/** What a training step needs beside the batch. */
export interface StepContext {
  readonly model: tfl.LayersModel;
  readonly loss: Loss;
  readonly optimizer: AdamW;
  readonly learningRate: number;
  readonly gradientClipNorm: number;
}

/** What came of a training step. */
export interface StepResult {
  /** Mean loss before the step, regularisation losses of the layers included. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
}

/** The variables that training moves, in the order in which gradients and moments are kept. */
export const trainableVariables = (model: tfl.LayersModel): tf.Variable[] =>
  model.trainableWeights.map((w) => w.read() as tf.Variable); // a layer's weight reads as the variable itself

/**
 * One step: forward in training mode, backward, clip, update. Layers of batch normalisation move their statistics in the forward
 * pass. When loss or gradients are not finite, the weights are left as they were; see {@link isFinite}.
 */
export async function trainingStep(batch: Batch, context: StepContext): Promise<StepResult> {
  const { model, optimizer, learningRate, gradientClipNorm } = context;
  checkLabels(model, batch);
  const variables = trainableVariables(model);
  const { loss, gradients } = tf.tidy(() => {
    const inputs = inputTensors(model, batch);
    const labels = tf.tensor2d(batch.y, [batch.shape.size, batch.shape.classes]);
    const { value, gradients: byVariable } = valueAndGradients(
      () => tf.addN([context.loss(labels, logitsOf(model, inputs, true)), ...model.calculateLosses()]) as tf.Scalar,
      variables,
    );
    return { loss: value, gradients: byVariable };
  });
  const norm = globalNorm(gradients);
  try {
    const result = { loss: (await loss.data())[0], gradientNorm: (await norm.data())[0] };
    if (isFinite(result)) optimizer.step(gradients, learningRate, clipFactor(result.gradientNorm, gradientClipNorm));
    return result;
  } finally {
    tf.dispose([loss, norm, ...gradients.filter((g) => g !== undefined)]);
  }
}

/** Whether a step could be taken. */
export const isFinite = ({ loss, gradientNorm }: StepResult): boolean =>
  Number.isFinite(loss) && Number.isFinite(gradientNorm);

import type { Batch } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { integratedGradients } from './gradients.js';
import type { Inputs, Target } from './target.js';

/**
 * Integrated gradients of a batch as numbers, for who has no tensors: what each sample adds to the target logit, see {@link integratedGradients}. The
 * signal that says nothing is 0, the mean of standardised data.
 *
 * @param options `steps`: places on the way at which the gradient is taken; default 32
 * @returns `[B * T * L]`, as `batch.x`
 * @throws CardioError `usage` for a target that is no class
 */
export function explainBatch(
  model: tfl.LayersModel,
  { x, features, shape }: Pick<Batch, 'x' | 'features' | 'shape'>,
  target: Target,
  { steps = 32 }: { readonly steps?: number } = {},
): Float32Array {
  const result = tf.tidy(() => {
    const ecg = tf.tensor3d(x, [shape.size, shape.time, shape.leads]);
    const more = features && model.inputs.length > 1 ? [tf.tensor2d(features, [shape.size, shape.features])] : [];
    return integratedGradients(model, [ecg, ...more] as Inputs, target, { steps });
  });
  try {
    return result.dataSync() as Float32Array; // of a float32 tensor
  } finally {
    result.dispose();
  }
}

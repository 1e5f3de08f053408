import { CardioError } from '@cardio/core';
import { applyModel } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** The class whose logit is explained: one for all examples, or one for each. */
export type Target = number | readonly number[];

/** What a model is given: `ecg` `[B, T, L]` and, where it takes them, `features` `[B, F]`. */
export type Inputs = readonly [tf.Tensor3D, ...tf.Tensor[]];

/** The sum over the batch of each example's target logit: its gradient by an example is that of the example's own logit. */
export function targetLogit(model: tfl.LayersModel, inputs: Inputs, target: Target): tf.Scalar {
  const logits = applyModel(model, inputs, false); // [B, K]
  const [batch, classes] = logits.shape as [number, number];
  const targets = typeof target === 'number' ? Array<number>(batch).fill(target) : target;
  const isClass = (k: number): boolean => Number.isInteger(k) && k >= 0 && k < classes;
  if (targets.length !== batch || !targets.every(isClass)) {
    throw new CardioError(
      'usage',
      `\`target\` must be a class from 0 to ${classes - 1}, or one for each of the ${batch} examples; received ${JSON.stringify(target)}.`,
    );
  }
  const chosen = new Float32Array(batch * classes);
  targets.forEach((k, i) => (chosen[i * classes + k] = 1));
  return tf.sum(tf.mul(logits, tf.tensor2d(chosen, [batch, classes])));
}

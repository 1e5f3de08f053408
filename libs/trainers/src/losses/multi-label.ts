import { sigmoidCrossEntropy } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

import type { LossNumbers } from './loss.js';

/** The loss of each label `[B, K]` by the sigmoid of its logit; labels are 0 or 1 or, mixed, between. */
export function multiLabelLosses(labels: tf.Tensor2D, logits: tf.Tensor2D, numbers: LossNumbers): tf.Tensor {
  const { loss, classWeights, labelSmoothing: share } = numbers;
  const targets = share === 0 ? labels : tf.add(tf.mul(labels, 1 - share), share / 2);
  if (loss === 'cross-entropy' && classWeights.length === 0) return sigmoidCrossEntropy(logits, targets);
  const [positive, negative] = parts(logits, numbers);
  const weighted = classWeights.length === 0 ? positive : tf.mul(positive, tf.tensor1d([...classWeights]));
  return tf.add(tf.mul(targets, weighted), tf.mul(tf.sub(1, targets), negative));
}

/**
 * What a positive costs, and what a negative does. -log sigmoid(x) is softplus(-x), and -log(1 - sigmoid(x)) is softplus(x): neither is
 * ever the logarithm of 0.
 */
function parts(x: tf.Tensor, numbers: LossNumbers): [tf.Tensor, tf.Tensor] {
  const { loss, focalGamma, asymmetricGammaPositive, asymmetricGammaNegative, asymmetricClip: clip } = numbers;
  const [missed, alarm] = [tf.softplus(tf.neg(x)), tf.softplus(x)];
  if (loss === 'cross-entropy') return [missed, alarm];
  const positive = focused(tf.sigmoid(tf.neg(x)), missed, loss === 'focal' ? focalGamma : asymmetricGammaPositive);
  if (loss === 'focal') return [positive, focused(tf.sigmoid(x), alarm, focalGamma)];
  const lowered = clip === 0 ? tf.sigmoid(x) : tf.relu(tf.sub(tf.sigmoid(x), clip)); // at most 1 - clip
  const cost = clip === 0 ? alarm : tf.neg(tf.log(tf.sub(1, lowered)));
  return [positive, focused(lowered, cost, asymmetricGammaNegative)];
}

const focused = (wrong: tf.Tensor, cost: tf.Tensor, gamma: number): tf.Tensor =>
  gamma === 0 ? cost : tf.mul(gamma === 1 ? wrong : tf.pow(wrong, gamma), cost);

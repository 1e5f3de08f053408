import { softmaxCrossEntropy } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

import type { LossNumbers } from './loss.js';

/** The loss of each example `[B]` by the softmax over classes; labels `[B, K]` are one-hot or, mixed, probabilities. */
export function multiClassLosses(labels: tf.Tensor2D, logits: tf.Tensor2D, numbers: LossNumbers): tf.Tensor1D {
  const { loss, focalGamma } = numbers;
  const targets = weighted(smoothed(labels, numbers.labelSmoothing), numbers.classWeights);
  if (loss !== 'focal' || focalGamma === 0) return softmaxCrossEntropy(logits, targets);
  const logProbabilities = tf.logSoftmax(logits);
  const others = tf.relu(tf.sub(1, tf.exp(logProbabilities))); // rounding may leave a probability above 1
  return tf.neg(tf.sum(tf.mul(targets, tf.mul(tf.pow(others, focalGamma), logProbabilities)), 1));
}

/** Labels of which a share is spread evenly over the K classes (Szegedy et al., CVPR 2016, section 7). */
const smoothed = (labels: tf.Tensor2D, share: number): tf.Tensor2D =>
  share === 0 ? labels : tf.add(tf.mul(labels, 1 - share), share / labels.shape[1]);

const weighted = (labels: tf.Tensor2D, weights: readonly number[]): tf.Tensor2D =>
  weights.length === 0 ? labels : tf.mul(labels, tf.tensor1d([...weights]));

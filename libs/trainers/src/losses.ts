import type { TaskKind } from '@cardio/core';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

/** The mean loss of logits `[B, K]` against labels `[B, K]`, a scalar. */
export type Loss = (labels: tf.Tensor2D, logits: tf.Tensor2D) => tf.Scalar;

/**
 * The loss of a task, computed from logits so that it is finite whatever their size: cross-entropy of the softmax for
 * multi-class, of each class's sigmoid for multi-label.
 *
 * @param classWeights one number per class. Multi-class: weights of the mean over examples, by true class (`weight` of PyTorch's
 * `CrossEntropyLoss`). Multi-label: factors of the positive examples' part (`pos_weight` of `BCEWithLogitsLoss`).
 */
export function lossOf(task: TaskKind, classWeights?: readonly number[]): Loss {
  const loss = task === 'multi-class' ? multiClass : multiLabel;
  return (labels, logits) => tf.tidy(() => loss(labels, logits, classWeights && tf.tensor1d([...classWeights])));
}

function multiClass(labels: tf.Tensor2D, logits: tf.Tensor2D, classWeights?: tf.Tensor1D): tf.Scalar {
  const losses = softmaxCrossEntropy(logits, labels); // [B]
  if (!classWeights) return tf.mean(losses);
  const weights = tf.sum(tf.mul(labels, classWeights), 1); // [B], that of the true class
  return tf.div(tf.sum(tf.mul(losses, weights)), tf.sum(weights));
}

function multiLabel(labels: tf.Tensor2D, logits: tf.Tensor2D, positiveWeights?: tf.Tensor1D): tf.Scalar {
  if (!positiveWeights) return tf.mean(sigmoidCrossEntropy(logits, labels));
  // -log sigmoid(x) is softplus(-x), and -log(1 - sigmoid(x)) is softplus(x)
  const positive = tf.mul(tf.mul(labels, positiveWeights), tf.softplus(tf.neg(logits)));
  return tf.mean(tf.add(positive, tf.mul(tf.sub(1, labels), tf.softplus(logits))));
}

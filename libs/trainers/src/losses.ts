import type { TaskKind } from '@cardio/core';
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
  const loss = task === 'multi-class' ? softmaxCrossEntropy : sigmoidCrossEntropy;
  return (labels, logits) => tf.tidy(() => loss(labels, logits, classWeights && tf.tensor1d([...classWeights])));
}

function softmaxCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D, classWeights?: tf.Tensor1D): tf.Scalar {
  const weights = classWeights ? tf.mul(labels, classWeights) : labels; // [B, K], one column of a row is not 0
  return tf.neg(tf.div(tf.sum(tf.mul(weights, tf.logSoftmax(logits))), tf.sum(weights)));
}

/** -log sigmoid(x) is softplus(-x), and -log(1 - sigmoid(x)) is softplus(x). */
function sigmoidCrossEntropy(labels: tf.Tensor2D, logits: tf.Tensor2D, positiveWeights?: tf.Tensor1D): tf.Scalar {
  const positive = tf.mul(labels, tf.softplus(tf.neg(logits)));
  const negative = tf.mul(tf.sub(1, labels), tf.softplus(logits));
  return tf.mean(tf.add(positiveWeights ? tf.mul(positive, positiveWeights) : positive, negative));
}

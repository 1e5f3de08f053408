import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, withGradient } from './kernel.js';

/**
 * The cross-entropy of the softmax, from logits, finite whatever their size.
 *
 * @param logits `[B, K]`
 * @param labels `[B, K]`, one-hot or probabilities; no gradient goes to them
 * @returns one loss per example, `[B]`
 */
export function softmaxCrossEntropy(logits: tf.Tensor2D, labels: tf.Tensor2D): tf.Tensor1D {
  if (hasKernel('CardioSoftmaxCrossEntropy')) {
    return runKernel('CardioSoftmaxCrossEntropy', { logits, labels }) as tf.Tensor1D;
  }
  return withGradient(
    [logits],
    (save) => {
      const logProbabilities = tf.logSoftmax(logits);
      save([logProbabilities, labels]);
      return tf.neg(tf.sum(tf.mul(labels, logProbabilities), -1));
    },
    (dloss, [logProbabilities, y]) => {
      const slope = tf.sub(tf.mul(tf.exp(logProbabilities), tf.sum(y, -1, true)), y);
      return [tf.mul(slope, tf.expandDims(dloss, -1))];
    },
  ) as tf.Tensor1D;
}

/**
 * The cross-entropy of each class's sigmoid, from logits, finite whatever their size.
 *
 * @param labels in the shape of `logits`; no gradient goes to them
 * @returns one loss per element, in the same shape
 */
export function sigmoidCrossEntropy(logits: tf.Tensor, labels: tf.Tensor): tf.Tensor {
  if (hasKernel('CardioSigmoidCrossEntropy')) return runKernel('CardioSigmoidCrossEntropy', { logits, labels });
  return withGradient(
    [logits],
    (save) => {
      save([logits, labels]);
      // -y log sigmoid(x) - (1 - y) log(1 - sigmoid(x)) = max(x, 0) - x y + log(1 + exp(-|x|))
      return tf.add(tf.sub(tf.relu(logits), tf.mul(logits, labels)), tf.softplus(tf.neg(tf.abs(logits))));
    },
    (dloss, [x, y]) => [tf.mul(dloss, tf.sub(tf.sigmoid(x), y))],
  );
}

/** The gradients of the kernels, for engines that have them. */
export const crossEntropyGradients: readonly tf.GradConfig[] = [
  'CardioSoftmaxCrossEntropy',
  'CardioSigmoidCrossEntropy',
].map((kernelName) => ({
  kernelName,
  inputsToSave: ['logits', 'labels'],
  gradFunc: (dy, [logits, labels]) => ({
    logits: () => runKernel(`${kernelName}Grad`, { dloss: dy as tf.Tensor, logits, labels }),
  }),
}));

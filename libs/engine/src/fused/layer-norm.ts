import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runKernels, runsAsKernel, withGradient, type PortableKernel } from './kernel.js';

/**
 * Layer normalisation (Ba et al. 2016, arXiv 1607.06450): every example and step is brought to mean 0 and variance 1 over the last axis, then
 * scaled and shifted.
 *
 * @param x `[..., C]`
 * @param gamma `[C]`
 * @param beta `[C]`
 */
export function layerNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  if (runsAsKernel('CardioLayerNorm')) return runKernel('CardioLayerNorm', { x, gamma, beta }, { epsilon });
  return composed([x, gamma, beta], { epsilon });
}

/** The kernel for engines that have none. */
export const portableLayerNorm: PortableKernel = {
  kernelName: 'CardioLayerNorm',
  inputs: ['x', 'gamma', 'beta'],
  compute: composed,
};

function composed([x, gamma, beta]: tf.Tensor[], { epsilon }: { epsilon: number }): tf.Tensor {
  return withGradient(
    [x, gamma, beta],
    (save) => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon)); // [..., 1]
      const normed = tf.mul(centred, inverse);
      save([normed, inverse, gamma]);
      return tf.add(tf.mul(normed, gamma), beta);
    },
    (dy, [normed, inverse, scale]) => {
      const axes = dy.shape.slice(1).map((_, axis) => axis);
      const g = tf.mul(dy, scale);
      const alongNormed = tf.mul(normed, tf.mean(tf.mul(g, normed), -1, true));
      const dx = tf.mul(tf.sub(tf.sub(g, alongNormed), tf.mean(g, -1, true)), inverse);
      return [dx, tf.sum(tf.mul(dy, normed), axes), tf.sum(dy, axes)];
    },
  );
}

/** The gradient of the kernel, for engines that have it. */
export const layerNormGradient: tf.GradConfig = {
  kernelName: 'CardioLayerNorm',
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [true],
  gradFunc: (dy, [x, gamma, y], attrs) => {
    const [dx, dgamma, dbeta] = runKernels('CardioLayerNormGrad', { dy: dy as tf.Tensor, x, gamma, y }, attrs);
    return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
  },
};

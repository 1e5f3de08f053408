import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels, withGradient, withoutGradient } from './kernel.js';

/** What {@link batchNorm} gives. */
export interface BatchNormResult {
  /** The normalised input, in its shape. */
  readonly y: tf.Tensor;
  /** Mean of each channel, `[C]`; no gradient goes through it. */
  readonly mean: tf.Tensor1D;
  /** Biased variance of each channel, `[C]`; no gradient goes through it. */
  readonly variance: tf.Tensor1D;
}

/**
 * Batch normalisation as in training (Ioffe & Szegedy, ICML 2015, algorithm 1): each channel, the last axis, is brought to mean 0 and
 * variance 1 over all other axes, then scaled and shifted. The statistics come along for the moving averages.
 *
 * @param x `[..., C]`
 * @param gamma `[C]`
 * @param beta `[C]`
 */
export function batchNorm(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-5): BatchNormResult {
  if (hasKernel('CardioBatchNorm')) {
    const y = runKernel('CardioBatchNorm', { x, gamma, beta }, { epsilon });
    const [mean, variance] = runKernels('CardioBatchNormMoments', { y }) as tf.Tensor1D[];
    return { y, mean, variance };
  }
  const axes = leadingAxes(x);
  const statistics = withoutGradient(x, () => {
    const mean = tf.mean(x, axes); // [C]
    return tf.stack([mean, tf.mean(tf.square(tf.sub(x, mean)), axes)]);
  });
  const [mean, variance] = tf.unstack(statistics) as tf.Tensor1D[];
  const y = withGradient(
    [x, gamma, beta],
    (save) => {
      save([x, gamma, mean, variance]);
      return affine(x, mean, variance, gamma as tf.Tensor1D, beta as tf.Tensor1D, epsilon);
    },
    (dy, [input, scale, m, v]) => gradient(dy, input, scale, m, v, epsilon),
  );
  return { y, mean, variance };
}

/** The gradient of the kernel, for engines that have it. */
export const batchNormGradient: tf.GradConfig = {
  kernelName: 'CardioBatchNorm',
  inputsToSave: ['x', 'gamma'],
  outputsToSave: [true],
  gradFunc: (dy, [x, gamma, y], attrs) => {
    const [dx, dgamma, dbeta] = runKernels('CardioBatchNormGrad', { dy: dy as tf.Tensor, x, gamma, y }, attrs);
    return { x: () => dx, gamma: () => dgamma, beta: () => dbeta };
  },
};

/** With g = dy and n = normalised x: dx = slope * (g - mean(g) - n * mean(g n)). */
function gradient(
  dy: tf.Tensor,
  x: tf.Tensor,
  gamma: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  epsilon: number,
): tf.Tensor[] {
  const axes = leadingAxes(x);
  const count = x.size / gamma.size;
  const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [C]
  const centred = tf.sub(x, mean);
  const dbeta = tf.sum(dy, axes);
  const dgamma = tf.mul(tf.sum(tf.mul(dy, centred), axes), inverse);
  const alongX = tf.mul(centred, tf.div(tf.mul(dgamma, inverse), count));
  const dx = tf.mul(tf.sub(tf.sub(dy, alongX), tf.div(dbeta, count)), tf.mul(gamma, inverse));
  return [dx, dgamma, dbeta];
}

/** tfjs's kernel takes up to 4 axes. */
function affine(
  x: tf.Tensor,
  mean: tf.Tensor1D,
  variance: tf.Tensor1D,
  gamma: tf.Tensor1D,
  beta: tf.Tensor1D,
  epsilon: number,
): tf.Tensor {
  const flat = x.rank > 4 ? tf.reshape(x, [-1, mean.size]) : x;
  return tf.reshape(tf.batchNorm(flat, mean, variance, beta, gamma, epsilon), x.shape);
}

/** All axes but the last. */
const leadingAxes = (x: tf.Tensor): number[] => x.shape.slice(1).map((_, axis) => axis);

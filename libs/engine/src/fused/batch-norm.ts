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
 * @param relu whether negative results become 0: then nothing but this output is kept for the backward pass, besides x
 */
export function batchNorm(
  x: tf.Tensor,
  gamma: tf.Tensor,
  beta: tf.Tensor,
  epsilon = 1e-5,
  relu = false,
): BatchNormResult {
  const isKernel = hasKernel('CardioBatchNorm');
  const moments = withoutGradient(x, () => (isKernel ? runKernel('CardioBatchMoments', { x }) : composedMoments(x)));
  const [mean, variance] = tf.unstack(moments) as tf.Tensor1D[];
  const y = withGradient(
    [x, gamma, beta],
    (save) => {
      const inputs = { x, moments, gamma, beta };
      const result = isKernel
        ? runKernel('CardioBatchNorm', inputs, { epsilon, relu })
        : composedBatchNorm(inputs, { epsilon, relu });
      save([x, moments, gamma, ...(relu ? [result] : [])]);
      return result;
    },
    (dy, [input, statistics, scale, output]) => {
      const inputs = { dy, x: input, moments: statistics, gamma: scale, ...(output && { y: output }) };
      return isKernel ? runKernels('CardioBatchNormGrad', inputs, { epsilon }) : composedGradient(inputs, { epsilon });
    },
  );
  return { y, mean, variance };
}

type Inputs<Names extends string> = Readonly<Record<Names, tf.Tensor>>;

/** `[2, C]`: mean and biased variance of each channel; what the kernel `CardioBatchMoments` computes. */
export function composedMoments(x: tf.Tensor): tf.Tensor {
  const axes = leadingAxes(x);
  const mean = tf.mean(x, axes); // [C]
  return tf.stack([mean, tf.mean(tf.square(tf.sub(x, mean)), axes)]);
}

/** What the kernel `CardioBatchNorm` computes. tfjs's own takes up to 4 axes. */
export function composedBatchNorm(
  { x, moments, gamma, beta }: Inputs<'x' | 'moments' | 'gamma' | 'beta'>,
  { epsilon, relu }: { readonly epsilon: number; readonly relu: boolean },
): tf.Tensor {
  const [mean, variance] = tf.unstack(moments) as tf.Tensor1D[];
  const flat = x.rank > 4 ? tf.reshape(x, [-1, mean.size]) : x;
  const y = tf.batchNorm(flat, mean, variance, beta as tf.Tensor1D, gamma as tf.Tensor1D, epsilon);
  return tf.reshape(relu ? tf.relu(y) : y, x.shape);
}

/**
 * What the kernel `CardioBatchNormGrad` computes: the gradients by x, gamma and beta; `y` is given where a ReLU followed. With g the gradient
 * before it and n the normalised x: dx = slope * (g - mean(g) - n * mean(g n)).
 */
export function composedGradient(
  { dy, x, moments, gamma, y }: Inputs<'dy' | 'x' | 'moments' | 'gamma'> & { readonly y?: tf.Tensor },
  { epsilon }: { readonly epsilon: number },
): tf.Tensor[] {
  const axes = leadingAxes(x);
  const count = x.size / gamma.size;
  const [mean, variance] = tf.unstack(moments);
  const g = y ? tf.mul(dy, tf.step(y)) : dy;
  const inverse = tf.rsqrt(tf.add(variance, epsilon)); // [C]
  const centred = tf.sub(x, mean);
  const dbeta = tf.sum(g, axes);
  const dgamma = tf.mul(tf.sum(tf.mul(g, centred), axes), inverse);
  const alongX = tf.mul(centred, tf.div(tf.mul(dgamma, inverse), count));
  const dx = tf.mul(tf.sub(tf.sub(g, alongX), tf.div(dbeta, count)), tf.mul(gamma, inverse));
  return [dx, dgamma, dbeta];
}

/** All axes but the last. */
const leadingAxes = (x: tf.Tensor): number[] => x.shape.slice(1).map((_, axis) => axis);

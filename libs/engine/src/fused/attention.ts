import * as tf from '@tensorflow/tfjs-core';
import { dropoutMask } from './dropout-mask.js';
import { runKernel, runKernels, runsAsKernel, withGradient, type PortableKernel } from './kernel.js';

/** How {@link attention} weighs. */
export interface AttentionOptions {
  /** Added to the scaled products before the softmax: `[N, T, T]`, such as a relative position bias. */
  readonly bias?: tf.Tensor3D;
  /** Factor of the products; default 1 / √D. */
  readonly scale?: number;
  /** Dropout on the weights, in [0, 1); default 0. */
  readonly rate?: number;
  /** Seed of that dropout. */
  readonly seed?: number;
  /** Training step of that dropout. */
  readonly step?: number;
}

/**
 * Scaled dot-product attention (Vaswani et al., NeurIPS 2017, equation 1): dropout(softmax(q kᵀ scale + bias)) v, for each of N heads. The
 * dropout is that of {@link dropoutMask} over `[B, N, T, T]`.
 *
 * @param q queries, `[B, N, T, D]`, as `k` and `v`
 * @returns `[B, N, T, D]`
 */
export function attention(q: tf.Tensor4D, k: tf.Tensor4D, v: tf.Tensor4D, options: AttentionOptions = {}): tf.Tensor4D {
  const { bias, scale = q.shape[3] ** -0.5, rate = 0, seed = 0, step = 0 } = options;
  const run = runsAsKernel('CardioAttention') ? asKernel : composed;
  return run([q, k, v, ...(bias ? [bias] : [])], { scale, rate, seed, step }) as tf.Tensor4D;
}

type Settings = { scale: number; rate: number; seed: number; step: number };

/** The kernel for engines that have none. */
export const portableAttention: PortableKernel = {
  kernelName: 'CardioAttention',
  inputs: ['q', 'k', 'v', 'bias'],
  compute: composed,
};

function asKernel(inputs: tf.Tensor[], settings: Settings): tf.Tensor {
  const named = ([q, k, v, bias]: tf.Tensor[]): Record<string, tf.Tensor> => ({ q, k, v, ...(bias && { bias }) });
  return withGradient(
    inputs,
    (save) => {
      const out = runKernel('CardioAttention', named(inputs), settings);
      save([out, ...inputs]);
      return out;
    },
    (dout, [out, ...saved]) => runKernels('CardioAttentionGrad', { dout, ...named(saved), out }, settings),
  );
}

function composed(inputs: tf.Tensor[], { scale, rate, seed, step }: Settings): tf.Tensor {
  const [q, k, v, bias] = inputs;
  return withGradient(
    inputs,
    (save) => {
      const products = tf.mul(tf.matMul(q, k, false, true), scale); // [B, N, T, T]
      const weights = tf.softmax(bias ? tf.add(products, bias) : products);
      const mask = rate > 0 ? tf.tensor(dropoutMask(weights.size, rate, seed, step), weights.shape) : undefined;
      save([q, k, v, weights, ...(mask ? [mask] : [])]);
      return tf.matMul(mask ? tf.mul(weights, mask) : weights, v);
    },
    (dout, [query, key, value, weights, mask]) => {
      const drop = (x: tf.Tensor): tf.Tensor => (mask ? tf.mul(x, mask) : x);
      const dWeights = drop(tf.matMul(dout, value, false, true));
      const dLogits = tf.mul(weights, tf.sub(dWeights, tf.sum(tf.mul(dWeights, weights), -1, true)));
      const dProducts = tf.mul(dLogits, scale);
      return [
        tf.matMul(dProducts, key),
        tf.matMul(dProducts, query, true),
        tf.matMul(drop(weights), dout, true),
        ...(bias ? [tf.sum(dLogits, 0)] : []),
      ];
    },
  );
}

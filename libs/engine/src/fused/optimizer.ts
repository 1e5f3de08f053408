import * as tf from '@tensorflow/tfjs-core';
import { hasKernel, runKernel, runKernels } from './kernel.js';

/** The numbers of one {@link adamW} step. */
export interface AdamWStep {
  readonly learningRate: number;
  /** Decay rate of the mean of gradients. */
  readonly beta1: number;
  /** Decay rate of the mean of squared gradients. */
  readonly beta2: number;
  /** Added to the denominator. */
  readonly epsilon: number;
  /** Decoupled decay of each parameter, in units of the learning rate. */
  readonly weightDecays: readonly number[];
  /** Number of this step, counted from 1. */
  readonly step: number;
  /** Multiplies the gradients first, as {@link clipFactor} gives it; default 1. */
  readonly gradScale?: number;
}

/**
 * One step of Adam with decoupled weight decay and bias correction (Loshchilov & Hutter, ICLR 2019, algorithm 2; equal to `torch.optim.AdamW`)
 * of all parameters, whose moments are moved with them.
 *
 * @param parameters moved in place; what shares memory with one keeps its values
 * @param gradients one per parameter, in its shape
 * @param first running means of the gradients, one per parameter
 * @param second running means of the squared gradients
 */
export function adamW(
  parameters: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  first: readonly tf.Variable[],
  second: readonly tf.Variable[],
  options: AdamWStep,
): void {
  const { learningRate, beta1, beta2, epsilon, weightDecays, step, gradScale = 1 } = options;
  const n = parameters.length;
  if (n === 0) return;
  if (hasKernel('CardioAdamW')) {
    const inputs = { ...named('p', parameters), ...named('g', gradients) };
    const moments = { ...named('m', first), ...named('v', second) };
    runKernels('CardioAdamW', { ...inputs, ...moments }, { ...options, n, gradScale });
    return;
  }
  const stepSize = learningRate / (1 - beta1 ** step);
  const rootCorrection = Math.sqrt(1 - beta2 ** step);
  parameters.forEach((parameter, i) =>
    tf.tidy(() => {
      const g = scaled(gradients[i], gradScale);
      const m = tf.add(tf.mul(first[i], beta1), tf.mul(g, 1 - beta1));
      const v = tf.add(tf.mul(second[i], beta2), tf.mul(tf.square(g), 1 - beta2));
      const direction = tf.div(m, tf.add(tf.div(tf.sqrt(v), rootCorrection), epsilon));
      const kept = weightDecays[i] === 0 ? parameter : tf.mul(parameter, 1 - learningRate * weightDecays[i]);
      parameter.assign(tf.sub(kept, tf.mul(direction, stepSize)));
      first[i].assign(m);
      second[i].assign(v);
    }),
  );
}

/** The numbers of one {@link sgd} step. */
export interface SgdStep {
  readonly learningRate: number;
  /** Share of the old velocity that is kept; used with velocities only. */
  readonly momentum: number;
  /** Whether the step looks ahead along the velocity (Sutskever et al., ICML 2013); default false. */
  readonly nesterov?: boolean;
  /** L2 decay of each parameter, added to its gradient. */
  readonly weightDecays: readonly number[];
  /** Multiplies the gradients first; default 1. */
  readonly gradScale?: number;
}

/**
 * One step of stochastic gradient descent of all parameters (equal to `torch.optim.SGD`).
 *
 * @param gradients one per parameter, in its shape
 * @param velocities one per parameter, zeros at first, for momentum; none without
 */
export function sgd(
  parameters: readonly tf.Variable[],
  gradients: readonly tf.Tensor[],
  velocities: readonly tf.Variable[] | undefined,
  options: SgdStep,
): void {
  const { learningRate, momentum, nesterov = false, weightDecays, gradScale = 1 } = options;
  const n = parameters.length;
  if (n === 0) return;
  const looksAhead = nesterov && velocities !== undefined;
  if (hasKernel('CardioSgd') && !looksAhead) {
    const inputs = { ...named('p', parameters), ...named('g', gradients) };
    const buffers = velocities && named('b', velocities);
    runKernels('CardioSgd', { ...inputs, ...buffers }, { ...options, n, gradScale });
    return;
  }
  parameters.forEach((parameter, i) =>
    tf.tidy(() => {
      const g = scaled(gradients[i], gradScale);
      const decayed = weightDecays[i] === 0 ? g : tf.add(g, tf.mul(parameter, weightDecays[i]));
      const velocity = velocities ? tf.add(tf.mul(velocities[i], momentum), decayed) : decayed;
      const direction = looksAhead ? tf.add(decayed, tf.mul(velocity, momentum)) : velocity;
      parameter.assign(tf.sub(parameter, tf.mul(direction, learningRate)));
      velocities?.[i].assign(velocity);
    }),
  );
}

/** The Euclidean norm of all tensors taken as one vector, a scalar; 0 for none. */
export function globalNorm(tensors: readonly tf.Tensor[]): tf.Scalar {
  if (tensors.length === 0) return tf.scalar(0);
  if (hasKernel('CardioGlobalNorm')) return runKernel('CardioGlobalNorm', named('x', tensors)) as tf.Scalar;
  return tf.tidy(() => tf.sqrt(tf.addN(tensors.map((x) => tf.sum(tf.square(x)) as tf.Scalar))));
}

/**
 * By what to multiply gradients so that their global norm is at most `limit` (Pascanu et al. 2013; equal to
 * `torch.nn.utils.clip_grad_norm_`); a limit of 0 means none.
 */
export const clipFactor = (norm: number, limit: number): number => (limit > 0 ? Math.min(1, limit / (norm + 1e-6)) : 1);

const scaled = (x: tf.Tensor, scale: number): tf.Tensor => (scale === 1 ? x : tf.mul(x, scale));

const named = (letter: string, tensors: readonly tf.Tensor[]): Record<string, tf.Tensor> =>
  Object.fromEntries(tensors.map((x, i) => [`${letter}${i}`, x]));

import * as tf from '@tensorflow/tfjs-core';
import { dropoutMask } from './dropout-mask.js';
import { hasKernel, runKernel, withGradient } from './kernel.js';

/** What decides which elements are dropped. */
export interface DropoutOptions {
  /** Fraction set to 0, in [0, 1). */
  readonly rate: number;
  /** Any integer. */
  readonly seed: number;
  /** Number of the training step. */
  readonly step: number;
}

/** Dropout with the mask of {@link dropoutMask}, the same on every engine; what is kept is divided by 1 - rate. Shapes pass through. */
export function dropout(x: tf.Tensor, options: DropoutOptions): tf.Tensor {
  const { rate, seed, step } = options;
  if (rate === 0) return tf.clone(x);
  if (hasKernel('CardioDropout')) return runKernel('CardioDropout', { x }, { rate, seed, step });
  return masked(x, x.shape, options);
}

/**
 * Stochastic depth (Huang et al., ECCV 2016): drops whole examples, the first axis, of a residual branch. Element i of
 * {@link dropoutMask} decides on example i.
 */
export function dropPath(x: tf.Tensor, options: DropoutOptions): tf.Tensor {
  const perExample = x.shape.map((size, axis) => (axis === 0 ? size : 1));
  return options.rate === 0 ? tf.clone(x) : masked(x, perExample, options);
}

/** The gradient of the kernel, for engines that have it: the kernel itself. */
export const dropoutGradient: tf.GradConfig = {
  kernelName: 'CardioDropout',
  gradFunc: (dy, _, attrs) => ({ x: () => runKernel('CardioDropout', { x: dy as tf.Tensor }, attrs) }),
};

function masked(x: tf.Tensor, shape: number[], { rate, seed, step }: DropoutOptions): tf.Tensor {
  return withGradient(
    [x],
    (save) => {
      const mask = tf.tensor(dropoutMask(tf.util.sizeFromShape(shape), rate, seed, step), shape);
      save([mask]);
      return tf.mul(x, mask);
    },
    (dy, [mask]) => [tf.mul(dy, mask)],
  );
}

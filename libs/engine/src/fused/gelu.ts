import * as tf from '@tensorflow/tfjs-core';
import { runKernel, runsAsKernel, withGradient, type PortableKernel } from './kernel.js';

/** How {@link gelu} computes the normal distribution: exactly, or by the tanh formula that many published weights were trained with. */
export type GeluApproximation = 'none' | 'tanh';

/** The Gaussian error linear unit x Φ(x) (Hendrycks & Gimpel 2016, arXiv 1606.08415), element by element. */
export function gelu(x: tf.Tensor, approximate: GeluApproximation = 'none'): tf.Tensor {
  if (runsAsKernel('CardioGelu')) return runKernel('CardioGelu', { x }, { approximate });
  return composed(x, approximate);
}

/** The kernel for engines that have none. */
export const portableGelu: PortableKernel = {
  kernelName: 'CardioGelu',
  inputs: ['x'],
  compute: ([x], { approximate }: { approximate: GeluApproximation }) => composed(x, approximate),
};

function composed(x: tf.Tensor, approximate: GeluApproximation): tf.Tensor {
  const { value, slope } = forms[approximate];
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return value(x);
    },
    (dy, [input]) => [tf.mul(dy, slope(input))],
  );
}

/** The gradient of the kernel, for engines that have it. */
export const geluGradient: tf.GradConfig = {
  kernelName: 'CardioGelu',
  inputsToSave: ['x'],
  gradFunc: (dy, [x], attrs) => ({ x: () => runKernel('CardioGeluGrad', { dy: dy as tf.Tensor, x }, attrs) }),
};

type Form = { value(x: tf.Tensor): tf.Tensor; slope(x: tf.Tensor): tf.Tensor };

/** Φ(x), the normal distribution. */
const distribution = (x: tf.Tensor): tf.Tensor => tf.mul(tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1), 0.5);
const [linear, cubic] = [Math.sqrt(2 / Math.PI), 0.044715];
/** tanh(√(2/π) (x + 0.044715 x³)) */
const squashed = (x: tf.Tensor): tf.Tensor =>
  tf.tanh(tf.mul(tf.mul(x, linear), tf.add(tf.mul(tf.square(x), cubic), 1)));

const forms: Readonly<Record<GeluApproximation, Form>> = {
  none: {
    value: (x) => tf.mul(x, distribution(x)),
    slope: (x) => {
      const density = tf.mul(tf.exp(tf.mul(tf.square(x), -0.5)), 1 / Math.sqrt(2 * Math.PI));
      return tf.add(distribution(x), tf.mul(x, density));
    },
  },
  tanh: {
    value: (x) => tf.mul(tf.mul(x, 0.5), tf.add(squashed(x), 1)),
    slope: (x) => {
      const t = squashed(x);
      const inner = tf.mul(tf.add(tf.mul(tf.square(x), 3 * cubic), 1), linear);
      const curved = tf.mul(tf.mul(x, tf.sub(1, tf.square(t))), inner);
      return tf.mul(tf.add(tf.add(t, 1), curved), 0.5);
    },
  },
};

import * as tf from '@tensorflow/tfjs-core';
import { runKernels, runsAsKernel, runKernel } from './kernel.js';

/**
 * The end of a squeeze-and-excitation block (Hu et al., CVPR 2018, figure 3): `relu(x * gate + shortcut)`. One pass over memory where the
 * engine has the kernel.
 *
 * @param x `[B, T, C]`
 * @param gate `[B, 1, C]`
 * @param shortcut `[B, T, C]`
 */
export function gatedResidual(x: tf.Tensor, gate: tf.Tensor, shortcut: tf.Tensor): tf.Tensor {
  if (runsAsKernel('CardioGatedResidual')) return runKernel('CardioGatedResidual', { x, gate, shortcut });
  return tf.relu(tf.add(tf.mul(x, gate), shortcut));
}

/** The gradient of the kernel, for engines that have it. */
export const gatedResidualGradient: tf.GradConfig = {
  kernelName: 'CardioGatedResidual',
  inputsToSave: ['x', 'gate'],
  outputsToSave: [true],
  gradFunc: (dy, [x, gate, y]) => {
    const [dx, dgate, dshortcut] = runKernels('CardioGatedResidualGrad', { dy: dy as tf.Tensor, x, gate, y });
    return { x: () => dx, gate: () => dgate, shortcut: () => dshortcut };
  },
};

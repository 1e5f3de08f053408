import * as tf from '@tensorflow/tfjs-core';
import { portableAttention } from './attention.js';
import { crossEntropyGradients } from './cross-entropy.js';
import { dropoutGradient } from './dropout.js';
import { gatedResidualGradient } from './gated-residual.js';
import { geluGradient, portableGelu } from './gelu.js';
import { registerPortable } from './kernel.js';
import { layerNormGradient, portableLayerNorm } from './layer-norm.js';
import { portableLstm } from './lstm.js';

/**
 * The gradients of the fused kernels, for engines that have them. Those of `CardioBatchNorm`, `CardioLstm` and
 * `CardioAttention`, which have optional inputs, are given where they are called: tfjs's registry can't save an input that may be absent.
 */
const gradients: readonly tf.GradConfig[] = [
  gatedResidualGradient,
  layerNormGradient,
  geluGradient,
  dropoutGradient,
  ...crossEntropyGradients,
];

/** Makes them known to tfjs. May be called any number of times. */
export function registerFusedGradients(): void {
  for (const gradient of gradients) {
    if (tf.getGradient(gradient.kernelName) === undefined) tf.registerGradient(gradient);
  }
}

/**
 * Gives the running engine the fused kernels that inference uses, composed of ordinary ops, where it has none: so that a trace of a model sees
 * them as one step each. May be called any number of times.
 */
export function registerPortableKernels(): void {
  for (const kernel of [portableAttention, portableGelu, portableLayerNorm, portableLstm]) registerPortable(kernel);
}

import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { gatedResidual } from '../gated-residual.js';

/** The end of a squeeze-and-excitation block: from x `[B, T, C]`, its gate `[B, 1, C]` and the shortcut `[B, T, C]`, see {@link gatedResidual}. */
export class GatedResidual extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'GatedResidual';

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    const [x, gate, shortcut] = inputs as tf.Tensor[];
    if (kwargs.training) return gatedResidual(x, gate, shortcut);
    return tf.tidy(() => tf.relu(tf.add(tf.mul(x, gate), shortcut))); // ordinary ops, for whoever watches kernels
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return (inputShape as tfl.Shape[])[0];
  }
}

import * as tf from '@tensorflow/tfjs-core';
import { dropPath } from '../dropout.js';
import { SeededDropout } from '../../seeded-dropout.js';

/**
 * Stochastic depth (Huang et al., ECCV 2016), at the end of a residual branch: in training drops whole examples, and divides the others by
 * 1 - rate. Configuration and determinism are those of {@link SeededDropout}. Shapes pass through.
 */
export class DropPath extends SeededDropout {
  /** The name in saved models. */
  static override readonly className: string = 'DropPath';

  protected override drop(x: tf.Tensor): tf.Tensor {
    return dropPath(x, this.options());
  }
}

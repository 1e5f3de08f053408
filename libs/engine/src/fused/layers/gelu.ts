import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { gelu, type GeluApproximation } from '../gelu.js';
import { only } from './inputs.js';

/** The configuration of a {@link Gelu} layer. */
export interface GeluConfig {
  /** Default 'none': exact. */
  readonly approximate?: GeluApproximation;
  readonly name?: string;
}

/** The activation of {@link gelu}. Shapes pass through. */
export class Gelu extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'Gelu';
  private readonly approximate: GeluApproximation;

  constructor(config: GeluConfig = {}) {
    super({ ...config });
    this.approximate = config.approximate ?? 'none';
    this.supportsMasking = true;
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => gelu(only(inputs), this.approximate));
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), approximate: this.approximate };
  }
}

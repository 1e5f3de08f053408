import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { layerNorm } from '../layer-norm.js';
import { only, shapeOf } from './inputs.js';

/** The configuration of a {@link FusedLayerNorm} layer. */
export interface FusedLayerNormConfig {
  /** Added to the variance; default 1e-5. */
  readonly epsilon?: number;
  readonly name?: string;
}

/** Layer normalisation over the last axis. Weights: gamma, beta. */
export class FusedLayerNorm extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'FusedLayerNorm';
  private readonly epsilon: number;
  private gamma!: tfl.LayerVariable;
  private beta!: tfl.LayerVariable;

  constructor(config: FusedLayerNormConfig = {}) {
    super({ ...config });
    this.epsilon = config.epsilon ?? 1e-5;
    this.supportsMasking = true;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = [shapeOf(inputShape).at(-1) as number];
    this.gamma = this.addWeight('gamma', shape, 'float32', tfl.initializers.ones());
    this.beta = this.addWeight('beta', shape, 'float32', tfl.initializers.zeros());
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => layerNorm(only(inputs), this.gamma.read(), this.beta.read(), this.epsilon));
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), epsilon: this.epsilon };
  }
}

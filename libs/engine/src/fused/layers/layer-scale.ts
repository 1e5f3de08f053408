import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { only, shapeOf } from './inputs.js';

/** The configuration of a {@link LayerScale} layer. */
export interface LayerScaleConfig {
  /** What every channel's factor starts at. */
  readonly initial: number;
  readonly name?: string;
}

/** A learned factor per channel at the end of a residual branch (Touvron et al., ICCV 2021, section 2). Shapes pass through. */
export class LayerScale extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'LayerScale';
  private readonly initial: number;
  private gamma!: tfl.LayerVariable;

  constructor(config: LayerScaleConfig) {
    super({ ...config });
    this.initial = config.initial;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const constant = tfl.initializers.constant({ value: this.initial });
    this.gamma = this.addWeight('gamma', [shapeOf(inputShape).at(-1) as number], 'float32', constant);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => tf.mul(only(inputs), this.gamma.read()));
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), initial: this.initial };
  }
}

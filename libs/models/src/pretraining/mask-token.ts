import { initializerSeed } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

/** The configuration of a {@link MaskToken} layer. */
export interface MaskTokenConfig {
  /** Seed of the token; 0 would be none to tfjs, and another token in every process. Default 1. */
  readonly seed?: number;
  readonly name?: string;
}

/** Puts one learned vector in the place of hidden patches: patches `[B, P, C]` and mask `[B, P]` (1 where hidden) → `[B, P, C]`. */
export class MaskToken extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'MaskToken';
  private readonly seed: number;
  private token!: tfl.LayerVariable;

  constructor(config: MaskTokenConfig) {
    super({ ...config });
    this.seed = config.seed ?? 1;
  }

  override build(inputShapes: tfl.Shape | tfl.Shape[]): void {
    const [patches] = inputShapes as tfl.Shape[];
    const normal = tfl.initializers.truncatedNormal({ stddev: 0.02, seed: initializerSeed(this.seed) });
    this.token = this.addWeight('token', [1, 1, patches.at(-1) as number], 'float32', normal);
    super.build(inputShapes);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const [patches, mask] = inputs as tf.Tensor[];
      const hidden = tf.expandDims(mask, -1); // [B, P, 1]
      return tf.add(tf.mul(patches, tf.sub(1, hidden)), tf.mul(this.token.read(), hidden));
    });
  }

  override computeOutputShape(inputShapes: tfl.Shape | tfl.Shape[]): tfl.Shape {
    return (inputShapes as tfl.Shape[])[0];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), seed: this.seed };
  }
}

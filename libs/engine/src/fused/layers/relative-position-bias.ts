import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { shapeOf } from './inputs.js';

/** The configuration of a {@link RelativePositionBias} layer. */
export interface RelativePositionBiasConfig {
  /** Heads (N), as of the attention it serves. */
  readonly heads: number;
  readonly name?: string;
}

/**
 * A learned number for each head and each distance of two steps (Shaw et al., NAACL 2018, as a bias in the manner of BEiT): takes `[B, T, C]`, of
 * which only T counts, and returns `[N, T, T]`, to be given to any number of {@link MultiHeadAttention} layers. Weight: `[2T - 1, N]`, zeros
 * at first; row d + T - 1 is for the key that lies d steps after the query.
 */
export class RelativePositionBias extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'RelativePositionBias';
  private readonly heads: number;
  private table!: tfl.LayerVariable;

  constructor(config: RelativePositionBiasConfig) {
    super({ ...config });
    this.heads = config.heads;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const distances = 2 * (shapeOf(inputShape)[1] as number) - 1;
    this.table = this.addWeight('table', [distances, this.heads], 'float32', tfl.initializers.zeros());
    super.build(inputShape);
  }

  override call(): tf.Tensor {
    return tf.tidy(() => {
      const table = this.table.read();
      const steps = (table.shape[0] + 1) / 2;
      const distances = Int32Array.from({ length: steps * steps }, (_, i) => {
        const [query, key] = [Math.floor(i / steps), i % steps];
        return key - query + steps - 1;
      });
      const perPair = tf.gather(table, tf.tensor1d(distances, 'int32')); // [T T, N]
      return tf.reshape(tf.transpose(perPair), [this.heads, steps, steps]);
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const steps = shapeOf(inputShape)[1];
    return [this.heads, steps, steps];
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads };
  }
}

import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializerSeed } from '../../initializer-seed.js';
import { lstm, type LstmWeights } from '../lstm.js';
import { only, shapeOf } from './inputs.js';

/** The configuration of a {@link FusedLstm} layer. */
export interface FusedLstmConfig {
  /** Units of each direction (H). */
  readonly units: number;
  /** Whether a second direction runs over time backwards; default false. */
  readonly bidirectional?: boolean;
  /** Whether to return every step rather than where each direction ends; default false. */
  readonly returnSequences?: boolean;
  /** Seed of the initial weights, uniform in ±1/√units; default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * A long short-term memory with sigmoid gates over `[B, T, I]`: `[B, T, D H]`, or `[B, D H]` of the last step of each of its D directions.
 * Weights as in Keras: kernel `[I, 4H]`, recurrent kernel `[H, 4H]`, bias `[4H]` with gates in the order i, f, c, o; then those of the backward
 * direction. The forget gates start at bias 1 (Jozefowicz et al., ICML 2015).
 */
export class FusedLstm extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'FusedLstm';
  private readonly units: number;
  private readonly bidirectional: boolean;
  private readonly returnSequences: boolean;
  private readonly seed: number;
  private directions: tfl.LayerVariable[][] = [];

  constructor(config: FusedLstmConfig) {
    super({ ...config });
    this.units = config.units;
    this.bidirectional = config.bidirectional ?? false;
    this.returnSequences = config.returnSequences ?? false;
    this.seed = config.seed ?? 0;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const inputs = shapeOf(inputShape).at(-1) as number;
    const gates = 4 * this.units;
    const bound = this.units ** -0.5;
    const names = this.bidirectional ? ['forward_', 'backward_'] : [''];
    this.directions = names.map((direction, d) => {
      const matrix = (name: string, rows: number, i: number): tfl.LayerVariable => {
        const range = { minval: -bound, maxval: bound, seed: initializerSeed(this.seed + 2 * d + i) };
        return this.addWeight(direction + name, [rows, gates], 'float32', tfl.initializers.randomUniform(range));
      };
      const kernel = matrix('kernel', inputs, 0);
      const recurrent = matrix('recurrent_kernel', this.units, 1);
      const bias = this.addWeight(`${direction}bias`, [gates], 'float32', tfl.initializers.zeros());
      const forgetting = Float32Array.from({ length: gates }, (_, i) => (Math.floor(i / this.units) === 1 ? 1 : 0));
      tf.tidy(() => void bias.write(tf.tensor1d(forgetting)));
      return [kernel, recurrent, bias];
    });
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const weights = this.directions.map((direction) => {
        const [kernel, recurrent, bias] = direction.map((weight) => weight.read());
        return { kernel, recurrent, bias } as LstmWeights;
      });
      const y = lstm(only(inputs) as tf.Tensor3D, weights); // [B, T, D H]
      if (this.returnSequences) return y;
      const last = weights.map((_, d) =>
        tf.slice(y, [0, d === 0 ? y.shape[1] - 1 : 0, d * this.units], [-1, 1, this.units]),
      ); // the backward direction ends at the first step
      return tf.squeeze(tf.concat(last, 2), [1]);
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [batch, steps] = shapeOf(inputShape);
    const width = this.units * (this.bidirectional ? 2 : 1);
    return this.returnSequences ? [batch, steps, width] : [batch, width];
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { units, bidirectional, returnSequences, seed } = this;
    return { ...super.getConfig(), units, bidirectional, returnSequences, seed };
  }
}

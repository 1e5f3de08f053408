import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializerSeed } from '../../initializer-seed.js';
import { only, shapeOf } from './inputs.js';

/** The configuration of a {@link PositionEmbedding} layer. */
export interface PositionEmbeddingConfig {
  /** `learned`: one weight `[T, C]`; `sinusoidal`: fixed waves, no weight. */
  readonly kind: 'learned' | 'sinusoidal';
  /** Seed of the learned weights; default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/** Adds to each step of `[B, T, C]` what tells it from the others (Vaswani et al., NeurIPS 2017, section 3.5). Shapes pass through. */
export class PositionEmbedding extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'PositionEmbedding';
  private readonly kind: PositionEmbeddingConfig['kind'];
  private readonly seed: number;
  private table: tfl.LayerVariable | undefined;

  constructor(config: PositionEmbeddingConfig) {
    super({ ...config });
    this.kind = config.kind;
    this.seed = config.seed ?? 0;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = shapeOf(inputShape).slice(1);
    const normal = tfl.initializers.truncatedNormal({ stddev: 0.02, seed: initializerSeed(this.seed) });
    if (this.kind === 'learned') this.table = this.addWeight('table', shape, 'float32', normal);
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => {
      const x = only(inputs);
      const [, steps, width] = x.shape;
      return tf.add(x, this.table?.read() ?? tf.tensor2d(waves(steps, width), [steps, width]));
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), kind: this.kind, seed: this.seed };
  }
}

/** Channel 2i of step t is sin(t / 10000^(2i/C)), channel 2i + 1 the cosine. */
const waves = (steps: number, width: number): Float32Array =>
  Float32Array.from({ length: steps * width }, (_, index) => {
    const [t, channel] = [Math.floor(index / width), index % width];
    const angle = t / 10_000 ** ((channel - (channel % 2)) / width);
    return channel % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
  });

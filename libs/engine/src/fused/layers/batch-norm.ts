import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { batchNorm } from '../batch-norm.js';
import { only, shapeOf } from './inputs.js';

/** The configuration of a {@link FusedBatchNorm} layer. */
export interface FusedBatchNormConfig {
  /** Share of the old moving average that a training step keeps; default 0.99. */
  readonly momentum?: number;
  /** Added to the variance; default 1e-3. */
  readonly epsilon?: number;
  /** What follows in the same pass over memory; default nothing. */
  readonly activation?: 'relu';
  readonly name?: string;
}

/**
 * Batch normalisation over the last axis: in training by the batch, in inference by the moving averages of mean and biased variance.
 * Weights (gamma, beta, moving mean, moving variance), defaults and results are those of `tf.layers.batchNormalization`.
 */
export class FusedBatchNorm extends tfl.layers.Layer {
  /** The name in saved models. */
  static readonly className = 'FusedBatchNorm';
  private readonly momentum: number;
  private readonly epsilon: number;
  private readonly activation: 'relu' | undefined;
  private parts!: Record<'gamma' | 'beta' | 'mean' | 'variance', tfl.LayerVariable>;

  constructor(config: FusedBatchNormConfig = {}) {
    super({ ...config });
    this.momentum = config.momentum ?? 0.99;
    this.epsilon = config.epsilon ?? 1e-3;
    this.activation = config.activation ?? undefined;
    this.supportsMasking = true;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const shape = [shapeOf(inputShape).at(-1) as number];
    const weight = (name: string, initializer: 'ones' | 'zeros', trainable: boolean): tfl.LayerVariable =>
      this.addWeight(name, shape, 'float32', tfl.initializers[initializer](), undefined, trainable);
    this.parts = {
      gamma: weight('gamma', 'ones', true),
      beta: weight('beta', 'zeros', true),
      mean: weight('moving_mean', 'zeros', false),
      variance: weight('moving_variance', 'ones', false),
    };
    super.build(inputShape);
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const x = only(inputs);
      const [gamma, beta, mean, variance] = (['gamma', 'beta', 'mean', 'variance'] as const).map(
        (name) => this.parts[name].read() as tf.Tensor1D,
      );
      const relu = this.activation === 'relu';
      if (!kwargs.training) {
        const y = tf.batchNorm(x, mean, variance, beta, gamma, this.epsilon);
        return relu ? tf.relu(y) : y;
      }
      const batch = batchNorm(x, gamma, beta, this.epsilon, relu);
      const moved = (old: tf.Tensor, now: tf.Tensor): tf.Tensor =>
        tf.sub(old, tf.mul(tf.sub(old, now), 1 - this.momentum));
      this.parts.mean.write(moved(mean, batch.mean));
      this.parts.variance.write(moved(variance, batch.variance));
      return batch.y;
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape | tfl.Shape[] {
    return inputShape;
  }

  override getConfig(): tf.serialization.ConfigDict {
    const { momentum, epsilon, activation } = this;
    return { ...super.getConfig(), momentum, epsilon, ...(activation && { activation }) };
  }
}

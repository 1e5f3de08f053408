import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { initializerSeed } from '../../initializer-seed.js';
import { attention } from '../attention.js';
import { shapeOf } from './inputs.js';
import type { StepAware } from '../../seeded-dropout.js';

/** The configuration of a {@link MultiHeadAttention} layer. */
export interface MultiHeadAttentionConfig {
  /** Heads (N); they share the width equally. */
  readonly heads: number;
  /** Dropout on the attention weights in training, in [0, 1); default 0. */
  readonly rate?: number;
  /** Seed of the initial weights and of the dropout; default 0. */
  readonly seed?: number;
  readonly name?: string;
}

/**
 * Multi-head self-attention (Vaswani et al., NeurIPS 2017, section 3.2.2): `[B, T, C]` → `[B, T, C]`. A second input `[N, T, T]`, such as that of
 * {@link RelativePositionBias}, is added to the products of queries and keys. Weights: one dense layer for queries, keys and values, `[C, 3C]` and
 * `[3C]`, and that of the output, `[C, C]` and `[C]`.
 */
export class MultiHeadAttention extends tfl.layers.Layer implements StepAware {
  /** The name in saved models. */
  static readonly className = 'MultiHeadAttention';
  private readonly heads: number;
  private readonly rate: number;
  private readonly seed: number;
  private step = 0;
  private parts: tfl.LayerVariable[] = [];

  constructor(config: MultiHeadAttentionConfig) {
    super({ ...config });
    this.heads = config.heads;
    this.rate = config.rate ?? 0;
    this.seed = config.seed ?? 0;
  }

  override build(inputShape: tfl.Shape | tfl.Shape[]): void {
    const width = shapeOf(inputShape).at(-1) as number;
    if (width % this.heads !== 0)
      throw new CardioError(
        'config',
        `\`heads\` must divide the width ${width}; received ${this.heads} (layer \`${this.name}\`).`,
      );
    const matrix = (name: string, columns: number, i: number): tfl.LayerVariable =>
      this.addWeight(
        `${name}_kernel`,
        [width, columns],
        'float32',
        tfl.initializers.glorotUniform({ seed: initializerSeed(this.seed + i) }),
      );
    const bias = (name: string, columns: number): tfl.LayerVariable =>
      this.addWeight(`${name}_bias`, [columns], 'float32', tfl.initializers.zeros());
    this.parts = [
      matrix('qkv', 3 * width, 0),
      bias('qkv', 3 * width),
      matrix('output', width, 1),
      bias('output', width),
    ];
    super.build(inputShape);
  }

  beginStep(step: number): void {
    this.step = step;
  }

  override call(inputs: tf.Tensor | tf.Tensor[], kwargs: { training?: boolean }): tf.Tensor {
    return tf.tidy(() => {
      const [x, bias] = [inputs].flat() as [tf.Tensor3D, tf.Tensor3D | undefined];
      const [batch, steps, width] = x.shape;
      const [qkvKernel, qkvBias, outKernel, outBias] = this.parts.map((weight) => weight.read());
      const heads = (part: tf.Tensor): tf.Tensor4D =>
        tf.transpose(tf.reshape(part, [batch, steps, this.heads, width / this.heads]), [0, 2, 1, 3]); // [B, N, T, D]
      const qkv = dense(tf.reshape(x, [batch * steps, width]) as tf.Tensor2D, qkvKernel, qkvBias); // [B T, 3C]
      const [q, k, v] = tf.split(qkv, 3, 1).map(heads);
      const rate = kwargs.training ? this.rate : 0;
      const mixed = attention(q, k, v, { ...(bias && { bias }), rate, seed: this.seed, step: this.step }); // [B, N, T, D]
      const rows = tf.reshape(tf.transpose(mixed, [0, 2, 1, 3]), [batch * steps, width]) as tf.Tensor2D;
      return tf.reshape(dense(rows, outKernel, outBias), x.shape);
    });
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    return shapeOf(inputShape);
  }

  override getConfig(): tf.serialization.ConfigDict {
    return { ...super.getConfig(), heads: this.heads, rate: this.rate, seed: this.seed };
  }
}

const dense = (x: tf.Tensor2D, kernel: tf.Tensor, bias: tf.Tensor): tf.Tensor2D =>
  tf.fused.matMul({ a: x, b: kernel as tf.Tensor2D, bias }) as tf.Tensor2D;

import { hash32 } from '@cardio/core';
import {
  DropPath,
  FusedBatchNorm,
  FusedLayerNorm,
  FusedLstm,
  GatedResidual,
  Gelu,
  initializerSeed,
  LayerScale,
  MultiHeadAttention,
  PositionEmbedding,
  registerLayers,
  RelativePositionBias,
  SeededDropout,
} from '@cardio/engine';
import * as tfl from '@tensorflow/tfjs-layers';

import type { ModelInput } from './model-config.js';

type Tensor = tfl.SymbolicTensor;

/**
 * The named, seeded layers that the architectures share. Every layer has an explicit name, so that two models of one
 * configuration have the same weight names, and a seed derived from that name, so that the same seed gives the same weights.
 */
export class Layers {
  /** @param denseStart how dense layers start that no ReLU follows; those before one, and convolutions, start by He */
  constructor(
    private readonly seed: number,
    private readonly denseStart: 'glorotUniform' | 'heNormal' = 'glorotUniform',
  ) {
    registerLayers();
  }

  /**
   * `[B, T, C]` → `[B, ceil(T / strides), filters]`: convolution over time without bias, He initialisation, "same" padding. With strides TensorFlow's
   * "same" begins one sample later for an even T than for an odd one; `centred` (an odd kernel over samples 0, strides, …, as in PyTorch) does not.
   */
  conv(
    x: Tensor,
    name: string,
    options: { filters: number; kernel: number; strides?: number; centred?: boolean },
  ): Tensor {
    const { filters, kernel, strides = 1 } = options;
    const isCentred = strides > 1 && options.centred === true;
    return apply(
      tfl.layers.conv1d({
        name,
        filters,
        kernelSize: kernel,
        strides,
        padding: isCentred ? 'valid' : 'same',
        useBias: false,
        kernelInitializer: tfl.initializers.heNormal({ seed: this.seedOf(name) }),
      }),
      isCentred ? this.zeros(x, name, (kernel - 1) / 2) : x,
    );
  }

  /** Batch normalisation over the last axis, with PyTorch's momentum (0.9 of the old value kept) and epsilon. */
  norm(x: Tensor, name: string, activation?: 'relu'): Tensor {
    return apply(new FusedBatchNorm({ name, momentum: 0.9, epsilon: 1e-5, ...(activation && { activation }) }), x);
  }

  /** Scales each channel of x `[B, T, C]` by its gate `[B, 1, C]`, adds the shortcut, and cuts off what is negative. */
  gatedResidual(x: Tensor, gate: Tensor, shortcut: Tensor, name: string): Tensor {
    return apply(new GatedResidual({ name }), [x, gate, shortcut]);
  }

  relu(x: Tensor, name: string): Tensor {
    return apply(tfl.layers.reLU({ name }), x);
  }

  /** Max-pooling over time with "same" padding: `[B, T, C]` → `[B, ceil(T / strides), C]`. `centred` as in {@link conv}, for an x of no negatives. */
  pool(x: Tensor, name: string, size: number, options: { strides?: number; centred?: boolean } = {}): Tensor {
    const { strides = 2, centred = false } = options;
    const pool = tfl.layers.maxPooling1d({ name, poolSize: size, strides, padding: centred ? 'valid' : 'same' });
    return apply(pool, centred ? this.zeros(x, name, (size - 1) / 2) : x);
  }

  /** Zeros before and after the signal: `[B, T, C]` → `[B, T + 2 count, C]`. */
  zeros(x: Tensor, name: string, count: number): Tensor {
    const [length, channels] = x.shape.slice(1) as number[];
    const image = apply(tfl.layers.reshape({ name: `${name}_image`, targetShape: [1, length, channels] }), x);
    const padding: [[number, number], [number, number]] = [[0, 0], [count, count]]; // prettier-ignore
    const padded = apply(tfl.layers.zeroPadding2d({ name: `${name}_zeros`, padding }), image);
    return apply(tfl.layers.reshape({ name: `${name}_padded`, targetShape: [length + 2 * count, channels] }), padded);
  }

  dense(x: Tensor, name: string, units: number, activation: 'relu' | 'sigmoid' | 'linear' = 'linear'): Tensor {
    const initializer = tfl.initializers[activation === 'relu' ? 'heNormal' : this.denseStart];
    return apply(
      tfl.layers.dense({ name, units, activation, kernelInitializer: initializer({ seed: this.seedOf(name) }) }),
      x,
    );
  }

  dropout(x: Tensor, name: string, rate: number): Tensor {
    return rate === 0 ? x : apply(new SeededDropout({ name, rate, seed: this.seedOf(name) }), x);
  }

  /** Two LSTMs over time, forwards and backwards, side by side: `[B, T, C]` → `[B, T, 2 units]`, or `[B, 2 units]` of the last steps. */
  bidirectionalLstm(x: Tensor, name: string, units: number, returnSequences: boolean): Tensor {
    return apply(new FusedLstm({ name, units, bidirectional: true, returnSequences, seed: this.seedOf(name) }), x);
  }

  /** Cuts `[B, T, L]` into patches of `size` samples over all leads and embeds each: `[B, ceil(T / size), width]`. Zeros complete the last. */
  patches(x: Tensor, name: string, size: number, width: number): Tensor {
    const kernelInitializer = tfl.initializers.glorotUniform({ seed: this.seedOf(name) });
    const options = { filters: width, kernelSize: size, strides: size, padding: 'same' as const, kernelInitializer };
    return apply(tfl.layers.conv1d({ name, ...options }), x);
  }

  /** Layer normalisation over the last axis. */
  layerNorm(x: Tensor, name: string): Tensor {
    return apply(new FusedLayerNorm({ name }), x);
  }

  gelu(x: Tensor, name: string): Tensor {
    return apply(new Gelu({ name }), x);
  }

  /** Self-attention over time, with dropout on its weights: `[B, T, C]` → `[B, T, C]`. `bias`, if given, is that of {@link relativePositions}. */
  attention(x: Tensor, name: string, options: { heads: number; dropout: number; bias?: Tensor }): Tensor {
    const { heads, dropout: rate, bias } = options;
    const layer = new MultiHeadAttention({ name, heads, rate, seed: this.seedOf(name) });
    return apply(layer, bias ? [x, bias] : x);
  }

  /** A learned number per head and distance of two steps, for any number of attentions over the steps of `x`: `[heads, T, T]`. */
  relativePositions(x: Tensor, name: string, heads: number): Tensor {
    return apply(new RelativePositionBias({ name, heads }), x);
  }

  /** Adds to each step of `[B, T, C]` a vector that is its own. */
  positions(x: Tensor, name: string, kind: 'learned' | 'sinusoidal'): Tensor {
    return apply(new PositionEmbedding({ name, kind, seed: this.seedOf(name) }), x);
  }

  /** A learned factor per channel. */
  scale(x: Tensor, name: string, initial: number): Tensor {
    return apply(new LayerScale({ name, initial }), x);
  }

  /** Drops whole examples of a residual branch in training. */
  dropPath(x: Tensor, name: string, rate: number): Tensor {
    return rate === 0 ? x : apply(new DropPath({ name, rate, seed: this.seedOf(name) }), x);
  }

  add(x: Tensor, y: Tensor, name: string): Tensor {
    return apply(tfl.layers.add({ name }), [x, y]);
  }

  /** Side by side along the last axis. */
  concat(parts: Tensor[], name: string): Tensor {
    return apply(tfl.layers.concatenate({ name }), parts);
  }

  /** The mean over time: `[B, T, C]` → `[B, C]`. */
  mean(x: Tensor, name: string): Tensor {
    return apply(tfl.layers.globalAveragePooling1d({ name }), x);
  }

  private seedOf(name: string): number {
    return initializerSeed(hash32(name, this.seed) & 0x7fffffff);
  }
}

/** Applies a layer to a symbolic tensor. */
export const apply = (layer: tfl.layers.Layer, x: Tensor | Tensor[]): Tensor => layer.apply(x) as Tensor;

/**
 * Wraps a body into a model: inputs `ecg` `[B, T, L]` and, where there are any, `features` `[B, F]`, which are embedded and put
 * beside the body's output before the head. The output is logits, `[B, K]`.
 */
export function classifier(
  name: string,
  { inputLength, inputChannels, inputFeatures, numClasses }: ModelInput,
  layers: Layers,
  body: (ecg: Tensor) => Tensor,
  dropout: number,
): tfl.LayersModel {
  const ecg = tfl.input({ shape: [inputLength, inputChannels], name: 'ecg' });
  let hidden = body(ecg); // [B, C]
  const inputs = [ecg];
  if (inputFeatures > 0) {
    const features = tfl.input({ shape: [inputFeatures], name: 'features' });
    inputs.push(features);
    const embedded = layers.dense(features, 'features_dense', 64, 'relu');
    hidden = layers.concat([hidden, embedded], 'with_features');
    hidden = layers.dense(hidden, 'head_hidden', 64, 'relu');
  }
  hidden = layers.dropout(hidden, 'head_dropout', dropout);
  return tfl.model({ name, inputs, outputs: layers.dense(hidden, 'logits', numClasses) });
}

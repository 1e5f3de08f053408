import { SeededDropout, registerLayers } from '@cardio/engine';
import { hash32 } from '@cardio/core';
import * as tfl from '@tensorflow/tfjs-layers';

import type { ModelInput } from './model-config.js';

type Tensor = tfl.SymbolicTensor;

/**
 * The named, seeded layers that the architectures share. Every layer has an explicit name, so that two models of one
 * configuration have the same weight names, and a seed derived from that name, so that the same seed gives the same weights.
 */
export class Layers {
  constructor(private readonly seed: number) {
    registerLayers();
  }

  /** `[B, T, C]` → `[B, ceil(T / strides), filters]`: convolution over time without bias, "same" padding, He initialisation. */
  conv(x: Tensor, name: string, options: { filters: number; kernel: number; strides?: number }): Tensor {
    return apply(
      tfl.layers.conv1d({
        name,
        filters: options.filters,
        kernelSize: options.kernel,
        strides: options.strides ?? 1,
        padding: 'same',
        useBias: false,
        kernelInitializer: tfl.initializers.heNormal({ seed: this.seedOf(name) }),
      }),
      x,
    );
  }

  /** Batch normalisation over the last axis, with PyTorch's momentum (0.9 of the old value kept) and epsilon. */
  norm(x: Tensor, name: string): Tensor {
    return apply(tfl.layers.batchNormalization({ name, momentum: 0.9, epsilon: 1e-5 }), x);
  }

  relu(x: Tensor, name: string): Tensor {
    return apply(tfl.layers.activation({ name, activation: 'relu' }), x);
  }

  /** Max-pooling over time with stride 2 and "same" padding: `[B, T, C]` → `[B, ceil(T / 2), C]`. */
  pool(x: Tensor, name: string, size: number): Tensor {
    return apply(tfl.layers.maxPooling1d({ name, poolSize: size, strides: 2, padding: 'same' }), x);
  }

  dense(x: Tensor, name: string, units: number, activation: 'relu' | 'sigmoid' | 'linear' = 'linear'): Tensor {
    const initializer = activation === 'relu' ? tfl.initializers.heNormal : tfl.initializers.glorotUniform;
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
    const uniform = (part: string): ReturnType<typeof tfl.initializers.randomUniform> =>
      // PyTorch's initialisation of recurrent layers, U(±1/√units); tfjs-layers' orthogonal default takes seconds at 256 units.
      tfl.initializers.randomUniform({
        minval: -(units ** -0.5),
        maxval: units ** -0.5,
        seed: this.seedOf(`${name}/${part}`),
      });
    const lstm = tfl.layers.lstm({
      name: `${name}_cell`,
      units,
      returnSequences,
      recurrentActivation: 'sigmoid',
      kernelInitializer: uniform('kernel'),
      recurrentInitializer: uniform('recurrent'),
    }) as tfl.RNN;
    return apply(tfl.layers.bidirectional({ name, layer: lstm, mergeMode: 'concat' }), x);
  }

  private seedOf(name: string): number {
    return hash32(name, this.seed) & 0x7fffffff;
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
    hidden = apply(tfl.layers.concatenate({ name: 'with_features' }), [hidden, embedded]);
    hidden = layers.dense(hidden, 'head_hidden', 64, 'relu');
  }
  hidden = layers.dropout(hidden, 'head_dropout', dropout);
  return tfl.model({ name, inputs, outputs: layers.dense(hidden, 'logits', numClasses) });
}

import { define } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { classifier, Layers } from './layers.js';
import { assertLength, modelConfig, withPreset } from './model-config.js';

const architecture = z.object({
  patch: z.int().positive().describe('Samples per patch: kernel and stride of the convolution that embeds.'),
  width: z.int().positive().describe('Channels (C); a multiple of `heads`.'),
  depth: z.int().positive().describe('Encoder layers.'),
  heads: z.int().positive().describe('Attention heads.'),
  feedForward: z.int().positive().describe('Channels inside the feed-forward part.'),
  positions: z.enum(['learned', 'sinusoidal']).describe('How steps are told apart.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout of attention weights, branches and before the head.'),
});

const sinusoidal = 'sinusoidal' as const;
const presets = {
  tiny: { patch: 20, width: 16, depth: 2, heads: 2, feedForward: 32, positions: sinusoidal, dropout: 0.1 },
  small: { patch: 20, width: 128, depth: 4, heads: 4, feedForward: 512, positions: sinusoidal, dropout: 0.1 },
  base: { patch: 20, width: 512, depth: 6, heads: 8, feedForward: 2048, positions: sinusoidal, dropout: 0.1 },
} satisfies Record<string, z.output<typeof architecture>>;

type Tensor = tfl.SymbolicTensor;

/**
 * A transformer encoder over patches of the signal (Vaswani et al., NeurIPS 2017), normalised before each branch (Xiong et al., ICML 2020),
 * averaged over time. Takes any length: zeros complete the last patch, half on each side.
 */
export const ecgTransformer = define({
  name: 'ecg_transformer',
  description: 'Convolutional patches, then a pre-norm transformer encoder over time.',
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { patch, width, depth, heads, feedForward, positions, dropout } = withPreset(presets, config);
    assertLength(config, 'ecg_transformer', patch + 1, `relates patches of ${patch} samples, two at least`);
    const layers = new Layers(config.seed);

    const block = (x: Tensor, name: string): Tensor => {
      let y = layers.layerNorm(x, `${name}_norm1`); // [B, P, C]
      y = layers.attention(y, `${name}_attention`, { heads, dropout });
      x = layers.add(x, layers.dropout(y, `${name}_dropout1`, dropout), `${name}_add1`);
      y = layers.dense(layers.layerNorm(x, `${name}_norm2`), `${name}_dense1`, feedForward); // [B, P, feedForward]
      y = layers.dense(layers.gelu(y, `${name}_gelu`), `${name}_dense2`, width); // [B, P, C]
      return layers.add(x, layers.dropout(y, `${name}_dropout2`, dropout), `${name}_add2`);
    };

    const body = (ecg: Tensor): Tensor => {
      let x = layers.positions(layers.patches(ecg, 'patches', patch, width), 'positions', positions); // [B, P = ceil(T / patch), C]
      for (let i = 1; i <= depth; i++) x = block(x, `block${i}`);
      return layers.mean(layers.layerNorm(x, 'norm'), 'pool'); // [B, C]
    };
    return classifier('ecg_transformer', config, layers, body, dropout);
  },
});

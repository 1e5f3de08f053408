import { define } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { classifier, Layers } from './layers.js';
import { assertLength, modelConfig, withPreset } from './model-config.js';

const architecture = z.object({
  patch: z.int().positive().describe('Samples per patch, over all leads.'),
  width: z.int().positive().describe('Channels (C); a multiple of `heads`.'),
  depth: z.int().positive().describe('Encoder layers.'),
  heads: z.int().positive().describe('Attention heads.'),
  mlpRatio: z.int().positive().describe('Channels inside the feed-forward part, as a multiple of `width`.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout of attention weights, branches and before the head.'),
  dropPath: z
    .number()
    .min(0)
    .max(0.95)
    .describe('Stochastic depth of the last layer; it rises evenly from 0 at the first.'),
  layerScale: z.number().positive().describe('What the factors at the end of each branch start at.'),
});

const common = { patch: 20, mlpRatio: 4, dropout: 0.1, dropPath: 0.1, layerScale: 0.1 };
const presets = {
  tiny: { ...common, width: 16, depth: 2, heads: 2 },
  small: { ...common, width: 192, depth: 6, heads: 6 },
  base: { ...common, width: 768, depth: 12, heads: 12 },
} satisfies Record<string, z.output<typeof architecture>>;

const schema = modelConfig(architecture, presets);
/** The parsed configuration of {@link heartbeit}; `heartbeit.config.parse` fills in the defaults. */
export type HeartbeitConfig = z.output<typeof schema>;
type Tensor = tfl.SymbolicTensor;

/** The two halves of HeartBEiT without a head, and the layers to build one with. */
export interface HeartbeitEncoder {
  /** Makes the layers of the head, seeded as those of the encoder. */
  readonly layers: Layers;
  /** Embeds each patch of the signal: `[B, T, L]` → `[B, P = ceil(T / patch), C]`. Pre-training puts its mask token in the place of some. */
  embed(ecg: Tensor): Tensor;
  /** Relates the patches: `[B, P, C]` → `[B, P, C]`, not normalised. */
  encode(patches: Tensor): Tensor;
}

/**
 * The encoder of HeartBEiT, for a head of one's own: BEiT (Bao et al., ICLR 2022) over patches of the signal in place of an image. Pre-norm layers share
 * one relative position bias and have layer scale (Touvron et al., ICCV 2021) and stochastic depth (Huang et al., ECCV 2016). Names of layers and so of
 * weights do not depend on the head: `patches`, `relative_positions`, `block1_attention`, ….
 *
 * @throws CardioError `config` for a signal that does not reach into a second patch
 */
export function heartbeitEncoder(config: HeartbeitConfig): HeartbeitEncoder {
  const { patch, width, depth, heads, mlpRatio, dropout, dropPath, layerScale } = withPreset(presets, config);
  assertLength(config, 'heartbeit', patch + 1, `relates patches of ${patch} samples, two at least`);
  const layers = new Layers(config.seed);

  const branch = (x: Tensor, y: Tensor, name: string, dropPathRate: number): Tensor => {
    y = layers.scale(layers.dropout(y, `${name}_dropout`, dropout), `${name}_scale`, layerScale);
    return layers.add(x, layers.dropPath(y, `${name}_drop_path`, dropPathRate), `${name}_add`);
  };
  const block = (x: Tensor, bias: Tensor, name: string, dropPathRate: number): Tensor => {
    let y = layers.layerNorm(x, `${name}_norm1`); // [B, P, C]
    y = layers.attention(y, `${name}_attention`, { heads, dropout, bias });
    x = branch(x, y, `${name}_branch1`, dropPathRate);
    y = layers.dense(layers.layerNorm(x, `${name}_norm2`), `${name}_dense1`, mlpRatio * width); // [B, P, mlpRatio C]
    y = layers.dense(layers.gelu(y, `${name}_gelu`), `${name}_dense2`, width); // [B, P, C]
    return branch(x, y, `${name}_branch2`, dropPathRate);
  };
  return {
    layers,
    embed: (ecg) => layers.patches(ecg, 'patches', patch, width),
    encode(patches) {
      const bias = layers.relativePositions(patches, 'relative_positions', heads); // [heads, P, P]
      let x = patches;
      for (let i = 0; i < depth; i++) x = block(x, bias, `block${i + 1}`, (dropPath * i) / Math.max(1, depth - 1));
      return x;
    },
  };
}

/** HeartBEiT as a classifier: the head takes the mean over patches. Takes any length of more than a patch: zeros complete the last, half on each side. */
export const heartbeit = define({
  name: 'heartbeit',
  description: 'BEiT over patches of the signal: transformer encoder with relative positions, mean-pooled head.',
  presets,
  config: schema,
  create(config): tfl.LayersModel {
    const { layers, embed, encode } = heartbeitEncoder(config);
    const body = (ecg: Tensor): Tensor => layers.layerNorm(layers.mean(encode(embed(ecg)), 'pool'), 'norm'); // [B, C]
    return classifier('heartbeit', config, layers, body, withPreset(presets, config).dropout);
  },
});

import { define } from '@cardio/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { apply, classifier, Layers } from './layers.js';
import { assertLength, modelConfig, withPreset } from './model-config.js';
import { headFields, oddKernel, ptbxlHead } from './ptbxl-head.js';

const architecture = z.object({
  stem: z.array(z.int().positive()).min(1).describe('Channels of the first convolutions; the first of them halves.'),
  blocks: z
    .array(z.int().positive())
    .min(1)
    .describe('Bottleneck blocks per stage; every stage after the first halves.'),
  width: z.int().positive().describe('Channels inside the blocks, the same in every stage.'),
  expansion: z.int().positive().describe('Channels between the blocks, as a multiple of `width`.'),
  kernel: oddKernel.describe('Kernel of stem and blocks, in samples; odd.'),
  ...headFields,
});

const common = { expansion: 4, kernel: 5, dropout: 0.5 };
const presets = {
  tiny: { ...common, stem: [8, 8, 16], blocks: [1, 2, 1], width: 4, hidden: 16 },
  small: { ...common, stem: [16, 16, 32], blocks: [3, 4, 6, 3], width: 32, hidden: 64 },
  base: { ...common, stem: [32, 32, 64], blocks: [3, 4, 23, 3], width: 64, hidden: 128 },
} satisfies Record<string, z.output<typeof architecture>>;

type Tensor = tfl.SymbolicTensor;

/**
 * The best network of the PTB-XL benchmark (Strodthoff et al., IEEE J Biomed Health Inform 25:1519, 2021): the ResNet-D of He et al. (CVPR 2019,
 * figure 2: a stem of three convolutions, halving in the middle of a block, an average on its shortcut) with 101 layers over time, all stages of
 * one width. As in the benchmark's runs, no scale of a norm starts at 0.
 */
export const xresnet1d101 = define({
  name: 'xresnet1d101',
  description: "The PTB-XL benchmark's best: residual network of 101 layers over time with averaging shortcuts.",
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { stem, blocks, width, expansion, kernel, hidden, dropout } = withPreset(presets, config);
    const halvings = 1 + blocks.length;
    assertLength(config, 'xresnet1d101', 2 ** halvings, `halves the signal ${halvings} times`);
    const layers = new Layers(config.seed, 'heNormal');
    const outside = width * expansion;

    const convolve = (x: Tensor, name: string, i: number, filters: number, size: number, strides = 1): Tensor =>
      layers.norm(
        layers.conv(x, `${name}_conv${i}`, { filters, kernel: size, strides, centred: true }),
        `${name}_norm${i}`,
        'relu',
      );
    const block = (x: Tensor, name: string, strides: number): Tensor => {
      let y = convolve(x, name, 1, width, 1); // [B, T, width]
      y = convolve(y, name, 2, width, kernel, strides); // [B, T / strides, width]
      y = layers.norm(layers.conv(y, `${name}_conv3`, { filters: outside, kernel: 1 }), `${name}_norm3`);
      let shortcut = strides > 1 ? average(x, `${name}_shortcut_pool`) : x;
      if (x.shape[2] !== outside) {
        shortcut = layers.conv(shortcut, `${name}_shortcut`, { filters: outside, kernel: 1 });
        shortcut = layers.norm(shortcut, `${name}_shortcut_norm`);
      }
      return layers.relu(layers.add(y, shortcut, `${name}_add`), `${name}_relu`); // [B, T / strides, expansion width]
    };

    const body = (ecg: Tensor): Tensor => {
      let x = ecg;
      stem.forEach((filters, i) => (x = convolve(x, 'stem', i + 1, filters, kernel, i === 0 ? 2 : 1))); // [B, T/2, last of stem]
      x = layers.pool(x, 'stem_pool', 3, { centred: true }); // [B, T/4, last of stem]
      blocks.forEach((count, stage) => {
        for (let i = 0; i < count; i++) x = block(x, `stage${stage + 1}_block${i + 1}`, stage > 0 && i === 0 ? 2 : 1);
      }); // [B, T/32, expansion width]
      return ptbxlHead(layers, x, { hidden, dropout });
    };
    return classifier('xresnet1d101', config, layers, body, dropout);
  },
});

/**
 * The mean of each two samples, of the last alone where their number is odd: `[B, T, C]` → `[B, ceil(T / 2), C]`. An odd last sample is put there twice:
 * a pool with "same" padding gives the same, but its gradient in tfjs takes the missing sample for one that was averaged.
 */
function average(x: Tensor, name: string): Tensor {
  const [length, channels] = x.shape.slice(1) as number[];
  if (length % 2 === 1) {
    const image = apply(tfl.layers.reshape({ name: `${name}_image`, targetShape: [1, length, channels] }), x);
    const cropping: [[number, number], [number, number]] = [[0, 0], [length - 1, 0]]; // prettier-ignore
    const last = apply(tfl.layers.cropping2D({ name: `${name}_crop`, cropping }), image);
    const row = apply(tfl.layers.reshape({ name: `${name}_last`, targetShape: [1, channels] }), last);
    x = apply(tfl.layers.concatenate({ name: `${name}_even`, axis: 1 }), [x, row]);
  }
  return apply(tfl.layers.averagePooling1d({ name, poolSize: 2, strides: 2 }), x);
}

import { define } from '@cardio/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { apply, classifier, Layers } from './layers.js';
import { assertLength, assertPaired, modelConfig, withPreset } from './model-config.js';

const architecture = z.object({
  stemKernel: z.int().positive().describe('Kernel of the first convolution, in samples.'),
  blocks: z.array(z.int().positive()).min(1).describe('Residual blocks per stage.'),
  channels: z.array(z.int().positive()).min(1).describe('Channels per stage.'),
  kernel: z.int().positive().describe('Kernel of the block convolutions, in samples.'),
  reduction: z.int().positive().describe('Squeeze-and-excitation reduction.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout before the head.'),
});

const presets = {
  tiny: { stemKernel: 7, blocks: [1, 1, 1], channels: [8, 16, 32], kernel: 7, reduction: 4, dropout: 0.1 },
  small: { stemKernel: 7, blocks: [2, 2, 2, 2], channels: [16, 32, 64, 128], kernel: 9, reduction: 8, dropout: 0.2 },
  base: { stemKernel: 7, blocks: [3, 4, 6, 3], channels: [64, 128, 256, 512], kernel: 15, reduction: 16, dropout: 0.2 },
} satisfies Record<string, z.output<typeof architecture>>;

type Tensor = tfl.SymbolicTensor;

/**
 * A 1-D residual network with squeeze-and-excitation: the 34-layer plan of He et al. (CVPR 2016, table 1) with convolutions over
 * time and the channel gate of Hu et al. (CVPR 2018, section 3) at the end of each block's residual branch.
 */
export const seResnet1d = define({
  name: 'se_resnet1d',
  description: 'Residual network over time with squeeze-and-excitation gates.',
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { stemKernel, blocks, channels, kernel, reduction, dropout } = withPreset(presets, config);
    assertPaired({ channels, blocks });
    const halvings = 1 + blocks.length;
    assertLength(config, 'se_resnet1d', 2 ** halvings, `halves the signal ${halvings} times`);
    const layers = new Layers(config.seed);

    const block = (x: Tensor, name: string, filters: number, strides: number): Tensor => {
      let y = layers.conv(x, `${name}_conv1`, { filters, kernel, strides }); // [B, T/strides, filters]
      y = layers.norm(y, `${name}_norm1`, 'relu');
      y = layers.norm(layers.conv(y, `${name}_conv2`, { filters, kernel }), `${name}_norm2`);
      const gate = excitation(layers, y, `${name}_se`, filters, Math.max(1, Math.floor(filters / reduction)));
      const changed = strides !== 1 || x.shape[2] !== filters;
      const shortcut = changed
        ? layers.norm(layers.conv(x, `${name}_shortcut`, { filters, kernel: 1, strides }), `${name}_shortcut_norm`)
        : x;
      return layers.gatedResidual(y, gate, shortcut, `${name}_sum`);
    };

    const body = (ecg: Tensor): Tensor => {
      let x = layers.conv(ecg, 'stem_conv', { filters: channels[0], kernel: stemKernel, strides: 2 }); // [B, T/2, C0]
      x = layers.pool(layers.norm(x, 'stem_norm', 'relu'), 'stem_pool', 3); // [B, T/4, C0]
      blocks.forEach((count, stage) => {
        for (let i = 0; i < count; i++) {
          x = block(x, `stage${stage + 1}_block${i + 1}`, channels[stage], stage > 0 && i === 0 ? 2 : 1);
        }
      }); // [B, T/32, C3]
      return layers.mean(x, 'pool'); // [B, C3]
    };
    return classifier('se_resnet1d', config, layers, body, dropout);
  },
});

/** A gate for each channel, computed from all channels' means over time: `[B, T, C]` → `[B, 1, C]`. */
function excitation(layers: Layers, x: Tensor, name: string, channels: number, squeezed: number): Tensor {
  let gate = layers.mean(x, `${name}_squeeze`); // [B, C]
  gate = layers.dense(gate, `${name}_reduce`, squeezed, 'relu');
  gate = layers.dense(gate, `${name}_expand`, channels, 'sigmoid');
  return apply(tfl.layers.reshape({ name: `${name}_gate`, targetShape: [1, channels] }), gate);
}

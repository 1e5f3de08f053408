import { define } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { classifier, Layers } from './layers.js';
import { modelConfig, withPreset } from './model-config.js';
import { headFields, oddKernel, ptbxlHead } from './ptbxl-head.js';

const architecture = z.object({
  depth: z.int().positive().describe('Inception blocks; a shortcut goes past each three.'),
  kernels: z.array(oddKernel).min(1).describe('Kernels of the parallel convolutions of a block, in samples; odd.'),
  filters: z.int().positive().describe('Channels of each parallel branch.'),
  bottleneck: z.int().positive().describe('Channels that the parallel convolutions see.'),
  ...headFields,
});

const presets = {
  tiny: { depth: 3, kernels: [9, 5, 3], filters: 4, bottleneck: 4, hidden: 16, dropout: 0.5 },
  small: { depth: 6, kernels: [39, 19, 9], filters: 16, bottleneck: 16, hidden: 64, dropout: 0.5 },
  base: { depth: 6, kernels: [39, 19, 9], filters: 32, bottleneck: 32, hidden: 128, dropout: 0.5 },
} satisfies Record<string, z.output<typeof architecture>>;

type Tensor = tfl.SymbolicTensor;

/**
 * InceptionTime (Ismail Fawaz et al., Data Min Knowl Disc 34:1936, 2020, figures 1 and 2) as the PTB-XL benchmark (Strodthoff et al., IEEE J Biomed
 * Health Inform 25:1519, 2021) has it: blocks of parallel convolutions, long and short, that keep the length.
 */
export const inception1d = define({
  name: 'inception1d',
  description: 'InceptionTime of the PTB-XL benchmark: long and short convolutions in parallel.',
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { depth, kernels, filters, bottleneck, hidden, dropout } = withPreset(presets, config);
    const layers = new Layers(config.seed, 'heNormal');

    const block = (x: Tensor, name: string): Tensor => {
      const narrow = layers.conv(x, `${name}_bottleneck`, { filters: bottleneck, kernel: 1 }); // [B, T, bottleneck]
      const branches = kernels.map((kernel, i) => layers.conv(narrow, `${name}_conv${i + 1}`, { filters, kernel }));
      const pooled = layers.pool(x, `${name}_pool`, 3, { strides: 1 });
      branches.push(layers.conv(pooled, `${name}_pool_conv`, { filters, kernel: 1 }));
      return layers.norm(layers.concat(branches, `${name}_concat`), `${name}_norm`, 'relu'); // [B, T, branches filters]
    };
    const shortcut = (from: Tensor, x: Tensor, name: string): Tensor => {
      const y = layers.conv(from, name, { filters: x.shape[2] as number, kernel: 1 });
      return layers.relu(layers.add(x, layers.norm(y, `${name}_norm`), `${name}_add`), `${name}_relu`);
    };

    const body = (ecg: Tensor): Tensor => {
      let [x, from] = [ecg, ecg];
      for (let i = 1; i <= depth; i++) {
        x = block(x, `block${i}`);
        if (i % 3 === 0) x = from = shortcut(from, x, `shortcut${i / 3}`);
      } // [B, T, branches filters]
      return ptbxlHead(layers, x, { hidden, dropout });
    };
    return classifier('inception1d', config, layers, body, dropout);
  },
});

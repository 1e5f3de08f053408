import { define } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { classifier, Layers } from './layers.js';
import { assertLength, modelConfig, withPreset } from './model-config.js';
import { headFields, oddKernel, ptbxlHead } from './ptbxl-head.js';

const architecture = z.object({
  stemKernel: oddKernel.describe('Kernel of the first convolution, in samples; odd.'),
  kernels: z.array(oddKernel).length(2).describe('Kernels of the two convolutions of a block, in samples; odd.'),
  depth: z.int().positive().describe('Residual blocks; each after the first halves.'),
  width: z.int().positive().describe('Channels of every convolution.'),
  ...headFields,
});

const common = { stemKernel: 7, kernels: [5, 3], depth: 3, dropout: 0.5 };
const presets = {
  tiny: { ...common, width: 8, hidden: 16 },
  small: { ...common, width: 64, hidden: 64 },
  base: { ...common, width: 128, hidden: 128 },
} satisfies Record<string, z.output<typeof architecture>>;

type Tensor = tfl.SymbolicTensor;

/**
 * The shallow residual network for time series of Wang et al. (IJCNN 2017, section II.C) as the PTB-XL benchmark (Strodthoff et al., IEEE J Biomed
 * Health Inform 25:1519, 2021) has it: three blocks of one width, of which the second and third halve the signal.
 */
export const resnet1dWang = define({
  name: 'resnet1d_wang',
  description: 'Shallow residual network of the PTB-XL benchmark.',
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { stemKernel, kernels, depth, width: filters, hidden, dropout } = withPreset(presets, config);
    assertLength(config, 'resnet1d_wang', 2 ** (depth - 1), `halves the signal ${depth - 1} times`);
    const layers = new Layers(config.seed, 'heNormal');

    const block = (x: Tensor, name: string, strides: number): Tensor => {
      const first = { filters, kernel: kernels[0], strides, centred: true };
      let y = layers.norm(layers.conv(x, `${name}_conv1`, first), `${name}_norm1`, 'relu'); // [B, T / strides, filters]
      y = layers.norm(layers.conv(y, `${name}_conv2`, { filters, kernel: kernels[1] }), `${name}_norm2`);
      const short = { filters, kernel: 1, strides };
      const shortcut =
        strides > 1 ? layers.norm(layers.conv(x, `${name}_shortcut`, short), `${name}_shortcut_norm`) : x;
      return layers.relu(layers.add(y, shortcut, `${name}_add`), `${name}_relu`);
    };

    const body = (ecg: Tensor): Tensor => {
      let x = layers.conv(ecg, 'stem_conv', { filters, kernel: stemKernel }); // [B, T, filters]
      x = layers.norm(x, 'stem_norm', 'relu');
      for (let i = 1; i <= depth; i++) x = block(x, `block${i}`, i === 1 ? 1 : 2); // [B, T/4, filters]
      return ptbxlHead(layers, x, { hidden, dropout });
    };
    return classifier('resnet1d_wang', config, layers, body, dropout);
  },
});

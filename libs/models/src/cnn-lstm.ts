import { define } from '@cardio/core';
import * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { apply, classifier, Layers } from './layers.js';
import { assertLength, assertPaired, modelConfig, withPreset } from './model-config.js';

const architecture = z.object({
  channels: z.array(z.int().positive()).min(1).describe('Channels of each convolution.'),
  kernels: z.array(z.int().positive()).min(1).describe('Kernel of each convolution, in samples.'),
  pool: z.int().positive().describe('Steps that a max-pooling after each convolution makes one of; 1 for none.'),
  inputNorm: z.boolean().describe('Batch normalisation of the input, for leads that are numbers of different kinds.'),
  lstmUnits: z.int().positive().describe('Units of each LSTM direction.'),
  lstmLayers: z.int().positive().describe('Stacked bidirectional LSTM layers.'),
  read: z
    .enum(['ends', 'middle'])
    .describe('What is classified: the signal as a whole (last steps of both directions), or its middle step.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout between the LSTM layers and before the head.'),
});

/** A signal, classified as a whole. */
const signal = { pool: 2, inputNorm: false, read: 'ends' } as const;

const presets = {
  tiny: { channels: [8, 16, 32], kernels: [7, 5, 3], lstmUnits: 16, lstmLayers: 1, dropout: 0.1, ...signal },
  small: { channels: [16, 32, 64, 64], kernels: [7, 5, 3, 3], lstmUnits: 64, lstmLayers: 1, dropout: 0.3, ...signal },
  base: {
    channels: [64, 128, 256, 512],
    kernels: [7, 5, 3, 3],
    lstmUnits: 256,
    lstmLayers: 2,
    dropout: 0.3,
    ...signal,
  },
  /** A sequence of beats, each described by numbers (task beat-sequence of mitbih); the one in the middle is classified. */
  beats: {
    ...{ channels: [64, 64], kernels: [1, 1], lstmUnits: 24, lstmLayers: 1, dropout: 0.2 },
    ...{ pool: 1, inputNorm: true, read: 'middle' },
  },
} satisfies Record<string, z.output<typeof architecture>>;

/**
 * Convolutions that shorten the signal, then bidirectional LSTMs over what is left (the CNN-LSTM family of Oh et al., Comput Biol
 * Med 102:278, 2018). Each convolution is followed by batch normalisation, ReLU and max-pooling by `pool`.
 *
 * Preset `beats` reads a sequence of beats instead: convolutions of kernel 1 look at each beat alone, the LSTMs at those before and after it.
 */
export const cnnLstm = define({
  name: 'cnn_lstm',
  description: 'Convolutions that shorten the signal, then bidirectional LSTMs.',
  presets,
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { channels, kernels, pool, inputNorm, lstmUnits, lstmLayers, read, dropout } = withPreset(presets, config);
    assertPaired({ channels, kernels });
    assertLength(config, 'cnn_lstm', pool ** channels.length, `makes one step of ${pool}, ${channels.length} times`);
    const layers = new Layers(config.seed);

    const body = (ecg: tfl.SymbolicTensor): tfl.SymbolicTensor => {
      let x = inputNorm ? layers.norm(ecg, 'input_norm') : ecg;
      channels.forEach((filters, i) => {
        x = layers.conv(x, `conv${i + 1}`, { filters, kernel: kernels[i] });
        x = layers.norm(x, `norm${i + 1}`, 'relu');
        if (pool > 1) x = layers.pool(x, `pool${i + 1}`, pool, { strides: pool });
      }); // [B, T/pool^n, channels of the last]
      for (let i = 1; i <= lstmLayers; i++) {
        if (i > 1) x = layers.dropout(x, `lstm${i}_dropout`, dropout);
        x = layers.bidirectionalLstm(x, `lstm${i}`, lstmUnits, i < lstmLayers || read === 'middle');
      }
      return read === 'middle' ? middleStep(x) : x; // [B, 2 lstmUnits]
    };
    return classifier('cnn_lstm', config, layers, body, dropout);
  },
});

/** The step in the middle, the later of two: `[B, T, C]` → `[B, C]`. */
function middleStep(x: tfl.SymbolicTensor): tfl.SymbolicTensor {
  const [length, channels] = x.shape.slice(1) as number[];
  const before = Math.floor(length / 2);
  const cropping: [[number, number], [number, number]] = [[before, length - 1 - before], [0, 0]]; // prettier-ignore
  const column = apply(tfl.layers.reshape({ name: 'steps', targetShape: [length, 1, channels] }), x);
  const step = apply(tfl.layers.cropping2D({ name: 'middle', cropping }), column);
  return apply(tfl.layers.reshape({ name: 'middle_step', targetShape: [channels] }), step);
}

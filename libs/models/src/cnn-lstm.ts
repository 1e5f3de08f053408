import { CardioError, define } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { classifier, Layers } from './layers.js';
import { modelConfig, withPreset } from './model-config.js';

const architecture = z.object({
  channels: z.array(z.int().positive()).min(1).describe('Channels of each convolution.'),
  kernels: z.array(z.int().positive()).min(1).describe('Kernel of each convolution, in samples.'),
  lstmUnits: z.int().positive().describe('Units of each LSTM direction.'),
  lstmLayers: z.int().positive().describe('Stacked bidirectional LSTM layers.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout between the LSTM layers and before the head.'),
});

const presets = {
  tiny: { channels: [8, 16, 32], kernels: [7, 5, 3], lstmUnits: 16, lstmLayers: 1, dropout: 0.1 },
  small: { channels: [16, 32, 64, 64], kernels: [7, 5, 3, 3], lstmUnits: 64, lstmLayers: 1, dropout: 0.3 },
  base: { channels: [64, 128, 256, 512], kernels: [7, 5, 3, 3], lstmUnits: 256, lstmLayers: 2, dropout: 0.3 },
} satisfies Record<string, z.output<typeof architecture>>;

/**
 * Convolutions that shorten the signal, then bidirectional LSTMs over what is left (the CNN-LSTM family of Oh et al., Comput Biol
 * Med 102:278, 2018). Each convolution is followed by batch normalisation, ReLU and max-pooling by 2.
 */
export const cnnLstm = define({
  name: 'cnn_lstm',
  description: 'Convolutions that shorten the signal, then bidirectional LSTMs.',
  config: modelConfig(architecture, presets),
  create(config): tfl.LayersModel {
    const { channels, kernels, lstmUnits, lstmLayers, dropout } = withPreset(presets, config);
    if (kernels.length !== channels.length) {
      throw new CardioError(
        'config',
        `\`kernels\` must have one entry per entry of \`channels\` (${channels.length}); received ${kernels.length}.`,
      );
    }
    const layers = new Layers(config.seed);

    const body = (ecg: tfl.SymbolicTensor): tfl.SymbolicTensor => {
      let x = ecg;
      channels.forEach((filters, i) => {
        x = layers.conv(x, `conv${i + 1}`, { filters, kernel: kernels[i] });
        x = layers.pool(layers.norm(x, `norm${i + 1}`, 'relu'), `pool${i + 1}`, 2);
      }); // [B, T/16, C3]
      for (let i = 1; i <= lstmLayers; i++) {
        if (i > 1) x = layers.dropout(x, `lstm${i}_dropout`, dropout);
        x = layers.bidirectionalLstm(x, `lstm${i}`, lstmUnits, i < lstmLayers);
      }
      return x; // [B, 2 lstmUnits]
    };
    return classifier('cnn_lstm', config, layers, body, dropout);
  },
});

import { Factory } from '@cardio/core';

import { cnnLstm } from './cnn-lstm.js';
import { ecgTransformer } from './ecg-transformer.js';
import { heartbeit } from './heartbeit.js';
import { inception1d } from './inception1d.js';
import { resnet1dWang } from './resnet1d-wang.js';
import { seResnet1d } from './se-resnet1d.js';
import { xresnet1d101 } from './xresnet1d101.js';

/**
 * The built-in models. Each builds a `LayersModel` with inputs `ecg` `[B, T, L]` and, where `inputFeatures` is not 0, `features`
 * `[B, F]`, that returns logits `[B, K]`.
 *
 * @example
 * const model = modelFactory.create('cnn_lstm', { inputLength: 180, inputChannels: 1, numClasses: 4, preset: 'small' });
 */
export const modelFactory = new Factory('model', [
  seResnet1d,
  cnnLstm,
  ecgTransformer,
  heartbeit,
  xresnet1d101,
  inception1d,
  resnet1dWang,
]);

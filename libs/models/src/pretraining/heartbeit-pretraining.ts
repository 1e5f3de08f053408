import { hash32 } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { heartbeit, heartbeitEncoder, type HeartbeitConfig } from '../heartbeit.js';
import { apply } from '../layers.js';
import { withPreset } from '../model-config.js';
import { MaskToken } from './mask-token.js';

/** Layers of a classifier that belong to its head: not part of a pre-trained encoder. */
export const headLayers: readonly string[] = [
  ...['pool', 'norm', 'features', 'features_dense', 'with_features', 'head_hidden', 'head_dropout', 'logits'],
];

/** Samples per patch of a configuration. */
export const heartbeitPatch = (config: HeartbeitConfig): number => withPreset(heartbeit.presets, config).patch;

/** Layers that only pre-training has. */
export const pretrainingLayers: readonly string[] = ['mask_token', 'codes_norm', 'codes'];

/**
 * HeartBEiT for pre-training: signal `ecg` `[B, T, L]` and `mask` `[B, P]` (1 where a patch is hidden, for all leads at once) → logits of each patch's code,
 * `[B, P, K]` (Bao et al., BEiT, ICLR 2022, section 2.3). The encoder's layers have the names and weights that they have in the classifier.
 *
 * @param codes K
 */
export function heartbeitPretraining(config: HeartbeitConfig, codes: number): tfl.LayersModel {
  tf.serialization.registerClass(MaskToken);
  const { layers, embed, encode } = heartbeitEncoder(config);
  const ecg = tfl.input({ shape: [config.inputLength, config.inputChannels], name: 'ecg' });
  const patches = embed(ecg); // [B, P, C]
  const mask = tfl.input({ shape: [patches.shape[1] as number], name: 'mask' });
  const seen = apply(new MaskToken({ name: 'mask_token', seed: hash32('mask_token', config.seed) & 0x7fffffff }), [
    patches,
    mask,
  ]);
  const logits = layers.dense(layers.layerNorm(encode(seen), 'codes_norm'), 'codes', codes);
  return tfl.model({ name: 'heartbeit_pretraining', inputs: [ecg, mask], outputs: logits });
}

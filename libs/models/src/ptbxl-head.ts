import * as tfl from '@tensorflow/tfjs-layers';
import { z } from 'zod';

import { apply, type Layers } from './layers.js';

type Tensor = tfl.SymbolicTensor;

/** An odd kernel, which has a middle. */
export const oddKernel = z
  .int()
  .positive()
  .refine((size) => size % 2 === 1, 'must be odd');

/** What the heads of the PTB-XL benchmark's networks can be given. */
export const headFields = {
  hidden: z.int().positive().describe('Channels of the hidden layer in the head.'),
  dropout: z.number().min(0).max(0.95).describe('Dropout before the last layer; half of it before the hidden one.'),
};

/**
 * The head that the networks of the PTB-XL benchmark (Strodthoff et al., IEEE J Biomed Health Inform 25:1519, 2021) share, but for the last dropout
 * and layer, which `classifier` adds: `[B, T, C]` → `[B, hidden]`.
 */
export function ptbxlHead(layers: Layers, x: Tensor, { hidden, dropout }: { hidden: number; dropout: number }): Tensor {
  // by a pool over all steps: the gradient of tfjs's max goes in full to each of equal values, that of a pool to the first, as in PyTorch
  const pool = tfl.layers.maxPooling1d({ name: 'pool_max', poolSize: x.shape[1] as number, padding: 'valid' });
  const largest = apply(tfl.layers.flatten({ name: 'pool_max_flat' }), apply(pool, x)); // [B, C]
  let y = layers.concat([largest, layers.mean(x, 'pool_mean')], 'pool'); // [B, 2C]
  y = layers.dropout(layers.norm(y, 'head_norm1'), 'head_dropout1', dropout / 2);
  return layers.norm(layers.dense(y, 'head_dense', hidden, 'relu'), 'head_norm2'); // [B, hidden]
}

import { beforeAll, expect, test } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';

import { MultiHeadAttention } from './fused/layers/attention.js';
import { FusedLstm } from './fused/layers/lstm.js';
import { PositionEmbedding } from './fused/layers/positions.js';
import { startEngine } from './start.js';

beforeAll(() => startEngine('wasm'));

const layers: [string, (seed: number) => tfl.layers.Layer][] = [
  ['attention', (seed) => new MultiHeadAttention({ heads: 2, seed })],
  ['an LSTM', (seed) => new FusedLstm({ units: 3, seed })],
  ['learned positions', (seed) => new PositionEmbedding({ kind: 'learned', seed })],
];

test.each(layers)('seed 0 is a seed like any other: %s', (_, create) => {
  const weights = (seed: number): number[] => {
    const layer = create(seed);
    layer.apply(tfl.input({ shape: [6, 4] }));
    return layer.getWeights().flatMap((weight) => [...weight.dataSync()]);
  };
  expect(weights(0)).toEqual(weights(0));
  expect(weights(0)).not.toEqual(weights(1));
});

import { startEngine } from '@cardio/engine';
import { describe, expect, test } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';

import { trainingConfig, type TrainingConfig } from '../config.js';
import { layerDepths, layersMatching } from './layer-names.js';
import { parametersOf } from './parameters.js';

await startEngine('cpu');

/** Dense layers of these names, one after the other. */
const chain = (...names: string[]): tfl.LayersModel =>
  tfl.sequential({
    layers: names.map((name, i) => tfl.layers.dense({ name, units: 2, ...(i === 0 && { inputShape: [2] }) })),
  });
const depths = (...names: string[]): number[] => [...layerDepths(chain(...names)).values()];

describe('depths of layers', () => {
  test.each([
    [
      'a transformer',
      [
        'patches',
        'positions',
        'block1_norm1',
        'block1_attention',
        'block1_branch1_scale',
        'block2_norm1',
        'block2_dense2',
        'norm',
        'logits',
      ],
      [0, 0, 1, 1, 1, 2, 2, 3, 3],
    ],
    [
      'a residual network',
      ['stem_conv', 'stem_norm', 'stage1_block1_conv1', 'stage1_block1_se_reduce', 'stage1_block2_conv1', 'stage2_block1_shortcut', 'logits'], // prettier-ignore
      [0, 0, 1, 1, 2, 3, 4],
    ],
    ['convolutions and LSTMs', ['conv1', 'norm1', 'conv2', 'norm2', 'lstm1', 'lstm2', 'logits'], [1, 1, 2, 2, 3, 4, 5]],
    ['names without numbers', ['a', 'b', 'c'], [0, 1, 2]],
  ])('of %s', (_, names, expected) => expect(depths(...names)).toEqual(expected));
});

describe('parameters', () => {
  const model = chain('patches', 'block1_dense1', 'block2_dense1', 'logits');
  const factors = (more: Partial<TrainingConfig>, depthOf?: (name: string) => number): [string, number, number][] =>
    parametersOf(model, trainingConfig.parse({ weightDecay: 0.1, ...more }), depthOf).map((p) => [
      p.layer,
      p.weightDecay,
      p.learningRateFactor,
    ]);

  test('only kernels decay', () => {
    expect(factors({}).slice(0, 2)).toEqual([
      ['patches', 0.1, 1],
      ['patches', 0, 1],
    ]);
  });

  test('layer decay falls by the factor from block to block, the head at 1', () => {
    const byLayer = new Map(factors({ layerDecay: 0.5 }).map(([layer, , factor]) => [layer, factor]));
    expect([...byLayer]).toEqual([
      ['patches', 0.125],
      ['block1_dense1', 0.25],
      ['block2_dense1', 0.5],
      ['logits', 1],
    ]);
    const own = factors({ layerDecay: 0.5 }, (name) => (name === 'logits' ? 1 : 0));
    expect(new Set(own.slice(0, 6).map(([, , factor]) => factor))).toEqual(new Set([0.5]));
  });

  test('factors by layer multiply it, the later one wins', () => {
    const all = factors({ learningRateFactors: ['*=0.1', 'logits=10'] });
    expect(all.map(([, , factor]) => factor)).toEqual([0.1, 0.1, 0.1, 0.1, 0.1, 0.1, 10, 10]);
    expect(() => factors({ learningRateFactors: ['logits'] })).toThrow(/`logits`; write <layer>=<factor>/);
  });

  test('a pattern that no layer has is refused with the nearest name', () => {
    expect(layersMatching(model, 'block*', 'freeze')).toEqual(['block1_dense1', 'block2_dense1']);
    expect(() => layersMatching(model, 'logit', 'freeze')).toThrow(/`freeze`: no layer .* `logit`.*`?logits/);
  });
});

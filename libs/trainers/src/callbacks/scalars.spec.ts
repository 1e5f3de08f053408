import { expect, test } from '@jest/globals';

import { flatParameters, scalarsOf } from './scalars.js';
import { epochRecord } from './testing.js';

test('what an epoch says leaves out undefined scores and numbers that are not finite', () => {
  expect(
    scalarsOf(epochRecord(2, { train: { loss: NaN, gradientNorm: 3 }, validation: { loss: 0.5, f1: null } })),
  ).toEqual({
    'train/gradient_norm': 3,
    'val/loss': 0.5,
    learning_rate: 0.001,
  });
});

test('parameters have dotted names in alphabetical order, and lists as JSON', () => {
  const flat = flatParameters({ seed: 1, model: { name: 'x', blocks: [2, 3], dropout: null }, a: false, b: undefined });
  expect(Object.entries(flat)).toEqual([
    ['a', false],
    ['model.blocks', '[2,3]'],
    ['model.name', 'x'],
    ['seed', 1],
  ]);
});

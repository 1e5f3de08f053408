import { readFileSync } from 'node:fs';

import type { TaskKind } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { lossOf } from './loss.js';
import { probabilitiesOf } from '../probabilities.js';

type Numbers = { shape: [number, number]; values: number[] };
type Case = { task: TaskKind; weights: number[] | null; labels: Numbers; loss: number; gradient: Numbers };
const { losses: golden } = JSON.parse(readFileSync(new URL('../../golden/pytorch.json', import.meta.url), 'utf8')) as {
  losses: { logits: Numbers; cases: Case[] };
};

describe.each(['cpu', 'wasm'] as const)('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  // the logits reach from -1000 to 1000
  test.each(golden.cases)('$task loss with weights $weights and its gradient equal PyTorch', async (c) => {
    const loss = lossOf(c.task, { classWeights: c.weights ?? undefined });
    const labels = tf.tensor2d(c.labels.values, c.labels.shape);
    const logits = tf.tensor2d(golden.logits.values, golden.logits.shape);
    const { value, grad } = tf.valueAndGrad((x) => loss(labels, x as tf.Tensor2D))(logits);
    expect(Math.abs((await value.data())[0] / c.loss - 1)).toBeLessThan(1e-6);
    const differences = (await grad.data()).map((g, i) => Math.abs(g - c.gradient.values[i]));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });
});

test('probabilities of extreme logits are finite and rows of a softmax sum to 1', () => {
  const logits = Float32Array.of(1000, -1000, 0, 3, 3, 3);
  const softmax = probabilitiesOf('multi-class', logits, 3);
  expect([...softmax.subarray(0, 3)]).toEqual([1, 0, 0]);
  for (const p of softmax.subarray(3)) expect(p).toBeCloseTo(1 / 3, 7);
  expect([...probabilitiesOf('multi-label', logits, 3).subarray(0, 3)]).toEqual([1, 0, 0.5]);
});

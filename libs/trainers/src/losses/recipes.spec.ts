import { readFileSync } from 'node:fs';

import type { TaskKind } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../../engine/src/testing/engines.js';
import { balancedClassWeights } from './class-weights.js';
import { lossOf, type LossOptions } from './loss.js';
import { knownLabels } from './unknown-labels.js';

type Numbers = { shape: [number, number]; values: number[] };
type Case = {
  task: TaskKind;
  name: string;
  options: LossOptions;
  labels: { shape: [number, number]; values: (number | null)[] };
  loss: number;
  gradient: Numbers;
};
const { losses: golden } = JSON.parse(readFileSync(new URL('../../golden/recipes.json', import.meta.url), 'utf8')) as {
  losses: { logits: Numbers; cases: Case[] };
};
const labelsOf = ({ labels }: Case) => knownLabels(Float32Array.from(labels.values, (v) => v ?? NaN));

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(golden.cases)('$task loss with $name, and its gradient, equal PyTorch', async (c) => {
    const { labels, mask } = labelsOf(c);
    const loss = lossOf(c.task, c.options);
    const [y, m] = [labels, mask].map((values) => values && tf.tensor2d(values, c.labels.shape));
    const logits = tf.tensor2d(golden.logits.values, golden.logits.shape);
    const { value, grad } = tf.valueAndGrad((x) => loss(y as tf.Tensor2D, x as tf.Tensor2D, m))(logits);
    expect(Math.abs((await value.data())[0] / c.loss - 1)).toBeLessThan(2e-6);
    const differences = (await grad.data()).map((g, i) => Math.abs(g - c.gradient.values[i]));
    expect(Math.max(...differences)).toBeLessThan(1e-6);
  });

  test.each(golden.cases)('parts of a batch add up to it: $task with $name', async (c) => {
    const { labels, mask } = labelsOf(c);
    const loss = lossOf(c.task, c.options);
    const part = async (from: number, to: number): Promise<[number, number]> => {
      const rows = (values: Iterable<number>): tf.Tensor2D =>
        tf.tensor2d([...values].slice(3 * from, 3 * to), [to - from, 3]);
      const value = loss(rows(labels), rows(golden.logits.values), mask && rows(mask));
      return [(await value.data())[0], loss.weight(labels.slice(3 * from, 3 * to), 3, mask?.slice(3 * from, 3 * to))];
    };
    const parts = [await part(0, 2), await part(2, 6)];
    const [whole, weight] = await part(0, 6);
    const sum = parts.reduce((total, [value, w]) => total + value * w, 0);
    expect(parts[0][1] + parts[1][1]).toBeCloseTo(weight, 5);
    expect(Math.abs(sum / (whole * weight) - 1)).toBeLessThan(2e-6);
  });
});

test('a batch of which nothing is known costs nothing', async () => {
  await startEngine('cpu');
  for (const task of ['multi-class', 'multi-label'] as const) {
    const { value, grad } = tf.valueAndGrad((x) => lossOf(task)(tf.zeros([2, 3]), x as tf.Tensor2D, tf.zeros([2, 3])))(
      tf.ones([2, 3]),
    );
    expect([...(await value.data()), ...(await grad.data())].every((v) => v === 0)).toBe(true);
  }
});

test('balanced weights: examples over classes and count, or negatives over positives; 1 where there is nothing to balance', () => {
  expect(balancedClassWeights('multi-class', [50, 25, 0], 75)).toEqual([0.5, 1, 1]);
  expect(balancedClassWeights('multi-label', [10, 100, 0], 100)).toEqual([9, 1, 1]);
});

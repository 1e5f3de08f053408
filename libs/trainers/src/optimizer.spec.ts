import { readFileSync } from 'node:fs';

import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
import { AdamW, clipFactor, globalNorm } from './optimizer.js';

type Numbers = { shape: number[]; values: number[] };
type Run = {
  learningRate: number;
  weightDecay: number;
  clip: number | null;
  start: Numbers[];
  steps: { gradients: Numbers[]; norm: number; after: Numbers[] }[];
};
const golden = JSON.parse(readFileSync(new URL('../golden/pytorch.json', import.meta.url), 'utf8')) as { adamw: Run[] };

const tensorOf = ({ shape, values }: Numbers): tf.Tensor => tf.tensor(values, shape);

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  describe.each(golden.adamw)('AdamW with clipping at $clip', (run) => {
    test('follows torch.optim.AdamW for 12 steps within float32 rounding', async () => {
      const variables = run.start.map((s) => tf.variable(tensorOf(s)));
      const optimizer = new AdamW(variables, run);
      for (const step of run.steps) {
        const gradients = step.gradients.map(tensorOf);
        const [norm] = await globalNorm(gradients).data();
        expect(Math.abs(norm / step.norm - 1)).toBeLessThan(1e-6);
        optimizer.step(gradients, run.learningRate, clipFactor(norm, run.clip ?? 0));
        for (const [i, variable] of variables.entries()) {
          const difference = (await variable.data()).map((v, j) => Math.abs(v - step.after[i].values[j]));
          expect(Math.max(...difference)).toBeLessThan(1e-6); // values up to 3: a few units in the last place over 12 steps
        }
      }
      optimizer.dispose();
      tf.dispose(variables);
    });

    test('continues from a saved state bit for bit', async () => {
      const variables = run.start.map((s) => tf.variable(tensorOf(s)));
      const whole = new AdamW(variables, run);
      run.steps.slice(0, 6).forEach((s) => whole.step(s.gradients.map(tensorOf), run.learningRate));
      const copies = variables.map((v) => tf.variable(tf.clone(v)));
      const resumed = new AdamW(copies, run);
      resumed.restore(await whole.state());
      for (const { gradients } of run.steps.slice(6)) {
        whole.step(gradients.map(tensorOf), run.learningRate);
        resumed.step(gradients.map(tensorOf), run.learningRate);
      }
      for (const [i, variable] of variables.entries()) expect(await copies[i].data()).toEqual(await variable.data());
      expect(await resumed.state()).toEqual(await whole.state());
    });
  });

  test('a variable without a gradient stays as it is', async () => {
    const [moved, still] = [tf.variable(tf.ones([2, 2])), tf.variable(tf.ones([2, 2]))];
    new AdamW([moved, still], { weightDecay: 0.5 }).step([tf.ones([2, 2]), undefined], 0.1);
    expect([...(await still.data())]).toEqual([1, 1, 1, 1]);
    expect((await moved.data())[0]).toBeLessThan(1);
  });

  test('a state of other variables is refused', async () => {
    const state = await new AdamW([tf.variable(tf.ones([3]))], { weightDecay: 0 }).state();
    expect(() => new AdamW([tf.variable(tf.ones([4]))], { weightDecay: 0 }).restore(state)).toThrow(
      /Freeze the same layers/,
    );
  });

  test('steps create no tensors that stay', () => {
    const variable = tf.variable(tf.ones([2, 2]));
    const gradient = tf.ones([2, 2]);
    const optimizer = new AdamW([variable], { weightDecay: 0.1 });
    const before = tf.memory().numTensors;
    for (let i = 0; i < 5; i++) optimizer.step([gradient], 0.1, 0.5);
    expect(tf.memory().numTensors).toBe(before);
    optimizer.dispose();
    expect(tf.memory().numTensors).toBe(before - 2);
  });
});

import { readFileSync } from 'node:fs';

import { clipFactor, globalNorm, startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../../engine/src/testing/engines.js';
import { AveragedWeights } from './average.js';
import { Optimizer, type Parameter } from './optimizer.js';
import type { OptimizerName, RuleOptions } from './rules.js';

type Numbers = { shape: number[]; values: number[] };
type Clipped = {
  learningRate: number;
  weightDecay: number;
  clip: number | null;
  start: Numbers[];
  steps: { gradients: Numbers[]; norm: number; after: Numbers[] }[];
};
type Run = {
  name: OptimizerName;
  options: RuleOptions;
  learningRate: number;
  weightDecays: number[];
  factors: number[];
  start: Numbers[];
  steps: { gradients: (Numbers | null)[]; after: Numbers[] }[];
};
const read = <T>(name: string): T =>
  JSON.parse(readFileSync(new URL(`../../golden/${name}.json`, import.meta.url), 'utf8')) as T;
const { adamw: clipped } = read<{ adamw: Clipped[] }>('pytorch');
const { optimizers, average } = read<{
  optimizers: Run[];
  average: { decay: number; weights: number[][]; averages: number[][] };
}>('recipes');

const tensorOf = ({ shape, values }: Numbers): tf.Tensor => tf.tensor(values, shape);
const parameter = (variable: tf.Variable, weightDecay = 0, learningRateFactor = 1): Parameter => ({
  variable,
  weightDecay,
  learningRateFactor,
});
const parametersOf = ({ start, weightDecays, factors }: Run): Parameter[] =>
  start.map((s, i) => parameter(tf.variable(tensorOf(s)), weightDecays[i], factors[i]));
const largestDifference = async (variable: tf.Tensor, { values }: Numbers): Promise<number> =>
  Math.max(...(await variable.data()).map((v, j) => Math.abs(v - values[j])));

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  test.each(clipped)('AdamW with clipping at $clip follows torch.optim.AdamW within float32 rounding', async (run) => {
    const variables = run.start.map((s) => tf.variable(tensorOf(s)));
    const parameters = variables.map((v) => parameter(v, v.rank > 1 ? run.weightDecay : 0));
    const optimizer = new Optimizer('adamw', parameters, {});
    for (const step of run.steps) {
      const gradients = step.gradients.map(tensorOf);
      const [norm] = await globalNorm(gradients).data();
      expect(Math.abs(norm / step.norm - 1)).toBeLessThan(1e-6);
      optimizer.step(gradients, { learningRate: run.learningRate, scale: clipFactor(norm, run.clip ?? 0) });
      for (const [i, v] of variables.entries()) expect(await largestDifference(v, step.after[i])).toBeLessThan(1e-6);
    }
  });

  describe.each(optimizers)('$name $options with decays, factors of the rate and a late variable', (run) => {
    test('follows PyTorch, LAMB its algorithm in numpy, for 12 steps within float32 rounding', async () => {
      const parameters = parametersOf(run);
      const optimizer = new Optimizer(run.name, parameters, run.options);
      for (const step of run.steps) {
        optimizer.step(
          step.gradients.map((g) => (g ? tensorOf(g) : undefined)),
          { learningRate: run.learningRate },
        );
        for (const [i, { variable }] of parameters.entries()) {
          expect(await largestDifference(variable, step.after[i])).toBeLessThan(2e-6); // values up to 4, 12 steps
        }
      }
      optimizer.dispose();
    });

    test('takes a scale as if the gradients had it', async () => {
      const [parameters, scaled] = [parametersOf(run), parametersOf(run)];
      const [half, whole] = [parameters, scaled].map((p) => new Optimizer(run.name, p, run.options));
      for (const { gradients } of run.steps) {
        const tensors = gradients.map((g) => (g ? tensorOf(g) : undefined));
        half.step(tensors, { learningRate: run.learningRate, scale: 0.5 });
        whole.step(
          tensors.map((g) => g && tf.mul(g, 0.5)),
          { learningRate: run.learningRate },
        );
      }
      for (const [i, { variable }] of parameters.entries()) {
        const values = [...(await scaled[i].variable.data())];
        expect(await largestDifference(variable, { shape: [], values })).toBeLessThan(2e-6);
      }
    });

    test('continues from a saved state bit for bit', async () => {
      const [parameters, copies] = [parametersOf(run), parametersOf(run)];
      const [whole, resumed] = [parameters, copies].map((p) => new Optimizer(run.name, p, run.options));
      const take = (optimizer: Optimizer, from: number, to: number): void =>
        run.steps.slice(from, to).forEach(({ gradients }) =>
          optimizer.step(
            gradients.map((g) => (g ? tensorOf(g) : undefined)),
            { learningRate: run.learningRate, scale: 0.5 },
          ),
        );
      take(whole, 0, 6);
      parameters.forEach(({ variable }, i) => copies[i].variable.assign(tf.clone(variable)));
      resumed.restore(await whole.state());
      for (const optimizer of [whole, resumed]) take(optimizer, 6, 12);
      for (const [i, { variable }] of parameters.entries()) {
        expect(await copies[i].variable.data()).toEqual(await variable.data());
      }
      expect(await resumed.state()).toEqual(await whole.state());
    });

    test('takes steps that leave no tensors behind', () => {
      const variable = tf.variable(tf.ones([2, 2]));
      const gradient = tf.ones([2, 2]);
      const before = tf.memory().numTensors;
      const optimizer = new Optimizer(run.name, [parameter(variable, 0.1)], run.options);
      const during = tf.memory().numTensors;
      for (let i = 0; i < 5; i++) optimizer.step([gradient], { learningRate: 0.1, scale: 0.5 });
      expect(tf.memory().numTensors).toBe(during);
      optimizer.dispose();
      expect(tf.memory().numTensors).toBe(before);
    });
  });

  test("averaged weights equal PyTorch's AveragedModel, and swapping twice changes nothing", async () => {
    const variable = tf.variable(tf.zeros([3]));
    const averaged = new AveragedWeights([variable], average.decay);
    averaged.swap(); // nothing yet
    for (const [i, weights] of average.weights.entries()) {
      variable.assign(tf.tensor1d(weights));
      averaged.update();
      averaged.swap();
      expect(await largestDifference(variable, { shape: [3], values: average.averages[i] })).toBeLessThan(5e-7);
      averaged.swap();
      expect(await variable.data()).toEqual(Float32Array.from(weights));
    }
    averaged.dispose();
  });
});

test('a state of other variables or of another optimizer is refused', async () => {
  await startEngine('cpu');
  const of = (size: number, name: OptimizerName = 'adamw'): Optimizer =>
    new Optimizer(name, [parameter(tf.variable(tf.ones([size])))], {});
  const state = await of(3).state();
  expect(() => of(4).restore(state)).toThrow(/trainable layers that it was saved with/);
  expect(() => of(3, 'sgd').restore(state)).toThrow(/do not fit sgd with 1/);
});

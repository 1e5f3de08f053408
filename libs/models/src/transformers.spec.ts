import { readFileSync } from 'node:fs';

import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
import { modelFactory } from './index.js';

type Golden = { logits: number[]; gradients: Record<string, [norm: number, first: number]> };
const golden = JSON.parse(readFileSync(new URL('../golden/transformers.json', import.meta.url), 'utf8')) as Record<
  'ecg_transformer' | 'heartbeit',
  Golden
>;

/** The numbers of `wave` in golden/transformers.py. */
function wave(name: string, shape: number[]): tf.Tensor {
  const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const plus = name.endsWith('gamma') ? 1 : 0;
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => 0.3 * Math.sin(0.7 * i + phase) + plus),
    shape,
  );
}

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  describe.each(['ecg_transformer', 'heartbeit'] as const)('%s with known weights', (name) => {
    const { logits, gradients } = golden[name];
    const create = () => {
      const input = { inputLength: 37, inputChannels: 2, numClasses: 3, dropout: 0, preset: 'tiny' as const };
      const model =
        name === 'heartbeit' ? modelFactory.create(name, { ...input, dropPath: 0 }) : modelFactory.create(name, input);
      for (const weight of model.weights) weight.write(wave(weight.originalName, weight.shape as number[]));
      return model;
    };
    const x = () => tf.mul(wave('ecg', [3, 37, 2]), 3);
    // float32 against float64, some twenty products deep
    const tolerance = 1e-5;

    test('gives the logits of PyTorch', () => {
      const actual = (create().predict(x()) as tf.Tensor).dataSync();
      logits.forEach((expected, i) => expect(Math.abs(actual[i] - expected)).toBeLessThan(tolerance));
    });

    test('has the gradients of PyTorch at every weight', () => {
      const model = create();
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const loss = () =>
        tf.sum(tf.mul(model.apply(x(), { training: true }) as tf.Tensor, wave('loss', [3, 3]))) as tf.Scalar;
      const { grads } = tf.variableGrads(loss, variables);
      expect(model.trainableWeights.map((w) => w.originalName).sort()).toEqual(Object.keys(gradients).sort());
      for (const [i, { originalName }] of model.trainableWeights.entries()) {
        const values = grads[variables[i].name].dataSync();
        const [norm, first] = gradients[originalName];
        const actual = [Math.hypot(...values) / norm - 1, (values[0] - first) / norm].map(Math.abs);
        expect([originalName, actual.every((error) => error < tolerance)]).toEqual([originalName, true]);
      }
    });
  });
});

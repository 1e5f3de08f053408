import { applyModel, startEngine } from '@cardio/engine';
import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { heartbeit } from '../heartbeit.js';
import { cutPatches } from './patches.js';
import { headLayers, heartbeitPatch, heartbeitPretraining, pretrainingLayers } from './heartbeit-pretraining.js';

beforeAll(() => startEngine('wasm'));

const config = heartbeit.config.parse({ preset: 'tiny', inputLength: 90, inputChannels: 2, numClasses: 3 });
const shapesOf = (model: { layers: { name: string; weights: { shape: unknown }[] }[] }, except: readonly string[]) =>
  model.layers
    .filter(({ name, weights }) => weights.length > 0 && !except.includes(name))
    .map(({ name, weights }) => [name, weights.map(({ shape }) => shape)]);

test('the encoder has the layers and shapes that it has in the classifier', () => {
  const pretraining = heartbeitPretraining(config, 7);
  expect(shapesOf(pretraining, pretrainingLayers)).toEqual(shapesOf(heartbeit.create(config), headLayers));
  expect(pretraining.outputs[0].shape).toEqual([null, 5, 7]);
});

test('what a hidden patch holds changes nothing, what a seen one holds does', () => {
  const model = heartbeitPretraining(config, 7);
  const mask = tf.tensor2d([0, 1, 0, 0, 0], [1, 5]);
  const logitsWith = (sample: number, value: number): Float32Array =>
    tf.tidy(() => {
      const x = new Float32Array(90 * 2).fill(0.5);
      x[sample * 2 + 1] = value;
      return applyModel(model, [tf.tensor3d(x, [1, 90, 2]), mask], false)
        .dataSync<'float32'>()
        .slice();
    });
  const usual = logitsWith(0, 0.5);
  expect(logitsWith(15 + 5, 9)).toEqual(usual); // patch 1 is samples 15 to 34, as 5 zeros come first
  expect(logitsWith(15 + 25, 9)).not.toEqual(usual);
});

test('patches are cut as the convolution that embeds them does', () => {
  const patch = heartbeitPatch(config);
  const model = heartbeitPretraining(config, 7);
  const [kernel, bias] = model.getLayer('patches').getWeights();
  const x = Float32Array.from({ length: 2 * 90 * 2 }, (_, i) => Math.sin(i));
  tf.tidy(() => {
    const embedded = model.getLayer('patches').apply(tf.tensor3d(x, [2, 90, 2])) as tf.Tensor;
    const rows = tf.tensor2d(cutPatches(x, { size: 2, time: 90, leads: 2 }, patch), [10, patch * 2]);
    const product = tf.add(tf.matMul(rows, tf.reshape(kernel, [patch * 2, -1])), bias);
    const difference = tf.max(tf.abs(tf.sub(tf.reshape(embedded, product.shape), product))).dataSync()[0];
    expect(difference).toBeLessThan(1e-5);
  });
});

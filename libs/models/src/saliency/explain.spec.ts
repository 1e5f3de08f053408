import { startEngine } from '@cardio/engine';
import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';

import { explainBatch, integratedGradients, modelFactory } from '../index.js';

const shape = { size: 2, time: 40, leads: 2, classes: 3, features: 4 };
const x = Float32Array.from({ length: 160 }, (_, i) => Math.sin(i));
const features = Float32Array.from({ length: 8 }, (_, i) => i / 8);

beforeAll(() => startEngine('cpu'));

test.each([
  ['without features', 0],
  ['with features', 4],
])('numbers are the tensors of integratedGradients, %s', (_, inputFeatures) => {
  const model = modelFactory.create('cnn_lstm', {
    ...{ inputLength: 40, inputChannels: 2, inputFeatures, numClasses: 3, preset: 'tiny', seed: 1 },
  });
  const before = tf.memory().numTensors;
  const explained = explainBatch(model, { x, features, shape }, [0, 2], { steps: 4 });
  expect(tf.memory().numTensors).toBe(before);
  const inputs = [tf.tensor3d(x, [2, 40, 2]), ...(inputFeatures ? [tf.tensor2d(features, [2, 4])] : [])];
  const expected = integratedGradients(model, inputs as [tf.Tensor3D], [0, 2], { steps: 4 });
  expect(explained).toEqual(expected.dataSync());
  expect(explained.some((value) => value !== 0)).toBe(true);
});

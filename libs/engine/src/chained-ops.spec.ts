import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { startEngine } from './start.js';

/** The methods, which tfjs declares in type files of their own. */
type Chained = tf.Tensor & Record<string, (...args: unknown[]) => Chained>;

beforeAll(async () => {
  await startEngine('cpu');
});

test('tensors have the methods of the documentation', () => {
  const x = tf.tensor2d([1, -2, 3, 4], [2, 2]) as unknown as Chained;
  const values = (y: tf.Tensor): number[] => [...y.dataSync()];
  expect(values(x.add(1).mul(2).flatten())).toEqual([4, -2, 8, 10]);
  expect(values(x.sum(0))).toEqual([4, 2]);
  expect(values(x.transpose().reshape([4]))).toEqual([1, 3, -2, 4]);
  expect(values(x.concat(x, 1))).toEqual([1, -2, 1, -2, 3, 4, 3, 4]);
  expect(x.stack(x).shape).toEqual([2, 2, 2]);
  expect(values(x.where(x.greater(0), tf.zerosLike(x)))).toEqual([1, 0, 3, 4]);
  expect(values(x.slice([1, 0], [1, 1]).asScalar())).toEqual([3]);
  expect(x.toInt().dtype).toBe('int32');
});

test('stock recurrent layers initialise with their defaults', () => {
  const layer = tfl.layers.lstm({ units: 3 });
  layer.apply(tfl.input({ shape: [5, 2] }));
  const recurrent = layer.getWeights()[1]; // [units, 4 units], its rows orthonormal
  const gram = tf.matMul(recurrent, recurrent, false, true).dataSync();
  gram.forEach((value, i) => expect(value).toBeCloseTo(i % 4 === 0 ? 1 : 0, 5));
});

import { beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from './start.js';
import { normal, relativeError } from './testing/engines.js';

beforeAll(() => startEngine('cpu'));

const epsilon = 1e-3;

/** Batch normalisation out of elementary ops, whose gradients are tfjs's own. */
const plainBatchNorm = (
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  offset: tf.Tensor,
  scale: tf.Tensor,
): tf.Tensor => tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon))), scale), offset);

const fusedBatchNorm = (
  x: tf.Tensor,
  mean: tf.Tensor,
  variance: tf.Tensor,
  offset: tf.Tensor,
  scale: tf.Tensor,
): tf.Tensor =>
  tf.batchNorm(x, mean as tf.Tensor1D, variance as tf.Tensor1D, offset as tf.Tensor1D, scale as tf.Tensor1D, epsilon);

test.each([
  ['per channel, rank 2', [6, 4], [4]],
  ['per channel, rank 3', [3, 5, 4], [4]],
  ['per channel, rank 4', [2, 3, 5, 4], [4]],
  ['per element', [2, 3, 5, 4], [2, 3, 5, 4]],
] as const)('batchNorm, %s: every gradient is that of the composed form', (_, shape, parameters) => {
  const make = (size: readonly number[], seed: number): tf.Tensor => normal([...size] as [number], seed);
  const inputs = [
    make(shape, 1),
    make(parameters, 2),
    tf.square(make(parameters, 3)),
    make(parameters, 4),
    make(parameters, 5),
  ];
  const dy = make(shape, 6);
  const expected = tf.grads(plainBatchNorm as (...inputs: tf.Tensor[]) => tf.Tensor)(inputs, dy);
  const actual = tf.grads(fusedBatchNorm as (...inputs: tf.Tensor[]) => tf.Tensor)(inputs, dy);
  expected.forEach((gradient, i) => {
    expect(actual[i].shape).toEqual(gradient.shape);
    expect(relativeError(actual[i].dataSync() as Float32Array, gradient.dataSync() as Float32Array)).toBeLessThan(1e-5);
  });
});

test('the gradient of a sum is dy at every place, of a mean dy / count', () => {
  const dy = tf.tensor([1, 2, 3]);
  const gradient = (f: (x: tf.Tensor) => tf.Tensor): unknown =>
    tf
      .grad(f)(tf.ones([2, 3, 2]), dy)
      .arraySync();
  const place = (factor: number) => Array(2).fill([1, 2, 3].map((value) => [value * factor, value * factor]));
  expect(gradient((x) => tf.sum(x, [0, 2]))).toEqual(place(1));
  expect(gradient((x) => tf.mean(x, [-1, 0]))).toEqual(place(1 / 4));
});

test('second derivatives still work', () => {
  const f = (x: tf.Tensor): tf.Tensor => tf.mean(tf.pow(x, 3));
  const second = tf.grad((x) => tf.sum(tf.grad(f)(x)));
  expect(second(tf.tensor([1, 2])).arraySync()).toEqual([3, 6]); // (x^3 / 2)'' = 3 x
});

test('cumsum: the gradient is the adjoint, over any axis', () => {
  const [x, dy] = [normal([2, 3, 4], 1), normal([2, 3, 4], 2)];
  for (const axis of [0, 1, 2]) {
    const f = (x: tf.Tensor): tf.Tensor => tf.cumsum(x, axis, true);
    const [left, right] = [tf.sum(tf.mul(tf.grad(f)(x, dy), x)), tf.sum(tf.mul(dy, f(x)))].map((t) => t.dataSync()[0]);
    expect(left).toBeCloseTo(right, 4);
  }
});

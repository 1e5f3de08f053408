import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, within, type Case } from '../case.js';
import { normal, uniform } from '../inputs.js';

// prettier-ignore
const batchNorm: Case[] = [
  ...(
    [[6, 3], [2, 5, 3], [2, 4, 5, 3], [0, 3]] as const
  ).map((shape) =>
    both(
      `batchNorm ${show(shape)}`,
      [normal(...shape), normal(3), uniform(0.5, 2, 3), normal(3), normal(3)],
      (x, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D, scale: tf.Tensor1D) =>
        tf.batchNorm(x, mean, variance, offset, scale, 1e-3),
    ),
  ),
  forward('batchNorm without offset and scale',
    [normal(2, 4, 3), normal(3), uniform(0.5, 2, 3)],
    (x, mean: tf.Tensor1D, variance: tf.Tensor1D) => tf.batchNorm(x, mean, variance),
  ),
  forward('batchNorm without scale',
    [normal(2, 4, 3), normal(3), uniform(0.5, 2, 3), normal(3)],
    (x, mean: tf.Tensor1D, variance: tf.Tensor1D, offset: tf.Tensor1D) =>
      tf.batchNorm(x, mean, variance, offset, undefined, 0.01),
  ),
  forward('batchNorm without offset',
    [normal(2, 4, 3), normal(3), uniform(0.5, 2, 3), normal(3)],
    (x, mean: tf.Tensor1D, variance: tf.Tensor1D, scale: tf.Tensor1D) =>
      tf.batchNorm(x, mean, variance, undefined, scale),
  ),
  forward(
    'batchNorm per element',
    [normal(2, 4, 3), normal(2, 4, 3), uniform(0.5, 2, 2, 4, 3), normal(2, 4, 3), normal(2, 4, 3)],
    (x: tf.Tensor3D, mean: tf.Tensor3D, variance: tf.Tensor3D, offset: tf.Tensor3D, scale: tf.Tensor3D) =>
      tf.batchNorm(x, mean, variance, offset, scale),
  ),
];

// prettier-ignore
const local: Case[] = (
  [[5, 1, 1, 0.5], [1, 1, 2, 0.75], [2, 0.5, 0.3, 0.9]] as const
).map(([radius, bias, alpha, beta]) =>
  both(`localResponseNormalization ${show(radius, bias, alpha, beta)}`, [normal(2, 3, 3, 6)], (x: tf.Tensor4D) =>
    tf.localResponseNormalization(x, radius, bias, alpha, beta),
  ),
);

const labels = uniform(0, 1, 4, 3);
// prettier-ignore
const losses: Case[] = [
  both('absoluteDifference', [labels, normal(4, 3)], (y, p) => tf.losses.absoluteDifference(y, p)),
  both('meanSquaredError', [labels, normal(4, 3)], (y, p) => tf.losses.meanSquaredError(y, p)),
  both('meanSquaredError weighted', [labels, normal(4, 3)], (y, p) =>
    tf.losses.meanSquaredError(y, p, tf.tensor2d([0.5, 1, 0, 2], [4, 1])),
  ),
  both('cosineDistance', [labels, normal(4, 3)], (y, p) => tf.losses.cosineDistance(y, p, 1)),
  both('hingeLoss', [labels, normal(4, 3)], (y, p) => tf.losses.hingeLoss(y, p)),
  both('huberLoss', [labels, normal(4, 3)], (y, p) => tf.losses.huberLoss(y, p)),
  both('logLoss', [labels, uniform(0.1, 0.9, 4, 3)], (y, p) => tf.losses.logLoss(y, p)),
  both('sigmoidCrossEntropy', [labels, normal(4, 3)], (y, p) => tf.losses.sigmoidCrossEntropy(y, p)),
  forward('softmaxCrossEntropy', [labels, normal(4, 3)], (y, p) => tf.losses.softmaxCrossEntropy(y, p)),
  both('softmaxCrossEntropy by the logits', [normal(4, 3)], (p) =>
    tf.losses.softmaxCrossEntropy(tf.tensor2d([1, 0, 0, 0, 1, 0, 0, 0, 1, 0.2, 0.3, 0.5], [4, 3]), p),
  ),
];

const recurrent: Case[] = [
  within(
    2e-5,
    both(
      'basicLSTMCell',
      [normal(3 + 4, 16), normal(16), normal(2, 3), normal(2, 4), normal(2, 4)],
      (k: tf.Tensor2D, b: tf.Tensor1D, x: tf.Tensor2D, c: tf.Tensor2D, h: tf.Tensor2D) =>
        tf.basicLSTMCell(tf.scalar(1), k, b, x, c, h),
    ),
  ),
];

export const normalisation: Case[] = [...batchNorm, ...local, ...losses, ...recurrent];

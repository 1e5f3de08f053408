import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { given, normal, ties } from '../inputs.js';

type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;
type Size2 = number | [number, number];
type Size3 = number | [number, number, number];

// prettier-ignore
const explicit = (top: number, bottom: number, left: number, right: number): Pad => [[0, 0], [top, bottom], [left, right], [0, 0]];

// prettier-ignore
const windows: [shape: number[], size: Size2, strides: Size2, pad: Pad][] = [
  [[2, 7, 6, 3], 2, 2, 'valid'],
  [[2, 7, 6, 3], 2, 2, 'same'],
  [[2, 7, 6, 3], 3, 1, 'same'],
  [[2, 7, 6, 3], 3, 2, 'same'],
  [[2, 7, 6, 3], [2, 3], [1, 2], 'same'],
  [[2, 7, 6, 3], [3, 2], [2, 1], 'valid'],
  [[2, 7, 6, 3], 3, 2, 1],
  [[2, 7, 6, 3], [3, 2], [1, 2], explicit(2, 1, 0, 1)],
  [[2, 7, 6, 3], 1, 1, 'same'],
  [[2, 7, 6, 3], 2, 3, 'same'],
  [[2, 1, 20, 5], [1, 3], [1, 2], 'same'],
  [[2, 1, 21, 5], [1, 4], [1, 4], 'valid'],
  [[2, 1, 21, 5], [1, 4], [1, 3], 'same'],
  [[7, 6, 3], 2, 2, 'same'],
  [[1, 2, 2, 1], 5, 1, 'same'],
  [[0, 4, 4, 2], 2, 2, 'same'],
];

/** Where there is padding, the gradient of tfjs-cpu does not divide by what the forward pass divided by; see `linear-ops.ts`. */
const averageRow = (pad: Pad): typeof both => (pad === 'valid' ? both : forward);

/** Of windows that are no cube, tfjs-cpu takes the gradient wrongly. */
const maxRow = (size: Size3): typeof both => (typeof size === 'number' ? both : forward);

const two: Case[] = windows.flatMap(([shape, size, strides, pad]) => [
  both(`maxPool ${show(shape, size, strides, pad)}`, [normal(...shape)], (x: tf.Tensor4D) =>
    tf.maxPool(x, size, strides, pad),
  ),
  averageRow(pad)(`avgPool ${show(shape, size, strides, pad)}`, [normal(...shape)], (x: tf.Tensor4D) =>
    tf.avgPool(x, size, strides, pad),
  ),
]);

// prettier-ignore
const volumes: [shape: number[], size: Size3, strides: Size3, pad: 'same' | 'valid' | number][] = [
  [[2, 4, 5, 4, 2], 2, 2, 'valid'],
  [[2, 4, 5, 4, 2], 2, 2, 'same'],
  [[2, 4, 5, 4, 2], 3, 1, 'same'],
  [[1, 4, 5, 6, 2], [1, 2, 3], [2, 1, 2], 'same'],
  [[1, 4, 5, 6, 2], 3, 2, 1],
  [[4, 5, 4, 2], 2, 1, 'valid'],
];

const three: Case[] = volumes.flatMap(([shape, size, strides, pad]) => [
  maxRow(size)(`maxPool3d ${show(shape, size, strides, pad)}`, [normal(...shape)], (x: tf.Tensor5D) =>
    tf.maxPool3d(x, size, strides, pad),
  ),
  averageRow(pad)(`avgPool3d ${show(shape, size, strides, pad)}`, [normal(...shape)], (x: tf.Tensor5D) =>
    tf.avgPool3d(x, size, strides, pad),
  ),
]);

// prettier-ignore
const others: Case[] = [
  ...(['floor', 'round', 'ceil'] as const).flatMap((rounding) => [
    (rounding === 'floor' ? both : forward)(`maxPool rounding by ${rounding}`, [normal(2, 6, 8, 3)], (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 0, rounding)),
    averageRow(rounding === 'floor' ? 'valid' : 0)(`avgPool rounding by ${rounding}`, [normal(2, 6, 8, 3)], (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, 0, rounding)),
  ]),
  both('maxPool gives the gradient to the first of ties', [ties(2, 8, 8, 2)], (x: tf.Tensor4D) =>
    tf.maxPool(x, 3, 2, 'same'),
  ),
  both('maxPool of equal values', [given(new Array(24).fill(1), [1, 1, 12, 2])], (x: tf.Tensor4D) =>
    tf.maxPool(x, [1, 3], [1, 2], 'same'),
  ),
  both('maxPool skips NaN', [given([1, 2, 3, 4, 5, 6, 7, NaN, 9], [1, 3, 3, 1])], (x: tf.Tensor4D) =>
    tf.maxPool(x, 2, 1, 0),
  ),
  both('maxPool of negative values is not the padding', [given([-5, -4, -3, -2], [1, 2, 2, 1])], (x: tf.Tensor4D) =>
    tf.maxPool(x, 3, 1, 'same'),
  ),
  forward('avgPool3d of padding alone', [given([1], [1, 1, 1, 1])], (x: tf.Tensor4D) => tf.avgPool3d(x, 2, 1, 2)),
  forward('maxPool3d of a window larger than the input', [normal(1, 1, 2, 3)], (x: tf.Tensor4D) =>
    tf.maxPool3d(x, [1, 1, 3], 1, 'same'),
  ),
  forward(
    'maxPool of infinities',
    [given([-Infinity, -Infinity, -Infinity, 1, 2, Infinity, 0, 3, 4], [1, 3, 3, 1])],
    (x: tf.Tensor4D) => tf.maxPool(x, 2, 1, 'valid'),
  ),
  both('maxPool of a transposed tensor', [normal(3, 6, 7, 2)], (x: tf.Tensor4D) =>
    tf.maxPool(tf.transpose(x, [3, 2, 1, 0]) as tf.Tensor4D, 2, 2, 'valid'),
  ),
  ...(['max', 'avg'] as const).flatMap((type) => [
    forward(`pool ${type} dilated`, [normal(2, 9, 8, 3)], (x: tf.Tensor4D) =>
      tf.pool(x, [2, 3], type, 'valid', [2, 2]),
    ),
    forward(`pool ${type} dilated, same`, [normal(2, 9, 8, 3)], (x: tf.Tensor4D) =>
      tf.pool(x, [2, 3], type, 'same', [2, 2]),
    ),
    (type === 'max' ? both : forward)(`pool ${type} plain`, [normal(2, 9, 8, 3)], (x: tf.Tensor4D) =>
      tf.pool(x, [2, 3], type, 'same', [1, 1], [2, 2]),
    ),
  ]),
  ...[false, true].map((batch) =>
    forward(`maxPoolWithArgmax ${batch}`, [normal(2, 6, 6, 2)], (x: tf.Tensor4D) =>
      Object.values(tf.maxPoolWithArgmax(x, 2, 2, 'same', batch)),
    ),
  ),
];

export const pooling: Case[] = [...two, ...three, ...others];

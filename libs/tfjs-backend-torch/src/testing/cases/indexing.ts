import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { bools, given, ints, normal, ties } from '../inputs.js';

// prettier-ignore
const gathers: [shape: number[], indices: number[], axis: number, batchDims: number][] = [
  [[5], [3], 0, 0],
  [[5, 3], [4], 0, 0],
  [[5, 3], [4], 1, 0],
  [[5, 3], [2, 4], 0, 0],
  [[5, 3], [2, 4], 1, 0],
  [[5, 3], [2], -1, 0],
  [[2, 3, 4], [5], 1, 0],
  [[2, 3, 4], [2, 2], 2, 0],
  [[5, 3], [], 0, 0],
  [[5, 3], [0], 0, 0],
];
// prettier-ignore
const gather: Case[] = [
  ...gathers.map(([shape, indices, axis, batchDims]) =>
    both(
      `gather ${show(shape, indices, axis, batchDims)}`,
      [normal(...shape), ints(0, shape.at(axis) as number, ...indices)],
      (x, i) => tf.gather(x, i, axis, batchDims),
    ),
  ),
  ...(
    [
      [[2, 5, 3], [2, 4], 1, 1],
      [[2, 5, 3], [2, 4], 2, 1],
      [[2, 3, 5], [2, 3, 2], 2, 2],
      [[2, 5], [2, 4], 1, -1],
    ] as const
  ).map(([shape, indices, axis, batchDims]) =>
    forward(
      `gather ${show(shape, indices, axis, batchDims)}`,
      [normal(...shape), ints(0, shape[axis] as number, ...indices)],
      (x, i) => tf.gather(x, i, axis, batchDims),
    ),
  ),
  forward('gather int32', [ints(-9, 9, 5, 3), ints(0, 5, 4)], (x, i) => tf.gather(x, i)),
  forward('gather bool', [bools(5, 3), ints(0, 5, 4)], (x, i) => tf.gather(x, i)),
  ...(
    [[[5], [3, 1]], [[4, 3], [5, 1]], [[4, 3], [5, 2]], [[4, 3, 2], [2, 5, 2]]] as const
  ).map(([shape, indices]) =>
    forward(
      `gatherND ${show(shape, indices)}`,
      [normal(...shape), ints(0, Math.min(...shape), ...indices)],
      tf.gatherND,
    ),
  ),
];

// prettier-ignore
const scatter: Case[] = [
  forward('scatterND of rows, repeated ones add up', [given([2, 0, 2], [3, 1], 'int32'), normal(3, 4)], (i, x) =>
    tf.scatterND(i, x, [5, 4]),
  ),
  forward('scatterND of elements', [given([0, 1, 2, 3, 0, 1], [3, 2], 'int32'), normal(3)], (i, x) =>
    tf.scatterND(i, x, [3, 4]),
  ),
  forward('scatterND int32', [given([1, 3], [2, 1], 'int32'), ints(-9, 9, 2)], (i, x) => tf.scatterND(i, x, [5])),
  forward('tensorScatterUpdate', [normal(5, 2), given([3, 1], [2, 1], 'int32'), normal(2, 2)], tf.tensorScatterUpdate),
  forward('sparseToDense', [given([1, 4], [2], 'int32'), normal(2)], (i, x) => tf.sparseToDense(i, x, [6], 0.5)),
  both('unsortedSegmentSum', [normal(6, 3), given([2, 0, 2, 1, 0, 0], [6], 'int32')], (x, i: tf.Tensor1D) =>
    tf.unsortedSegmentSum(x, i, 4),
  ),
  both('unsortedSegmentSum of a vector', [normal(6), given([2, 0, 2, 1, 0, 0], [6], 'int32')], (x, i: tf.Tensor1D) =>
    tf.unsortedSegmentSum(x, i, 3),
  ),
];

// prettier-ignore
const oneHot: Case[] = [
  ...(
    [[[4], 3], [[2, 3], 5], [[], 2], [[0], 3]] as const
  ).map(([shape, depth]) =>
    forward(`oneHot ${show(shape, depth)}`, [ints(0, depth, ...shape)], (i) => tf.oneHot(i, depth)),
  ),
  forward('oneHot with other values', [ints(0, 3, 4)], (i) => tf.oneHot(i, 3, 5, -1)),
  forward('oneHot of integers out of range', [given([-1, 0, 3, 2], [4], 'int32')], (i) => tf.oneHot(i, 3)),
  ...(['int32', 'bool', 'float32'] as const).map((dtype) =>
    forward(`oneHot ${dtype}`, [ints(0, 3, 4)], (i) => tf.oneHot(i, 3, 1, 0, dtype)),
  ),
];

// prettier-ignore
const select: Case[] = [
  ...(
    [
      [[3, 4], [3, 4], [3, 4]],
      [[3, 4], [], []],
      [[4], [3, 4], [3, 4]],
      [[3, 1], [3, 4], [4]],
      [[], [3], [3]],
      [[0], [0], [0]],
      [[3, 4], [3, 4], []],
    ] as const
  ).map(([c, a, b]) => both(`where ${show(c, a, b)}`, [bools(...c), normal(...a), normal(...b)], tf.where)),
  forward('where int32', [bools(3, 4), ints(-9, 9, 3, 4), ints(-9, 9, 3, 4)], tf.where),
  forward('where bool', [bools(5), bools(5), bools(5)], tf.where),
  forward(
    'where takes nothing of the NaN it leaves',
    [given([1, 0, 1], [3], 'bool'), given([1, NaN, 3]), given([NaN, 2, NaN])],
    tf.where,
  ),
];

// prettier-ignore
const search: Case[] = [
  forward('unique', [ints(0, 4, 12)], (x) => Object.values(tf.unique(x))),
  forward('unique of rows', [ties(6, 1)], (x) => Object.values(tf.unique(x, 0))),
  forward('searchSorted', [given([0, 1, 3, 5, 9], [1, 5]), given([0.5, 3, 9, 10], [1, 4])], (s, v) => [
    tf.searchSorted(s, v, 'left'),
    tf.searchSorted(s, v, 'right'),
  ]),
  forward('lowerBound and upperBound', [given([0, 3, 3, 9], [1, 4]), given([3, 4, 9], [1, 3])], (s, v) => [
    tf.lowerBound(s, v),
    tf.upperBound(s, v),
  ]),
];

export const indexing: Case[] = [...gather, ...scatter, ...oneHot, ...select, ...search];

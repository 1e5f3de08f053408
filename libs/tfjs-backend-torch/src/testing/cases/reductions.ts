import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { bools, given, ints, normal, ties, uniform, type Input } from '../inputs.js';

type Reduce = (x: tf.Tensor, axis?: number | number[], keepDims?: boolean) => tf.Tensor;

const float: Record<string, Reduce> = {
  sum: tf.sum,
  mean: tf.mean,
  max: tf.max,
  min: tf.min,
  prod: tf.prod,
  logSumExp: tf.logSumExp,
  euclideanNorm: (x, axis, keepDims) => tf.norm(x, 'euclidean', axis, keepDims),
};
const truth: Record<string, Reduce> = { all: tf.all, any: tf.any };

// prettier-ignore
const axes: [shape: number[], axis: number | number[] | undefined][] = [
  [[], undefined],
  [[5], 0],
  [[5], -1],
  [[3, 4], undefined],
  [[3, 4], 0],
  [[3, 4], 1],
  [[3, 4], [0, 1]],
  [[2, 3, 4], 1],
  [[2, 3, 4], -2],
  [[2, 3, 4], [0, 2]],
  [[2, 3, 4], [-1, 0]],
  [[2, 3, 4, 5], [1, 2]],
  [[2, 3, 2, 2, 3], [0, 2, 4]],
  [[2, 1, 3, 2, 1, 2], [1, 3]],
  [[1, 1], 0],
];

const over = (functions: Record<string, Reduce>, make: (...shape: number[]) => Input, isFloat: boolean): Case[] =>
  axes.flatMap(([shape, axis]) =>
    Object.entries(functions)
      .filter(([name]) => name !== 'euclideanNorm' || [axis].flat().length < 3) // of vectors and matrices only
      .flatMap(([name, f]) =>
        [false, true].map((keep) => {
          const hasGradient = isFloat && !(name === 'prod' && [axis].flat().some((a) => Number(a) < 0)); // a fault of tfjs
          const row = hasGradient ? both : forward;
          return row(`${name} ${show(shape, axis, keep)}`, [make(...shape)], (x) => f(x, axis, keep));
        }),
      ),
  );

const { sum, mean, max, min, prod } = float;
// prettier-ignore
const dtypes: Case[] = [
  ...Object.entries({ sum, mean, max, min, prod }).flatMap(([name, f]) => [
    forward(`${name} int32`, [ints(-4, 5, 3, 4)], (x) => f(x, 1)),
    forward(`${name} int32 of all`, [ints(-4, 5, 3, 4)], (x) => f(x)),
  ]),
  ...Object.entries({ sum, mean, prod }).map(([name, f]) => forward(`${name} bool`, [bools(3, 4)], (x) => f(x, 0))),
  ...Object.entries({ sum, prod }).map(([name, f]) => forward(`${name} of nothing`, [normal(0, 3)], (x) => f(x, 0))),
  ...Object.entries({ sum, mean, max }).map(([name, f]) => both(`${name} to nothing`, [normal(0, 3)], (x) => f(x, 1))),
  ...Object.entries({ max, min }).map(([name, f]) => forward(`${name} bool`, [bools(3, 4)], (x) => f(x, 0))),
  forward('cumsum of integers and truth values', [ints(-4, 5, 3, 4), bools(3, 4)], (x, y) => [tf.cumsum(x, 1), tf.cumsum(y, 0)]),
  forward('cumprod of integers', [ints(-4, 5, 3, 4)], (x) => tf.cumprod(x, 1)),
  forward('logSumExp of integers', [ints(-4, 5, 3, 4)], (x) => tf.logSumExp(x, 1)),
  forward('topk bool', [bools(3, 4)], (x) => Object.values(tf.topk(x, 2))),
  forward('any of nothing', [bools(0, 3)], (x) => tf.any(x, 0)),
  both('max and min with ties', [ties(5, 6)], (x) => [tf.max(x, 1), tf.min(x, 0)]),
  forward(
    'max, min, sum and mean of NaN and infinity',
    [given([1, NaN, 3, -Infinity, 2, 5, Infinity, 1, 0], [3, 3])],
    (x) => [tf.max(x, 1), tf.min(x, 1), tf.sum(x, 1), tf.mean(x, 1)],
  ),
  both('sum of many', [uniform(0, 1, 3, 300)], (x) => tf.sum(x, 1)),
  both('sum of a transposed tensor', [normal(3, 4, 5)], (x) => tf.sum(tf.transpose(x, [2, 0, 1]), [0])),
  ...[1, 2, Infinity, -Infinity, 'fro'].map((order) =>
    forward(`norm ${order}`, [normal(3, 4)], (x) => tf.norm(x, order as number, order === 'fro' ? [0, 1] : 1)),
  ),
  both('moments', [normal(3, 4, 5)], (x) => Object.values(tf.moments(x, [0, 2], true))),
];

// prettier-ignore
const arg: Case[] = (['argMax', 'argMin'] as const).flatMap((name) => [
  ...(
    [
      [[5], 0],
      [[3, 4], 0],
      [[3, 4], 1],
      [[3, 4], -1],
      [[2, 3, 4], 1],
      [[2, 3, 4, 2], 2],
      [[2, 1, 3, 2, 2], -3],
    ] as const
  ).map(([shape, axis]) => forward(`${name} ${show(shape, axis)}`, [normal(...shape)], (x) => tf[name](x, axis))),
  forward(`${name} takes the first of ties`, [ties(6, 20)], (x) => [tf[name](x, 0), tf[name](x, 1)]),
  forward(`${name} int32`, [ints(-3, 4, 3, 9)], (x) => tf[name](x, 1)),
  forward(`${name} bool`, [bools(3, 9)], (x) => tf[name](x, 1)),
  forward(`${name} ignores NaN`, [given([1, NaN, 3, 2, 5, NaN, 4, NaN, 0], [3, 3])], (x) => tf[name](x, 1)),
  forward(`${name} of infinities`, [given([1, -Infinity, Infinity, 2, -Infinity, 0], [2, 3])], (x) => tf[name](x, 1)),
  both(`${name} has a gradient of zeros`, [normal(3, 4)], (x) =>
    tf.mul(tf.cast(tf[name](x, 1), 'float32'), tf.sum(x, 1)),
  ),
]);

const flags = [false, true];
/** tfjs transposes the gradient of cumsum wrongly unless the axis is the last or the tensor square. */
// prettier-ignore
const cumulativeAxes: [shape: number[], axis: number, row: typeof both][] = [
  [[5], 0, both],
  [[3, 4], 1, both],
  [[3, 3], 0, both],
  [[3, 4], 0, forward],
  [[2, 3, 4], 1, forward],
  [[2, 0], 1, both],
];
const cumulative: Case[] = cumulativeAxes.flatMap(([shape, axis, row]) =>
  flags.flatMap((exclusive) =>
    flags.flatMap((reverse) => [
      row(`cumsum ${show(shape, axis, exclusive, reverse)}`, [normal(...shape)], (x) =>
        tf.cumsum(x, axis, exclusive, reverse),
      ),
      forward(`cumprod ${show(shape, axis, exclusive, reverse)}`, [normal(...shape)], (x) =>
        tf.cumprod(x, axis, exclusive, reverse),
      ),
    ]),
  ),
);

// prettier-ignore
const softmax: Case[] = [
  ...[[5], [3, 4], [2, 3, 4], [2, 1, 3, 4], [0, 4], [3, 1]].flatMap((shape) => [
    both(`softmax ${show(shape)}`, [normal(...shape)], (x) => tf.softmax(x)),
    both(`logSoftmax ${show(shape)}`, [normal(...shape)], (x) => tf.logSoftmax(x)),
  ]),
  both('softmax of the last axis by number', [normal(3, 4)], (x) => tf.softmax(x, 1)),
  both('softmax of large values', [uniform(-900, 900, 3, 4)], (x) => tf.softmax(x)),
  both('logSoftmax of large values', [uniform(-900, 900, 3, 4)], (x) => tf.logSoftmax(x)),
  forward('softmax of minus infinity', [given([0, -Infinity, 1, -Infinity, -Infinity, 3], [2, 3])], (x) =>
    tf.softmax(x),
  ),
  ];

// prettier-ignore
const sorting: Case[] = [
  ...[[[7], 3], [[3, 7], 1], [[3, 7], 7], [[2, 3, 5], 2]].map(([shape, k]) =>
    forward(`topk ${show(shape, k)}`, [normal(...(shape as number[]))], (x) => Object.values(tf.topk(x, k as number))),
  ),
  forward('topk takes the first of ties', [ties(3, 20)], (x) => Object.values(tf.topk(x, 6))),
  forward('topk int32', [ints(-50, 50, 2, 9)], (x) => Object.values(tf.topk(x, 4))),
  forward('topk of none', [normal(3, 4)], (x) => Object.values(tf.topk(x, 0))),
  forward('bincount', [ints(0, 5, 12), normal(12)], (x: tf.Tensor1D, w: tf.Tensor1D) => tf.bincount(x, w, 6)),
  forward('bincount without weights', [ints(0, 5, 12)], (x: tf.Tensor1D) => tf.bincount(x, tf.tensor1d([]), 6)),
  forward('denseBincount', [ints(0, 5, 3, 7), normal(3, 7)], (x: tf.Tensor2D, w: tf.Tensor2D) =>
    tf.denseBincount(x, w, 6),
  ),
  forward('denseBincount binary', [ints(0, 5, 3, 7)], (x: tf.Tensor2D) =>
    tf.denseBincount(x, tf.tensor2d([], [0, 0]), 6, true),
  ),
];

export const reductions: Case[] = [
  ...over(float, normal, true),
  ...over(truth, bools, false),
  ...dtypes,
  ...arg,
  ...cumulative,
  ...softmax,
  ...sorting,
];

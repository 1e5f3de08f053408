import * as tf from '@tensorflow/tfjs-core';
import { both, forward, numeric, ranks, show, type Case } from '../case.js';
import { bools, ints, normal } from '../inputs.js';

// prettier-ignore
const reshapes: Case[] = [
  ...(
    [[[3, 4], [12]], [[12], [3, -1]], [[], [1, 1]], [[1], []], [[0, 3], [3, 0]], [[2, 3, 4], [4, 6]]] as const
  ).flatMap(([from, to]) => numeric(`reshape ${show(from, to)}`, [[...from]], (x) => tf.reshape(x, [...to]))),
  both('reshape of a transposed tensor', [normal(3, 4)], (x) => tf.reshape(tf.transpose(x), [2, 6])),
  ...[0, 1, 2, -1, -2].flatMap((axis) => numeric(`expandDims ${axis}`, [[3, 4]], (x) => tf.expandDims(x, axis))),
  both('squeeze', [normal(1, 3, 1, 4)], (x) => [tf.squeeze(x), tf.squeeze(x, [0]), tf.squeeze(x, [2])]),
  forward('reshape bool', [bools(3, 4)], (x) => tf.reshape(x, [4, 3])),
];

// prettier-ignore
const permutations: [shape: number[], perm?: number[]][] = [
  [[3, 4]],
  [[3, 4], [1, 0]],
  [[3, 4], [0, 1]],
  [[2, 3, 4], [2, 0, 1]],
  [[2, 3, 4], [0, 2, 1]],
  [[2, 3, 4]],
  [[2, 3, 4, 5], [0, 3, 1, 2]],
  [[2, 3, 2, 2, 3], [4, 0, 3, 1, 2]],
  [[2, 1, 3, 2, 2, 2], [5, 3, 1, 0, 2, 4]],
  [[0, 3], [1, 0]],
  [[5]],
];
const transposes = permutations.flatMap(([shape, perm]) =>
  numeric(`transpose ${show(shape, perm)}`, [shape], (x) => tf.transpose(x, perm)),
);

// prettier-ignore
const slices: Case[] = [
  ...(
    [
      [[7], [2], [3]],
      [[7], [0], [-1]],
      [[5, 6], [1, 2], [3, 2]],
      [[5, 6], [1, 0], [-1, -1]],
      [[5, 6], [2], [2]],
      [[4, 5, 6], [1, 2, 3], [2, 1, 2]],
      [[3, 4, 2, 3], [0, 1, 0, 1], [3, 2, 2, 1]],
      [[2, 3, 2, 2, 3], [1, 0, 1, 0, 1], [1, 2, 1, 2, 2]],
      [[2, 1, 3, 2, 2, 2], [0, 0, 1, 0, 1, 0], [2, 1, 2, 2, 1, 2]],
      [[5, 6], [1, 2], [0, 2]],
    ] as const
  ).flatMap(([shape, begin, size]) =>
    numeric(`slice ${show(shape, begin, size)}`, [[...shape]], (x) => tf.slice(x, [...begin], [...size])),
  ),
  forward('slice bool', [bools(4, 5)], (x) => tf.slice(x, [1, 1], [2, 3])),
];

/** begin, end, strides and the masks of tf.stridedSlice: begin, end, ellipsis, new axis, shrink axis. */
// prettier-ignore
const strided: [shape: number[], begin: number[], end: number[], strides?: number[], ...masks: number[]][] = [
  [[9], [1], [8], [2]],
  [[9], [8], [1], [-3]],
  [[9], [-2], [-9], [-2]],
  [[9], [0], [0], [2], 1, 1],
  [[9], [0], [0], [-1], 1, 1],
  [[5, 6], [1, 0], [4, 5], [1, 2]],
  [[5, 6], [1, 5], [5, 0], [2, -2]],
  [[5, 6], [3, 1], [4, 4], [1, 1], 0, 0, 0, 0, 1],
  [[5, 6], [0, 1], [0, 4], [1, 1], 1, 1],
  [[5, 6], [1, 1], [3, 4], [1, 1], 0, 0, 0, 1],
  [[4, 5, 6], [0, 1], [0, 4], [1, 2], 0, 0, 1],
  [[4, 5, 6], [1, 1, 1], [3, 4, 5]],
  [[4, 5, 6], [3, 2], [4, 3], [1, 1], 0, 0, 0, 0, 3],
  [[5, 6], [2, 0], [2, 6], [1, 1]],
];
const stridedSlices = strided.map(([shape, begin, end, strides, ...masks]) =>
  forward(`stridedSlice ${show(shape, begin, end, strides, masks)}`, [normal(...shape)], (x) =>
    tf.stridedSlice(x, begin, end, strides, ...masks),
  ),
);

// prettier-ignore
const joins: Case[] = [
  ...(
    [
      [0, [3], [2], [4]],
      [0, [3, 4], [1, 4]],
      [1, [3, 4], [3, 2], [3, 1]],
      [-1, [2, 3, 4], [2, 3, 1]],
      [1, [2, 3, 4], [2, 1, 4]],
      [2, [2, 3, 4, 2], [2, 3, 1, 2]],
      [3, [2, 1, 2, 3, 2], [2, 1, 2, 1, 2]],
      [0, [0, 4], [2, 4]],
      [0, [3, 4]],
    ] as [number, ...number[][]][]
  ).flatMap(([axis, ...shapes]) => numeric(`concat ${show(axis, shapes)}`, shapes, (...x) => tf.concat(x, axis))),
  forward('concat bool', [bools(2, 3), bools(1, 3)], (...x) => tf.concat(x, 0)),
  ...[0, 1, 2, -1].flatMap((axis) =>
    numeric(
      `stack ${axis}`,
      [[3, 4], [3, 4], [3, 4]],
      (...x) => tf.stack(x, axis),
    ),
  ),
  both('stack of scalars', [normal(), normal()], (...x) => tf.stack(x)),
  both('stack of one', [normal(3)], (x) => tf.stack([x])),
  ...[0, 1, -1].flatMap((axis) => numeric(`unstack ${axis}`, [[3, 2, 4]], (x) => tf.unstack(x, axis))),
  ...(
    [[2, 0], [[1, 3], 0], [3, 1], [[1, -1], 1], [[2, 0, 4], -1]] as const
  ).flatMap(([parts, axis]) =>
    numeric(`split ${show(parts, axis)}`, [[4, 6]], (x) => tf.split(x, parts as number | number[], axis)),
  ),
];

// prettier-ignore
const repeats: Case[] = [
  ...(
    [
      [[3], [2]],
      [[3, 2], [1, 3]],
      [[3, 2], [2, 2]],
      [[2, 1, 3], [1, 4, 2]],
      [[2, 2, 1, 2], [1, 2, 3, 1]],
      [[3, 2], [0, 1]],
    ] as const
  ).flatMap(([shape, reps]) => numeric(`tile ${show(shape, reps)}`, [[...shape]], (x) => tf.tile(x, [...reps]))),
  forward('split into one', [normal(4, 6)], (x) => tf.split(x, 1)),
  forward('tile of a scalar', [normal()], (x) => tf.tile(x, [])),
  forward('tile bool', [bools(2, 3)], (x) => tf.tile(x, [2, 2])),
  ...(
    [[[], [3, 2]], [[3], [2, 3]], [[3, 1], [3, 4]], [[1, 3, 1], [2, 3, 4]], [[2, 3], [2, 3]]] as const
  ).flatMap(([from, to]) => numeric(`broadcastTo ${show(from, to)}`, [[...from]], (x) => tf.broadcastTo(x, [...to]))),
  ...(
    [
      [[5], 0],
      [[3, 4], 0],
      [[3, 4], 1],
      [[3, 4], [0, 1]],
      [[2, 3, 4], -1],
      [[2, 3, 4, 2], [1, 3]],
      [[3, 4], []],
    ] as [number[], number | number[]][]
  ).flatMap(([shape, axis]) => numeric(`reverse ${show(shape, axis)}`, [shape], (x) => tf.reverse(x, axis))),
  both('reverse of a scalar', [normal()], (x) => tf.reverse(x)),
];

// prettier-ignore
const pads: Case[] = [
  ...(
    [
      [[4], [[1, 2]], 0],
      [[3, 4], [[1, 0], [0, 2]], 0],
      [[3, 4], [[0, 0], [0, 0]], 7],
      [[3, 4], [[1, 1], [2, 3]], -1.5],
      [[2, 3, 4], [[0, 1], [0, 0], [2, 0]], 3],
      [[2, 3, 2, 2], [[0, 0], [1, 2], [3, 0], [0, 0]], 0],
      [[0, 3], [[1, 1], [0, 0]], 2],
    ] as [number[], [number, number][], number][]
  ).flatMap(([shape, paddings, value]) =>
    numeric(`pad ${show(shape, paddings, value)}`, [shape], (x) =>
      tf.pad(x, paddings, Math.trunc(value) === value || x.dtype === 'float32' ? value : -1),
    ),
  ),
  ...(['reflect', 'symmetric'] as const).flatMap((mode) =>
    (
      [[[5], [[2, 3]]], [[4, 5], [[1, 0], [2, 3]]], [[3, 4, 2], [[1, 2], [0, 0], [1, 1]]]] as [number[], [number, number][]][]
    ).flatMap(([shape, paddings]) => [
      forward(`mirrorPad ${show(mode, shape, paddings)}`, [normal(...shape)], (x) => tf.mirrorPad(x, paddings, mode)),
      forward(`mirrorPad int32 ${show(mode, shape, paddings)}`, [ints(-9, 9, ...shape)], (x) =>
        tf.mirrorPad(x, paddings, mode),
      ),
    ]),
  ),
];

// prettier-ignore
const blocks: Case[] = [
  both('spaceToBatchND', [normal(2, 4, 6, 3)], (x) =>
    tf.spaceToBatchND(
      x,
      [2, 2],
      [[0, 0], [1, 1]],
    ),
  ),
  both('batchToSpaceND', [normal(8, 2, 3, 3)], (x) =>
    tf.batchToSpaceND(
      x,
      [2, 2],
      [[0, 0], [1, 1]],
    ),
  ),
  forward('depthToSpace', [normal(2, 3, 2, 8)], (x: tf.Tensor4D) => tf.depthToSpace(x, 2)),
  forward('meshgrid', [normal(3), normal(4)], (a, b) => tf.meshgrid(a, b)),
];

const copies: Case[] = ranks.map((shape) =>
  forward(`a round trip of ${show(shape)}`, [normal(...shape), ints(-9, 9, ...shape), bools(...shape)], (...x) =>
    x.map((t) => tf.clone(t)),
  ),
);

export const layout: Case[] = [
  ...reshapes,
  ...transposes,
  ...slices,
  ...stridedSlices,
  ...joins,
  ...repeats,
  ...pads,
  ...blocks,
  ...copies,
];

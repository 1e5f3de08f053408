import * as tf from '@tensorflow/tfjs-core';
import { normal, type Input } from './inputs.js';

/** A function whose gradient is known: linear in its input, so that it is the adjoint, or at least homogeneous (Euler's theorem). */
interface LinearOp {
  readonly name: string;
  readonly input: Input;
  run(x: tf.Tensor): tf.Tensor;
  /** f(2x) = 2 f(x), no more: the identity of the adjoint holds at the input itself only. */
  readonly isHomogeneous?: true;
}

const op = (name: string, shape: number[], run: LinearOp['run']): LinearOp => ({ name, input: normal(...shape), run });

const grids: [alignCorners: boolean, halfPixelCenters: boolean][] = [
  [false, false],
  [true, false],
  [false, true],
];

/** Ops whose gradients are wrong in tfjs-cpu, which therefore can't be the reference. */
// prettier-ignore
export const linearOps: LinearOp[] = [
  ...(['same', 1] as const).flatMap((pad) => [
    op(`avgPool ${pad}`, [2, 7, 6, 3], (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, pad)),
    op(`avgPool3d ${pad}`, [2, 4, 5, 4, 2], (x: tf.Tensor5D) => tf.avgPool3d(x, 3, 2, pad)),
  ]),
  op('avgPool with other padding on every side', [2, 7, 6, 3], (x: tf.Tensor4D) =>
    tf.avgPool(x, [3, 2], [1, 2], [
      [0, 0],
      [2, 1],
      [0, 1],
      [0, 0],
    ]),
  ),
  op('avgPool3d with other windows', [1, 4, 5, 6, 2], (x: tf.Tensor5D) => tf.avgPool3d(x, [1, 2, 3], [2, 1, 2], 'same')),
  ...(['round', 'ceil'] as const).map((rounding) =>
    op(`avgPool rounding by ${rounding}`, [2, 6, 8, 3], (x: tf.Tensor4D) => tf.avgPool(x, 3, 2, 0, rounding)),
  ),
  ...(['round', 'ceil'] as const).map((rounding) =>
    op(`conv2d rounding by ${rounding}`, [2, 6, 8, 3], (x: tf.Tensor4D) =>
      tf.conv2d(x, filled([3, 3, 3, 4]) as tf.Tensor4D, 2, 0, 'NHWC', 1, rounding),
    ),
  ),
  {
    ...op('maxPool3d with other windows', [1, 4, 5, 6, 2], (x: tf.Tensor5D) =>
      tf.maxPool3d(x, [1, 2, 3], [2, 1, 2], 'same'),
    ),
    isHomogeneous: true,
  },
  ...(['round', 'ceil'] as const).map((rounding): LinearOp => ({
    ...op(`maxPool rounding by ${rounding}`, [2, 6, 8, 3], (x: tf.Tensor4D) => tf.maxPool(x, 3, 2, 0, rounding)),
    isHomogeneous: true,
  })),
  ...grids.flatMap(([corners, centers]) =>
    (['resizeBilinear', 'resizeNearestNeighbor'] as const).flatMap((name) => [
      op(`${name} up ${corners} ${centers}`, [2, 3, 4, 3], (x: tf.Tensor4D) => tf.image[name](x, [7, 6], corners, centers)),
      op(`${name} down ${corners} ${centers}`, [2, 6, 8, 3], (x: tf.Tensor4D) =>
        tf.image[name](x, [4, 3], corners, centers),
      ),
    ]),
  ),
];

/** Pairs of expressions that are the same by definition, where tfjs-cpu fails for one of them. */
export const identities: { name: string; left: () => tf.Tensor; right: () => tf.Tensor }[] = [
  {
    name: 'matMul pairs batches that broadcast both ways',
    left: () => tf.matMul(filled([2, 1, 2, 3]), filled([1, 3, 3, 2])),
    right: () => tf.matMul(tf.tile(filled([2, 1, 2, 3]), [1, 3, 1, 1]), tf.tile(filled([1, 3, 3, 2]), [2, 1, 1, 1])),
  },
  {
    name: 'matMul pairs batches of different rank that broadcast both ways',
    left: () => tf.matMul(filled([3, 2, 3]), filled([2, 1, 3, 2])),
    right: () => tf.matMul(tf.tile(filled([1, 3, 2, 3]), [2, 1, 1, 1]), tf.tile(filled([2, 1, 3, 2]), [1, 3, 1, 1])),
  },
  {
    name: 'cumsum counts a negative axis from the end',
    left: () => tf.cumsum(filled([2, 3, 4]), -2, true),
    right: () => tf.cumsum(filled([2, 3, 4]), 1, true),
  },
];

const filled = (shape: number[]): tf.Tensor => tf.reshape(tf.sin(tf.range(1, 1 + tf.util.sizeFromShape(shape))), shape);

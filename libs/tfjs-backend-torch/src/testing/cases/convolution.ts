import * as tf from '@tensorflow/tfjs-core';
import { both, forward, show, type Case } from '../case.js';
import { normal, type Input } from '../inputs.js';

type Pair = [number, number];
type Pad = 'same' | 'valid' | number | tf.backend_util.ExplicitPadding;

// prettier-ignore
const explicit = (top: number, bottom: number, left: number, right: number): Pad => [[0, 0], [top, bottom], [left, right], [0, 0]];

/** Input [N, H, W, C], filter [h, w, C, D], strides, padding, dilations. */
// prettier-ignore
const conv2d: [input: number[], filter: number[], strides: number | Pair, pad: Pad, dilations?: number | Pair][] = [
  [[2, 7, 6, 3], [3, 3, 3, 4], 1, 'same'],
  [[2, 7, 6, 3], [3, 3, 3, 4], 1, 'valid'],
  [[2, 7, 6, 3], [3, 3, 3, 4], 2, 'same'],
  [[2, 8, 6, 3], [3, 3, 3, 4], 2, 'same'],
  [[2, 7, 6, 3], [2, 4, 3, 4], [3, 2], 'same'],
  [[2, 7, 6, 3], [2, 4, 3, 4], [1, 2], 'valid'],
  [[2, 7, 6, 3], [3, 2, 3, 4], [2, 1], explicit(2, 1, 0, 3)],
  [[2, 7, 6, 3], [3, 3, 3, 4], 1, 2],
  [[2, 7, 6, 3], [3, 3, 3, 4], 2, 1],
  [[2, 7, 6, 3], [1, 1, 3, 4], 1, 'same'],
  [[2, 7, 6, 3], [1, 1, 3, 4], 2, 'valid'],
  [[2, 7, 6, 1], [3, 3, 1, 1], 1, 'same'],
  [[1, 1, 1, 1], [1, 1, 1, 1], 1, 'same'],
  [[2, 1, 40, 3], [1, 7, 3, 5], 1, 'same'],
  [[2, 1, 40, 12], [1, 7, 12, 16], [1, 2], 'same'],
  [[2, 1, 41, 3], [1, 8, 3, 4], [1, 4], 'same'],
  [[2, 1, 40, 3], [1, 5, 3, 4], [1, 2], explicit(0, 0, 4, 0)],
  [[2, 40, 1, 3], [5, 1, 3, 4], [3, 1], 'valid'],
  [[2, 3, 4, 3], [5, 5, 3, 4], 1, 'same'],
  [[2, 5, 5, 3], [2, 2, 3, 4], 3, 'same'],
  [[2, 3, 3, 64], [3, 3, 64, 32], 1, 'same'],
  [[0, 5, 5, 3], [3, 3, 3, 4], 1, 'same'],
];
// prettier-ignore
const dilated: typeof conv2d = [
  [[2, 9, 9, 3], [3, 3, 3, 4], 1, 'same', 2],
  [[2, 9, 9, 3], [3, 3, 3, 4], 1, 'valid', [2, 3]],
  [[2, 1, 20, 3], [1, 3, 3, 4], 1, 'same', [1, 4]],
  [[2, 9, 9, 3], [3, 3, 3, 4], 1, explicit(2, 1, 3, 0), 2],
];

const two: Case[] = [...conv2d, ...dilated].map(([input, filter, strides, pad, dilations]) =>
  (dilations ? forward : both)(
    `conv2d ${show(input, filter, strides, pad, dilations)}`,
    [normal(...input), normal(...filter)],
    (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, strides, pad, 'NHWC', dilations),
  ),
);

const variations: Case[] = [
  both('conv2d of one image', [normal(7, 6, 3), normal(3, 3, 3, 4)], (x: tf.Tensor3D, w: tf.Tensor4D) =>
    tf.conv2d(x, w, 1, 'same'),
  ),
  ...(['floor', 'round', 'ceil'] as const).map((rounding) =>
    (rounding === 'floor' ? both : forward)(
      `conv2d rounding by ${rounding}`,
      [normal(2, 6, 8, 3), normal(3, 3, 3, 4)],
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(x, w, 2, 0, 'NHWC', 1, rounding),
    ),
  ),
  forward('conv2d NCHW', [normal(2, 3, 7, 6), normal(3, 2, 3, 4)], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(x, w, [2, 1], 'same', 'NCHW'),
  ),
  both('conv2d of transposed tensors', [normal(3, 6, 7, 2), normal(4, 3, 3, 3)], (x: tf.Tensor4D, w: tf.Tensor4D) =>
    tf.conv2d(tf.transpose(x, [3, 2, 1, 0]) as tf.Tensor4D, tf.transpose(w, [1, 2, 3, 0]) as tf.Tensor4D, 1, 'same'),
  ),
  both(
    'a chain of convolutions',
    [normal(2, 6, 6, 3), normal(3, 3, 3, 4), normal(1, 1, 4, 2)],
    (x: tf.Tensor4D, v: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2d(tf.relu(tf.conv2d(x, v, 2, 'same')), w, 1, 'same'),
  ),
];

// prettier-ignore
const one: Case[] = [
  ...(
    [
      [[2, 20, 3], [5, 3, 4], 1, 'same', 1],
      [[2, 20, 3], [5, 3, 4], 2, 'valid', 1],
      [[2, 21, 3], [4, 3, 4], 3, 'same', 1],
      [[20, 3], [3, 3, 4], 1, 'same', 1],
      [[2, 20, 3], [3, 3, 4], 1, 'same', 3],
      [[2, 20, 3], [3, 3, 4], 1, 'valid', 2],
    ] as const
  ).map(([input, filter, stride, pad, dilation]) =>
    (dilation > 1 ? forward : both)(
      `conv1d ${show(input, filter, stride, pad, dilation)}`,
      [normal(...input), normal(...filter)],
      (x: tf.Tensor3D, w: tf.Tensor3D) => tf.conv1d(x, w, stride, pad, 'NWC', dilation),
    ),
  ),
];

// prettier-ignore
const transposed: Case[] = [
  ...(
    [
      [[2, 3, 4, 3], [3, 3, 5, 3], [2, 3, 4, 5], 1, 'same'],
      [[1, 2, 2, 1], [2, 2, 2, 1], [1, 4, 4, 2], 2, 'valid'],
      [[1, 3, 3, 1], [2, 2, 2, 1], [1, 3, 3, 2], 1, 'same'],
      [[2, 3, 4, 3], [3, 3, 5, 3], [2, 6, 8, 5], 2, 'same'],
      [[2, 3, 4, 3], [3, 3, 5, 3], [2, 7, 9, 5], 2, 'valid'],
      [[2, 3, 4, 3], [2, 4, 5, 3], [2, 6, 12, 5], [2, 3], 'same'],
      [[2, 1, 10, 3], [1, 4, 5, 3], [2, 1, 20, 5], [1, 2], 'same'],
    ] as [number[], number[], [number, number, number, number], number | Pair, 'same' | 'valid'][]
  ).map(([input, filter, output, strides, pad]) =>
    both(
      `conv2dTranspose ${show(input, filter, output, strides, pad)}`,
      [normal(...input), normal(...filter)],
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.conv2dTranspose(x, w, output, strides, pad),
    ),
  ),
  ...(
    [
      [[2, 2, 3, 2, 3], [2, 2, 2, 4, 3], [2, 4, 6, 4, 4], 2, 'same'],
      [[1, 2, 3, 2, 3], [3, 2, 2, 4, 3], [1, 4, 4, 3, 4], 1, 'valid'],
    ] as [number[], number[], [number, number, number, number, number], number, 'same' | 'valid'][]
  ).map(([input, filter, output, strides, pad]) =>
    forward(
      `conv3dTranspose ${show(input, filter, output, strides, pad)}`,
      [normal(...input), normal(...filter)],
      (x: tf.Tensor5D, w: tf.Tensor5D) => tf.conv3dTranspose(x, w, output, strides, pad),
    ),
  ),
];

// prettier-ignore
const three: Case[] = [
  ...(
    [
      [[2, 4, 5, 4, 2], [2, 3, 2, 2, 3], 1, 'same', 1],
      [[2, 4, 5, 4, 2], [2, 3, 2, 2, 3], 1, 'valid', 1],
      [[2, 4, 5, 4, 2], [3, 3, 3, 2, 3], 2, 'same', 1],
      [[1, 5, 5, 6, 2], [2, 2, 2, 2, 3], [1, 2, 3], 'same', 1],
      [[1, 5, 5, 6, 2], [2, 1, 3, 2, 3], [2, 1, 1], 'valid', 1],
      [[4, 5, 4, 2], [2, 2, 2, 2, 3], 1, 'same', 1],
      [[1, 5, 5, 6, 2], [2, 2, 2, 2, 3], 1, 'same', 2],
    ] as [number[], number[], number | [number, number, number], 'same' | 'valid', number][]
  ).map(([input, filter, strides, pad, dilations]) =>
    (dilations > 1 ? forward : both)(
      `conv3d ${show(input, filter, strides, pad, dilations)}`,
      [normal(...input), normal(...filter)],
      (x: tf.Tensor5D, w: tf.Tensor5D) => tf.conv3d(x, w, strides, pad, 'NDHWC', dilations as 1),
    ),
  ),
];

// prettier-ignore
const depthwise: Case[] = [
  ...(
    [
      [[2, 7, 6, 3], [3, 3, 3, 1], 1, 'same'],
      [[2, 7, 6, 3], [3, 3, 3, 2], 1, 'valid'],
      [[2, 7, 6, 3], [3, 2, 3, 2], 2, 'same'],
      [[2, 7, 6, 3], [3, 3, 3, 2], 1, 1],
      [[2, 7, 6, 3], [3, 2, 3, 2], 1, explicit(2, 0, 1, 1)],
      [[2, 1, 20, 4], [1, 5, 4, 1], 1, 'same'],
      [[7, 6, 3], [3, 3, 3, 1], 1, 'same'],
      [[2, 9, 9, 3], [3, 3, 3, 2], 1, 'same', 2],
      [[2, 9, 9, 3], [3, 3, 3, 2], 1, 'valid', [2, 3]],
    ] as typeof conv2d
  ).map(([input, filter, strides, pad, dilations]) =>
    (dilations ? forward : both)(
      `depthwiseConv2d ${show(input, filter, strides, pad, dilations)}`,
      [normal(...input), normal(...filter)],
      (x: tf.Tensor4D, w: tf.Tensor4D) => tf.depthwiseConv2d(x, w, strides, pad, 'NHWC', dilations),
    ),
  ),
  ...(
    [[1, 'same'], [2, 'same'], [1, 'valid']] as const
  ).map(([strides, pad]) =>
    both(
      `separableConv2d ${strides} ${pad}`,
      [normal(2, 7, 6, 3), normal(3, 3, 3, 2), normal(1, 1, 6, 4)],
      (x: tf.Tensor4D, d: tf.Tensor4D, p: tf.Tensor4D) => tf.separableConv2d(x, d, p, strides, pad),
    ),
  ),
];

const activations = ['linear', 'relu', 'relu6', 'elu', 'sigmoid', 'leakyrelu', 'prelu'] as const;
const fused: Case[] = activations.flatMap((activation) => {
  const row = activation === 'leakyrelu' || activation === 'prelu' || activation === 'sigmoid' ? forward : both;
  const slopes: Input[] = activation === 'prelu' ? [normal(4)] : [];
  return [
    row(
      `fused conv2d ${activation}`,
      [normal(2, 6, 5, 3), normal(3, 3, 3, 4), normal(4), ...slopes],
      (x: tf.Tensor4D, filter: tf.Tensor4D, bias, preluActivationWeights) =>
        tf.fused.conv2d({
          x,
          filter,
          strides: 2,
          pad: 'same',
          bias,
          activation,
          preluActivationWeights,
          leakyreluAlpha: 0.3,
        }),
    ),
    row(
      `fused conv2d ${activation} without bias`,
      [normal(2, 6, 5, 3), normal(3, 3, 3, 4), ...slopes],
      (x: tf.Tensor4D, filter: tf.Tensor4D, preluActivationWeights) =>
        tf.fused.conv2d({
          x,
          filter,
          strides: 1,
          pad: 'valid',
          activation,
          preluActivationWeights,
          leakyreluAlpha: 0.3,
        }),
    ),
    row(
      `fused depthwiseConv2d ${activation}`,
      [normal(2, 6, 5, 2), normal(3, 3, 2, 2), normal(4), ...slopes],
      (x: tf.Tensor4D, filter: tf.Tensor4D, bias, preluActivationWeights) =>
        tf.fused.depthwiseConv2d({
          x,
          filter,
          strides: 1,
          pad: 'same',
          bias,
          activation,
          preluActivationWeights,
          leakyreluAlpha: 0.3,
        }),
    ),
  ];
});

const dilation: Case[] = (['same', 'valid'] as const).map((pad) =>
  both(`dilation2d ${pad}`, [normal(2, 6, 5, 3), normal(2, 3, 3)], (x: tf.Tensor4D, w: tf.Tensor3D) =>
    tf.dilation2d(x, w, [1, 2], pad),
  ),
);

export const convolution: Case[] = [
  ...two,
  ...variations,
  ...one,
  ...transposed,
  ...three,
  ...depthwise,
  ...fused,
  ...dilation,
];

import { FusedLayerNorm, FusedLstm, Gelu, MultiHeadAttention } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type * as tfl from '@tensorflow/tfjs-layers';
import { chain, modelOf, Operation } from '../spec-support.js';

type Op = (x: tf.Tensor3D) => tf.Tensor;
const pos = (x: tf.Tensor): tf.Tensor => tf.add(tf.abs(x), 0.5);
const count = (flags: tf.Tensor[]): tf.Tensor => tf.addN(flags.map((flag) => tf.cast(flag, 'float32')));
const image = (x: tf.Tensor): tf.Tensor4D => tf.reshape(x, [-1, 3, 2, 4]);
const unary = [
  'abs',
  'neg',
  'exp',
  'relu',
  'relu6',
  'elu',
  'selu',
  'sigmoid',
  'tanh',
  'softplus',
  'erf',
  'sign',
  'step',
].concat(['floor', 'ceil', 'round', 'sin', 'cos', 'atan', 'sinh', 'cosh', 'asinh']) as 'abs'[];

/** x is [B, 6, 4], made by a convolution. */
const operations: Record<string, Op> = {
  ...Object.fromEntries(unary.map((name): [string, Op] => [name, (x) => tf[name](x)])),
  'roots and logarithms': (x) => tf.addN([tf.log(pos(x)), tf.sqrt(pos(x)), tf.rsqrt(pos(x)), tf.reciprocal(pos(x))]),
  'inverse trigonometry': (x) =>
    tf.addN([tf.acos(tf.tanh(x)), tf.asin(tf.tanh(x)), tf.atanh(tf.mul(0.5, tf.tanh(x))), tf.acosh(tf.add(pos(x), 1))]),
  'tan away from its poles': (x) => tf.tan(tf.tanh(x)),
  'clip, leakyRelu and prelu': (x) =>
    tf.addN([
      tf.clipByValue(x, -0.5, 0.5),
      tf.leakyRelu(x, 0.1),
      tf.prelu(x, tf.tensor3d([0.1, 0.2, 0.3, 0.4], [1, 1, 4])),
    ]),
  arithmetic: (x) => tf.sub(tf.div(x, tf.pow(pos(x), 1.5)), tf.minimum(tf.maximum(x, -0.2), tf.mean(x, [1, 2], true))),
  logic: (x) =>
    count(
      [tf.logicalAnd(tf.greater(x, 0), tf.less(x, 1)), tf.logicalOr(tf.lessEqual(x, 0), tf.equal(x, 2))].concat([
        tf.logicalNot(tf.greaterEqual(x, 0)),
        tf.isNaN(x),
        tf.isInf(x),
        tf.notEqual(x, 0),
      ]),
    ),
  'where, step with alpha and cast': (x) =>
    tf.where(tf.greater(x, 0), tf.step(x, 0.3), tf.cast(tf.cast(tf.mul(x, 5), 'int32'), 'float32')),
  reductions: (x) => tf.addN([tf.mean(x, 1), tf.sum(x, 1), tf.max(x, 1), tf.min(x, 1), tf.prod(x, 1)]),
  'reductions that keep the axis': (x) => tf.addN([tf.mean(x, 2, true), tf.sum(x, 2, true), tf.max(x, 2, true)]),
  'any, all, argMax and argMin': (x) =>
    count([tf.any(tf.greater(x, 1), 1), tf.all(tf.greater(x, -1), 1), tf.argMax(x, 1), tf.argMin(x, 1)]),
  'softmax and logSoftmax': (x) => tf.add(tf.softmax(x), tf.logSoftmax(x)),
  'cumsum, reversed and exclusive': (x) => tf.add(tf.cumsum(x, 1, true, true), tf.cumsum(x, 1)),
  'stack, unstack, split and concat': (x) =>
    tf.concat([tf.stack(tf.unstack(x, 1).reverse(), 1), tf.split(x, [1, 2, 3], 1)[1], tf.split(x, 3, 1)[2]], 1),
  'slices forward, with a step and backward': (x) =>
    tf.concat(
      [tf.slice(x, [0, 1, 0], [-1, 3, 4]), tf.stridedSlice(x, [0, 5, 0], [0, 0, 4], [1, -2, 1], 0b101, 0b101)].concat([
        tf.reverse(x, [1, 2]),
        tf.stridedSlice(x, [0, 0, 0], [0, 6, 4], [1, 2, 1], 1, 1),
      ]),
      1,
    ),
  'tile and broadcastTo a batch': (x) =>
    tf.tile(tf.add(tf.broadcastTo(tf.tensor3d([[[1, 2, 3, 4]]]), x.shape), x), [1, 2, 3]),
  'pad and mirrorPad': (x) =>
    tf.concat([tf.pad(x, [[0, 0], [1, 2], [0, 0]], 3), tf.mirrorPad(x, [[0, 0], [2, 1], [0, 0]], 'reflect')], 1), // prettier-ignore
  gather: (x) =>
    tf.add(
      tf.gather(x, tf.tensor1d([3, 0, 0], 'int32'), 1),
      tf.expandDims(tf.gather(tf.tensor([1, 2]), tf.argMax(tf.slice(x, [0, 0, 0], [-1, 2, 1]), 1)), 2),
    ),
  'gatherND in a constant': (x) =>
    tf.gatherND(tf.tensor2d([[1, 2], [3, 4]]), tf.stack([tf.cast(tf.greater(x, 0), 'int32'), tf.onesLike(tf.cast(x, 'int32'))], 3)), // prettier-ignore
  oneHot: (x) => tf.cast(tf.oneHot(tf.argMax(x, 1), 6), 'float32'),
  'resizing between pixels': (x) => tf.image.resizeBilinear(image(x), [5, 7], false, true),
  'resizing by corners': (x) => tf.image.resizeBilinear(image(x), [5, 7], true),
  'resizing to the nearest': (x) => tf.image.resizeNearestNeighbor(image(x), [5, 7]),
  'products of matrices': (x) => tf.matMul(tf.matMul(x, tf.transpose(x, [0, 2, 1])), tf.mul(x, 0.1)),
  'causal convolution with dilation': (x) =>
    tf.conv1d(tf.pad(x, [[0, 0], [4, 0], [0, 0]]) as tf.Tensor3D, tf.ones([3, 4, 2]) as tf.Tensor3D, 1, 'valid', 'NWC', 2), // prettier-ignore
  'depthwise convolution': (x) => tf.depthwiseConv2d(image(x), tf.ones([2, 2, 4, 2]), 1, 'same'),
  'pooling with a rounded-up end': (x) => tf.maxPool(tf.expandDims(x, 3) as tf.Tensor4D, 3, 2, 0, 'ceil'),
};

const plane = (x: tfl.SymbolicTensor): tfl.SymbolicTensor => chain(x, layers.reshape({ targetShape: [3, 2, 4] }));

/** Layers whose operators the operations above don't reach. */
const layered: Record<string, (x: tfl.SymbolicTensor) => tfl.SymbolicTensor> = {
  'convolution with strides and even kernel': (x) =>
    chain(x, layers.conv1d({ filters: 5, kernelSize: 4, strides: 3, padding: 'same', activation: 'relu' })),
  'convolution of images': (x) =>
    chain(plane(x), layers.conv2d({ filters: 4, kernelSize: [2, 3], strides: [1, 2], padding: 'same' })),
  'transposed convolution': (x) =>
    chain(plane(x), layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2, padding: 'same' })),
  'transposed convolution, valid': (x) =>
    chain(plane(x), layers.conv2dTranspose({ filters: 2, kernelSize: 3, strides: 2 })),
  'pooling with uneven padding': (x) =>
    chain(
      x,
      layers.maxPooling1d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.averagePooling1d({ poolSize: 2, strides: 2, padding: 'same' }),
    ),
  'batch normalisation': (x) => chain(x, layers.batchNormalization(), layers.reLU()),
  'layer normalisation, gelu and attention': (x) =>
    chain(x, new FusedLayerNorm(), new Gelu(), new MultiHeadAttention({ heads: 2, rate: 0 })),
  'LSTM of one direction': (x) => chain(x, new FusedLstm({ units: 3, returnSequences: true })),
  'LSTM of two directions': (x) => chain(x, new FusedLstm({ units: 3, bidirectional: true })),
};

/** A small model for each operation and layer that a format has to write. */
export const operationModels = [
  ...Object.entries(operations).map(([name, op]) => ({
    name,
    make: () =>
      modelOf([[6, 4]], (x) =>
        chain(x, layers.conv1d({ filters: 4, kernelSize: 1 }), new Operation(op as (x: tf.Tensor) => tf.Tensor)),
      ),
  })),
  ...Object.entries(layered).map(([name, body]) => ({ name, make: () => modelOf([[6, 4]], body) })),
];

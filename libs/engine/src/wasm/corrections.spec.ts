import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from '../start.js';
import { errorsOn, normal, valueAndGradients } from '../testing/engines.js';
import { corrections } from './corrections.js';

const floats = (...shape: number[]): tf.Tensor => normal(shape as [number], 1);
const ints = (...shape: number[]): tf.Tensor => tf.cast(tf.mul(floats(...shape), 3), 'int32');
const odd = (): tf.Tensor => tf.tensor1d([NaN, 3, -3, -0, 7, -7, NaN]);
/** NaN as a number, to be compared. */
const marked = (x: tf.Tensor): tf.Tensor => tf.where(tf.isNaN(x), tf.fill(x.shape, -99), x);
const yes = (): tf.Tensor => tf.tensor([1, 0, 1, 1, 0, 1], [2, 3], 'bool');
const volumes = [
  [2, 4, 5, 4, 2],
  [2, 3, 2, 2, 3],
];

/** What each corrected kernel was seen to do wrongly in tfjs-backend-wasm 4.22.0, or refused. */
const cases: Record<string, () => tf.Tensor | tf.Tensor[]> = {
  'relu6 of NaN': () => marked(tf.relu6(odd())),
  'clip of NaN': () => marked(tf.clipByValue(odd(), -2, 2)),
  'clip of integers': () => tf.clipByValue(ints(20), -2, 2),
  'maximum and minimum with NaN': () => [tf.maximum(odd(), 1), tf.minimum(1, odd()), tf.maximum(1, odd())].map(marked),
  'prelu with slopes of other axes than the last': () => [
    ...valueAndGradients([[3, 5], [3, 1]], tf.prelu as never),
    ...valueAndGradients([[2, 3, 4, 5], [3, 1, 5]], tf.prelu as never),
    ...valueAndGradients([[2, 3, 5], [1, 1, 5]], tf.prelu as never),
  ], // prettier-ignore
  'functions of truth values': () => [tf.exp(yes()), tf.leakyRelu(yes() as never, 0.2)],
  'tests of integers': () => [tf.isNaN(ints(12)), tf.isFinite(ints(12)), tf.isInf(ints(12))],
  'casts to truth values': () => [tf.cast(floats(9), 'bool'), tf.cast(ints(9), 'bool'), tf.cast(odd(), 'bool')],
  'reductions of nothing': () => {
    const [none, not] = [tf.zeros([0, 3]), tf.zeros([0, 3], 'bool')];
    return [
      tf.prod(none, 0),
      tf.sum(none, 0),
      marked(tf.mean(none, 0)),
      tf.isInf(tf.max(none, 0)),
      tf.isInf(tf.min(none, 0)),
      tf.any(not, 0),
      tf.all(not, 0),
    ];
  },
  'cumsum of truth values': () => [tf.cumsum(yes(), 1), tf.cumprod(yes(), 0)],
  'topk of truth values': () => Object.values(tf.topk(yes(), 2)),
  'matMul of integers and of nothing': () => [
    tf.matMul(ints(2, 3), ints(3, 2)),
    tf.matMul(tf.zeros([4, 0]), tf.zeros([0, 5])),
  ],
  'fused matMul: broadcast batch, scalar bias, bias of one column': () => [
    tf.fused.matMul({ a: floats(2, 3, 4), b: floats(1, 4, 5), activation: 'relu' }),
    tf.fused.matMul({ a: floats(3, 4), b: floats(4, 5), bias: tf.scalar(2) }),
    tf.fused.matMul({ a: floats(3, 4), b: floats(4, 5), bias: floats(3, 1) }),
    tf.fused.matMul({ a: floats(3, 4), b: floats(5, 4), bias: floats(5), transposeB: true }),
  ],
  einsum: () => tf.einsum('bqhd,bkhd->bhqk', floats(2, 3, 2, 4), floats(2, 5, 2, 4)),
  'sizes rounded up': () => {
    const x = floats(2, 6, 7, 3) as tf.Tensor4D;
    const round = 'ceil';
    return [
      tf.conv2d(x, floats(3, 3, 3, 4) as tf.Tensor4D, 2, 0, 'NHWC', 1, round),
      tf.maxPool(x, 3, 2, 0, round),
      tf.avgPool(x, 3, 2, 0, round),
    ];
  },
  'the filter of a convolution over no examples': () =>
    valueAndGradients([[0, 5, 5, 3], [3, 3, 3, 4]], (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')), // prettier-ignore
  'gradients of 3-D convolutions': () => [
    ...valueAndGradients(volumes, (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, 1, 'same')),
    ...valueAndGradients(volumes, (x, w) => tf.conv3d(x as tf.Tensor5D, w as tf.Tensor5D, [1, 2, 2], 'valid')),
    tf.conv3dTranspose(
      floats(2, 2, 3, 2, 3) as tf.Tensor5D,
      floats(2, 2, 2, 4, 3) as tf.Tensor5D,
      [2, 4, 6, 4, 4],
      2,
      'same',
    ),
  ],
  'depthwise convolutions': () =>
    valueAndGradients([[2, 5, 6, 3], [3, 2, 3, 2]], (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same')), // prettier-ignore
  'dilation and its gradients': () =>
    valueAndGradients([[2, 6, 5, 3], [2, 3, 3]], (x, w) => tf.dilation2d(x as tf.Tensor4D, w as tf.Tensor3D, 1, 'valid')), // prettier-ignore
  '3-D max-pooling': () => valueAndGradients(volumes.slice(0, 1), (x) => tf.maxPool3d(x as tf.Tensor5D, 3, 1, 'same')),
  'max-pooling with places': () => Object.values(tf.maxPoolWithArgmax(floats(2, 6, 6, 2) as tf.Tensor4D, 3, 2, 'same')),
  'gather in each example': () => [
    ...valueAndGradients([[2, 5, 3]], (x) => tf.gather(x, tf.tensor2d([[0, 4, 1, 1], [2, 2, 3, 0]], undefined, 'int32'), 1, 1)),
    tf.gather(floats(2, 5), tf.tensor2d([[0, 4], [3, 1]], undefined, 'int32'), 1, -1),
  ], // prettier-ignore
  'one-hot of floats': () => [
    tf.oneHot(tf.tensor1d([0, 2, 1], 'int32'), 3, 1, 0, 'float32'),
    tf.oneHot(tf.tensor1d([0, 2], 'int32'), 3, 1, 0, 'bool'),
  ],
  'where of truth values': () => tf.where(yes(), yes(), tf.logicalNot(yes())),
  'rotation and projective transformation': () => [
    tf.image.rotateWithOffset(floats(2, 6, 5, 3) as tf.Tensor4D, 0.4, 0.5),
    tf.image.transform(
      floats(2, 6, 5, 3) as tf.Tensor4D,
      tf.tensor2d([[1, 0.1, -1, 0.2, 0.9, 0.5, 0.01, 0.02]]),
      'bilinear',
    ),
  ],
  'a seeded draw': () => tf.multinomial(tf.tensor2d([[0.1, 0.2, 0.7]]), 20, 7),
};

test.each(Object.entries(cases))('%s is as on cpu', async (_, run) => {
  const errors = await errorsOn('wasm', () => [run()].flat().map((x) => tf.cast(x, 'float32')));
  expect(Math.max(...errors)).toBeLessThan(1e-5); // single against double precision; sums of at most some hundred terms
});

test('every corrected kernel is met by a case', async () => {
  await startEngine('wasm');
  const met = new Set<string>();
  for (const run of Object.values(cases)) {
    const { kernelNames } = await tf.profile(() => tf.tidy(() => void run()));
    for (const name of kernelNames) met.add(name);
  }
  expect(Object.keys(corrections).filter((name) => !met.has(name))).toEqual(['FusedConv2D']); // as Conv2D
});

test('an axis may be counted from the end', async () => {
  await startEngine('wasm');
  const x = floats(2, 3, 4);
  for (const run of [tf.cumsum, tf.cumprod]) {
    for (const axis of [0, 1, 2]) expect(run(x, axis - 3, true).arraySync()).toEqual(run(x, axis, true).arraySync());
  }
});

test('the gradient of a pool whose size was rounded up is refused', async () => {
  await startEngine('wasm');
  for (const pool of [tf.maxPool, tf.avgPool]) {
    const gradient = tf.grad((x: tf.Tensor) => pool(x as tf.Tensor4D, 3, 2, 0, 'ceil'));
    expect(() => gradient(floats(2, 6, 7, 3))).toThrow('leave dimRoundingMode out');
  }
});

test('what wasm lacks says so, with the kernel and the engine', async () => {
  await startEngine('wasm');
  expect(() => tf.complex([1], [2])).toThrow("Kernel 'Complex' not registered for backend 'wasm'");
});

import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from '../start.js';
import { errorOnWasm, normal, relativeError, tolerance, valuesOn } from '../testing/engines.js';

type Pad = 'same' | 'valid' | number | [[number, number], [number, number], [number, number], [number, number]];
const explicit = (top: number, bottom: number, left: number, right: number): Pad => [
  [0, 0],
  [top, bottom],
  [left, right],
  [0, 0],
];

describe('conv2d: value, Conv2DBackpropInput, Conv2DBackpropFilter', () => {
  const cases: [input: number[], filter: number[], strides: number | [number, number], pad: Pad][] = [
    [[2, 1, 20, 3], [1, 7, 3, 4], 1, 'same'],
    [[2, 1, 20, 3], [1, 7, 3, 4], [1, 2], 'same'],
    [[2, 1, 21, 3], [1, 7, 3, 4], [1, 2], 'same'],
    [[2, 1, 20, 3], [1, 7, 3, 4], [1, 3], 'valid'],
    [[2, 1, 20, 3], [1, 4, 3, 4], 1, 'same'],
    [[2, 1, 20, 3], [1, 4, 3, 4], 1, 'valid'],
    [[2, 1, 10, 3], [1, 1, 3, 4], 1, 'same'],
    [[2, 1, 10, 3], [1, 1, 3, 4], [1, 2], 'same'],
    [[2, 1, 10, 3], [1, 2, 3, 4], [1, 4], 'valid'],
    [[2, 1, 10, 3], [1, 1, 3, 4], [1, 4], 'valid'],
    [[3, 1, 16, 5], [1, 15, 5, 2], [1, 2], 'same'],
    [[3, 1, 5, 5], [1, 5, 5, 2], 1, 'valid'],
    [[2, 1, 20, 3], [1, 7, 3, 4], 1, explicit(0, 0, 6, 0)],
    [[2, 1, 20, 3], [1, 7, 3, 4], [1, 2], explicit(0, 0, 2, 5)],
    [[2, 1, 20, 3], [1, 3, 3, 4], 1, explicit(0, 0, 5, 4)],
    [[4, 1, 250, 8], [1, 7, 8, 16], 1, 'same'],
    [[2, 9, 8, 3], [3, 3, 3, 4], 1, 'same'],
    [[2, 9, 8, 3], [3, 3, 3, 4], 2, 'same'],
    [[2, 9, 8, 3], [3, 2, 3, 4], [2, 1], 'valid'],
    [[2, 9, 8, 3], [5, 3, 3, 4], [3, 2], explicit(2, 1, 0, 3)],
    [[2, 9, 8, 3], [1, 3, 3, 4], 1, 'same'],
    [[2, 9, 8, 3], [3, 3, 3, 4], 1, 2],
    [[2, 9, 1, 3], [3, 1, 3, 4], [2, 1], 'same'],
    [[1, 1, 1, 1], [1, 1, 1, 1], 1, 'same'],
  ];
  test.each(cases)('%j * %j, stride %j, pad %j', async (input, filter, strides, pad) => {
    expect(
      await errorOnWasm([input, filter], (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, strides, pad)),
    ).toBeLessThan(tolerance);
  });

  test('a batch that does not fit the buffer of a strided input gradient is walked in parts', async () => {
    // 6 patches of 64 x 64 x 1024 floats are 2^24.6; parts of 4 and 2
    const gradient = (): tf.Tensor[] => [
      tf.conv2dTranspose(
        normal<tf.Rank.R4>([6, 1, 64, 1], 1),
        normal<tf.Rank.R4>([1, 64, 1024, 1], 2),
        [6, 1, 190, 1024],
        [1, 2],
        'valid',
      ),
    ];
    const [actual] = await valuesOn('wasm', gradient);
    const [one] = await valuesOn('wasm', () => [
      tf.conv2dTranspose(
        tf.slice(normal<tf.Rank.R4>([6, 1, 64, 1], 1), [5], [1]),
        normal<tf.Rank.R4>([1, 64, 1024, 1], 2),
        [1, 1, 190, 1024],
        [1, 2],
        'valid',
      ),
    ]);
    expect(relativeError(actual.data.subarray(5 * 190 * 1024), one.data)).toBeLessThan(tolerance);
  });

  test('a dilated convolution runs forward, and its gradient is refused with the reason', async () => {
    const dilated = (x: tf.Tensor): tf.Tensor =>
      tf.conv2d(x as tf.Tensor4D, normal<tf.Rank.R4>([1, 3, 2, 4], 2), 1, 'same', 'NHWC', [1, 4]);
    const [[expected], [actual]] = [
      await valuesOn('cpu', () => [dilated(normal([2, 1, 20, 2], 1))]),
      await valuesOn('wasm', () => [dilated(normal([2, 1, 20, 2], 1))]),
    ];
    expect(relativeError(actual.data, expected.data)).toBeLessThan(tolerance);
    expect(() => tf.grad(dilated)(normal([2, 1, 20, 2], 1))).toThrow(/dilation rates greater than 1/);
  });
});

describe('pooling', () => {
  const cases: [input: number[], size: [number, number], strides: [number, number], pad: 'same' | 'valid' | number][] =
    [
      [[2, 1, 20, 5], [1, 3], [1, 2], 'same'],
      [[2, 1, 21, 5], [1, 3], [1, 2], 'valid'],
      [[2, 1, 20, 5], [1, 2], [1, 2], 'valid'],
      [[2, 1, 20, 5], [1, 4], [1, 1], 'same'],
      [[2, 9, 8, 3], [3, 3], [2, 2], 'same'],
      [[2, 9, 8, 3], [3, 3], [2, 2], 1],
    ];
  test.each(cases)('max and mean of %j, window %j, strides %j, pad %j', async (input, size, strides, pad) => {
    expect(await errorOnWasm([input], (x) => tf.maxPool(x as tf.Tensor4D, size, strides, pad))).toBeLessThan(tolerance);
    expect(await errorOnWasm([input], (x) => tf.avgPool(x as tf.Tensor4D, size, strides, pad))).toBeLessThan(tolerance);
  });

  test('one number as padding of what is not square is refused, where the stock kernel overwrites memory', async () => {
    await startEngine('wasm');
    expect(() => tf.conv2d(tf.ones<tf.Rank.R4>([2, 9, 8, 3]), tf.ones<tf.Rank.R4>([3, 1, 3, 4]), 1, 2)).toThrow(
      /window of 3x1/,
    );
    expect(() => tf.maxPool(tf.ones<tf.Rank.R4>([2, 9, 8, 3]), [3, 3], [1, 2], 1)).toThrow(/strides 1x2/);
  });

  test('ties go to the first maximum', async () => {
    const gradient = (): tf.Tensor[] => [
      tf.grad((x) => tf.maxPool(x as tf.Tensor4D, [1, 3], [1, 2], 'same'))(tf.ones([1, 1, 6, 2])),
    ];
    const [[expected], [actual]] = [await valuesOn('cpu', gradient), await valuesOn('wasm', gradient)];
    expect(actual.data).toEqual(expected.data);
  });
});

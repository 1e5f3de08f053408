import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { errorOnWasm, tolerance, valuesOn } from '../testing/engines.js';

describe('sums and means', () => {
  const cases: [shape: number[], axes: number[] | undefined, keepDims: boolean][] = [
    [[300, 7], [0], false],
    [[301, 64], [0], true],
    [[4, 1, 33, 8], [0, 1, 2], false],
    [[4, 1, 33, 8], [2, 0, 1], true],
    [[4, 33, 8], [1], false],
    [[4, 33, 8], [-1], true],
    [[4, 33, 8], undefined, false],
    [[1001], undefined, true],
    [[5], [0], false],
    [[1, 6], [0], false],
  ];
  test.each(cases)('of %j over %j, keepDims %j', async (shape, axes, keepDims) => {
    expect(await errorOnWasm([shape], (x) => tf.sum(x, axes, keepDims))).toBeLessThan(tolerance);
    expect(await errorOnWasm([shape], (x) => tf.mean(x, axes, keepDims))).toBeLessThan(tolerance);
  });

  test('count integers and truths', async () => {
    const counts = (): tf.Tensor[] => [
      tf.sum(
        tf.tensor(
          [
            [1, 2],
            [3, 4],
          ],
          [2, 2],
          'int32',
        ),
        0,
      ),
      tf.sum(tf.tensor([true, false, true])),
    ];
    expect((await valuesOn('wasm', counts)).map(({ data }) => [...data])).toEqual([[4, 6], [2]]);
  });
});

describe('moving elements', () => {
  const cases: [name: string, shape: number[], f: (x: tf.Tensor) => tf.Tensor][] = [
    ['slice of rows', [9, 40], (x) => tf.slice(x, [2, 0], [5, 40])],
    ['slice of long columns', [9, 80], (x) => tf.slice(x, [2, 10], [5, 40])],
    ['slice of short columns', [3, 4, 5], (x) => tf.slice(x, [1, 1, 2], [2, 2, 2])],
    ['slice of rank 5', [2, 3, 2, 4, 3], (x) => tf.slice(x, [0, 1, 0, 2, 0], [2, 2, 1, 2, 3])],
    ['slice of a vector', [9], (x) => tf.slice(x, [4], [3])],
    ['split', [6, 64], (x) => tf.concat(tf.split(x, [10, 54], 1).reverse(), 1)],
    ['unstack', [3, 4, 5], (x) => tf.stack(tf.unstack(x, 1).reverse(), 0)],
    ['tile of rows', [1, 1, 1, 5], (x) => tf.tile(x, [2, 1, 7, 1])],
    ['tile of elements', [3, 1], (x) => tf.tile(x, [1, 9])],
    ['tile of all axes', [2, 3, 4], (x) => tf.tile(x, [3, 2, 2])],
    ['reverse of one axis', [3, 4, 5], (x) => tf.reverse(x, 1)],
    ['reverse of two axes', [3, 4, 5], (x) => tf.reverse(x, [0, -1])],
    ['gather', [6, 5], (x) => tf.gather(x, tf.tensor1d([4, 0, 4, 2], 'int32'))],
    [
      'pad',
      [3, 4],
      (x) =>
        tf.pad(x, [
          [1, 0],
          [0, 2],
        ]),
    ],
    ['transpose, power of two', [128, 72], (x) => tf.transpose(x)],
    ['transpose, power of two, wide', [64, 256], (x) => tf.transpose(x)],
    ['transpose of a batch', [3, 128, 70], (x) => tf.transpose(x, [0, 2, 1])],
    ['transpose of merged axes', [2, 64, 10, 13], (x) => tf.transpose(x, [2, 3, 0, 1])],
    ['transpose that mixes', [4, 64, 10, 13], (x) => tf.transpose(x, [3, 1, 2, 0])],
    ['transpose of nothing', [64, 1, 130], (x) => tf.transpose(x, [1, 0, 2])],
    [
      'depthwise convolution',
      [2, 1, 9, 3],
      (x) => tf.depthwiseConv2d(x as tf.Tensor4D, tf.ones([1, 3, 3, 2]), 1, 'same'),
    ],
  ];
  test.each(cases)('%s of %j', async (_, shape, f) => {
    expect(await errorOnWasm([shape], f)).toBeLessThan(tolerance);
  });

  test('other types than float32', async () => {
    const moved = (): tf.Tensor[] => {
      const x = tf.tensor(
        [
          [1, 2, 3],
          [4, 5, 6],
        ],
        [2, 3],
        'int32',
      );
      return [
        tf.slice(x, [0, 1], [2, 2]),
        tf.tile(x, [1, 2]),
        tf.reverse(tf.cast(tf.greater(x, 2), 'bool'), 1),
        tf.clone(x),
      ];
    };
    const [expected, actual] = [await valuesOn('cpu', moved), await valuesOn('wasm', moved)];
    expect(actual).toEqual(expected);
  });

  test('a clone shares memory and outlives the original', async () => {
    const [copy] = await valuesOn('wasm', () => {
      const x = tf.tensor([1, 2, 3]);
      const clone = tf.clone(x);
      x.dispose();
      return [tf.add(clone, tf.ones([3]))];
    });
    expect([...copy.data]).toEqual([2, 3, 4]);
  });
});

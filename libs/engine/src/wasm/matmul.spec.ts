import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { errorOnWasm, normal, relativeError, tolerance, valuesOn } from '../testing/engines.js';

describe('matMul', () => {
  const cases: [a: number[], b: number[], transposeA: boolean, transposeB: boolean][] = [
    [[5, 7], [7, 3], false, false],
    [[7, 5], [7, 3], true, false],
    [[5, 7], [3, 7], false, true],
    [[7, 5], [3, 7], true, true],
    [[1, 7], [1, 7], false, true],
    [[200, 128], [200, 96], true, false],
    [[100, 256], [128, 256], false, true],
    [[4, 5, 7], [4, 7, 3], false, false],
    [[4, 7, 5], [4, 3, 7], true, true],
    [[4, 33, 17], [4, 33, 29], true, false],
    [[6, 20, 16], [6, 24, 16], false, true],
    [[2, 3, 20, 16], [2, 3, 24, 16], false, true],
    [[2, 3, 5, 4], [2, 3, 4, 6], false, false],
  ];
  test.each(cases)('%j x %j, transposeA %j, transposeB %j', async (a, b, transposeA, transposeB) => {
    expect(await errorOnWasm([a, b], (x, y) => tf.matMul(x, y, transposeA, transposeB))).toBeLessThan(tolerance);
  });

  // tfjs-core has no gradient for these
  const broadcasts: [a: number[], b: number[], batch: number[]][] = [
    [
      [2, 1, 20, 16],
      [1, 3, 16, 24],
      [2, 3],
    ],
    [
      [2, 3, 20, 16],
      [16, 24],
      [2, 3],
    ],
    [
      [20, 16],
      [2, 3, 16, 24],
      [2, 3],
    ],
    [
      [2, 3, 5, 4],
      [3, 4, 6],
      [2, 3],
    ],
    [
      [2, 3, 5, 4],
      [1, 4, 6],
      [2, 3],
    ],
  ];
  test.each(broadcasts)('broadcasts the batches of %j x %j', async (a, b, batch) => {
    const [short, spread] = await valuesOn('wasm', () => {
      const [x, y] = [normal(a as [number], 1), normal(b as [number], 2)];
      const full = (z: tf.Tensor) => tf.broadcastTo(z, [...batch, ...z.shape.slice(-2)] as [number]);
      return [tf.matMul(x, y), tf.matMul(full(x), full(y))];
    });
    expect(short.shape).toEqual(spread.shape);
    expect(relativeError(short.data, spread.data)).toBeLessThan(tolerance);
  });

  test.each([
    [false, false],
    [true, false],
    [false, true],
    [true, true],
  ])('fused with bias and activation, transposeA %j, transposeB %j', async (transposeA, transposeB) => {
    const product = (): tf.Tensor[] => [
      tf.fused.matMul({
        a: normal(transposeA ? [7, 5] : [5, 7], 1),
        b: normal(transposeB ? [3, 7] : [7, 3], 2),
        bias: normal([3], 3),
        activation: 'relu',
        transposeA,
        transposeB,
      }),
    ];
    const [[expected], [actual]] = [await valuesOn('cpu', product), await valuesOn('wasm', product)];
    expect(relativeError(actual.data, expected.data)).toBeLessThan(tolerance);
  });
});

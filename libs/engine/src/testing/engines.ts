import { createRandom } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine, type EngineName } from '../start.js';

/** Runs `f` on an engine and returns the values of the tensors it made. */
export async function valuesOn(
  engine: EngineName,
  f: () => tf.Tensor[],
): Promise<{ shape: number[]; data: Float32Array }[]> {
  await startEngine(engine);
  return tf.tidy(f).map((tensor) => {
    const result = { shape: tensor.shape, data: Float32Array.from(tensor.dataSync()) };
    tensor.dispose();
    return result;
  });
}

/** Standard normal values in a shape, the same on every engine. */
export function normal<R extends tf.Rank>(shape: tf.ShapeMap[R], seed: number): tf.Tensor<R> {
  const random = createRandom(seed);
  return tf.tensor(
    Float32Array.from({ length: tf.util.sizeFromShape(shape) }, () => random.normal()),
    shape,
  );
}

/** The largest difference of two results, as a fraction of the largest expected value. */
export function relativeError(actual: Float32Array, expected: Float32Array): number {
  let [difference, scale] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference = Math.max(difference, Math.abs(actual[i] - expected[i]));
    scale = Math.max(scale, Math.abs(expected[i]));
    if (Number.isNaN(actual[i]) !== Number.isNaN(expected[i])) return Infinity;
  }
  return scale === 0 ? difference : difference / scale;
}

/** The value of `f` at seeded normal inputs, and its gradients by all of them. */
export function valueAndGradients(shapes: number[][], f: (...inputs: tf.Tensor[]) => tf.Tensor): tf.Tensor[] {
  const inputs = shapes.map((shape, i) => normal(shape as [number], i + 1));
  const value = f(...inputs);
  return [value, ...tf.grads(f)(inputs, normal(value.shape as [number], 99))];
}

/** The {@link relativeError} of each tensor that `f` makes on an engine against the same on cpu; infinite for another shape. */
export async function errorsOn(engine: EngineName, f: () => tf.Tensor[]): Promise<number[]> {
  const expected = await valuesOn('cpu', f);
  const actual = await valuesOn(engine, f);
  return expected.map(({ shape, data }, i) =>
    tf.util.arraysEqual(shape, actual[i].shape) ? relativeError(actual[i].data, data) : Infinity,
  );
}

/** The largest {@link relativeError} of wasm against cpu in the value and all gradients of `f` at seeded normal inputs. */
export async function errorOnWasm(shapes: number[][], f: (...inputs: tf.Tensor[]) => tf.Tensor): Promise<number> {
  return Math.max(...(await errorsOn('wasm', () => valueAndGradients(shapes, f))));
}

/**
 * What {@link errorOnWasm} may be. The cpu engine sums in double precision, wasm in single: a sum of n products is off by about
 * sqrt(n) * 2^-24 of its size. The longest in our tests has 2000 terms, 45 * 6e-8 = 3e-6; the bound is three times that.
 */
export const tolerance = 1e-5;

/** The engines that the tests of engine-independent code run on: cpu, wasm, and torch where it starts. A torch that doesn't is said aloud. */
export async function availableEngines(): Promise<EngineName[]> {
  try {
    await startEngine('torch');
    return ['cpu', 'wasm', 'torch'];
  } catch (error) {
    console.warn(`skipped on torch: ${error instanceof Error ? error.message : String(error)}`);
    return ['cpu', 'wasm'];
  }
}

import * as tf from '@tensorflow/tfjs-core';

/** A uniform random number in [0, 1). */
type Random = () => number;

/** What an input of a case holds; the values come from a generator that depends only on the input's position. */
export interface Input {
  readonly shape: readonly number[];
  readonly dtype: 'float32' | 'int32' | 'bool';
  readonly value: (random: Random, index: number) => number;
}

const float = (shape: readonly number[], value: Input['value']): Input => ({ shape, dtype: 'float32', value });

/** Standard normal floats. */
export const normal = (...shape: number[]): Input =>
  float(shape, (random) => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random()));

/** Floats in [low, high). */
export const uniform = (low: number, high: number, ...shape: number[]): Input =>
  float(shape, (random) => low + (high - low) * random());

/** Floats out of -1, 0, 1, 2: full of ties and of zeros. */
export const ties = (...shape: number[]): Input => float(shape, (random) => Math.floor(4 * random()) - 1);

/** Integers in [low, high). */
export const ints = (low: number, high: number, ...shape: number[]): Input => ({
  shape,
  dtype: 'int32',
  value: (random) => low + Math.floor((high - low) * random()),
});

/** Truth values, half of them true. */
export const bools = (...shape: number[]): Input => ({
  shape,
  dtype: 'bool',
  value: (random) => Number(random() < 0.5),
});

/** Given values, in a row unless a shape is given. */
export const given = (
  values: readonly number[],
  shape: readonly number[] = [values.length],
  dtype: Input['dtype'] = 'float32',
): Input => ({ shape, dtype, value: (_, index) => values[index] });

/** What arithmetic treats in a special way. */
export const specials = [NaN, Infinity, -Infinity, 0, -0, 1, -1, 0.5, -2.5, 1e30, -1e30];

/** The tensor of an input, on the backend that runs. */
export function toTensor({ shape, dtype, value }: Input, seed: number): tf.Tensor {
  const random = seededRandom(seed);
  const values = Array.from({ length: tf.util.sizeFromShape([...shape]) }, (_, index) => value(random, index));
  return tf.tensor(values, [...shape], dtype);
}

/** A seeded generator of uniform numbers in [0, 1): Tommy Ettinger's mulberry32, with 32 bits of state. */
export function seededRandom(seed: number): Random {
  let state = Math.imul(seed + 1, 0x9e3779b9);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { relativeError } from './engines.js';

/** A tensor in a golden file. */
interface Numbers {
  readonly shape: number[];
  readonly values: number[];
}

/** An op and its gradients at one place: `gradients` are those of sum(y * dy). */
interface Case {
  readonly inputs: Numbers[];
  readonly y: Numbers;
  readonly dy: Numbers;
  readonly gradients: Numbers[];
}

/** Steps of an optimizer on a matrix and a vector. */
export interface Descent {
  readonly learningRate: number;
  readonly start: Numbers[];
  readonly steps: { gradients: Numbers[]; norm: number; after: Numbers[] }[];
}

/** What PyTorch computed; see golden/fused.py. */
export const golden = JSON.parse(readFileSync(new URL('../../golden/fused.json', import.meta.url), 'utf8')) as {
  batchNorm: (Case & { epsilon: number; mean: Numbers; variance: Numbers })[];
  layerNorm: (Case & { epsilon: number })[];
  gelu: (Case & { approximate: 'none' | 'tanh' })[];
  lstm: (Case & { directions: 1 | 2; reverse: boolean })[];
  attention: (Case & { scale: number })[];
  softmaxCrossEntropy: (Case & { labels: Numbers })[];
  sigmoidCrossEntropy: (Case & { labels: Numbers })[];
  adamW: Descent;
  sgd: (Descent & { momentum: number })[];
};

export const tensorOf = ({ shape, values }: Numbers): tf.Tensor => tf.tensor(values, shape);

/** How far a tensor is from golden numbers, see {@link relativeError}; infinitely if its shape is another. */
export function errorOf(actual: tf.Tensor, { shape, values }: Numbers): number {
  if (!tf.util.arraysEqual(actual.shape, shape)) return Infinity;
  return relativeError(Float32Array.from(actual.dataSync()), Float32Array.from(values));
}

/** The largest {@link errorOf} of a case's output and gradients. */
export function caseError({ inputs, y, dy, gradients }: Case, f: (...inputs: tf.Tensor[]) => tf.Tensor): number {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads((...x: tf.Tensor[]) => f(...x))(inputs.map(tensorOf), tensorOf(dy));
    return Math.max(errorOf(value, y), ...grads.map((gradient, i) => errorOf(gradient, gradients[i])));
  });
}

/**
 * The largest difference between the gradients of `f` and central differences, as a fraction of the largest. Differences over h = 1e-2 of
 * float32 values are good to about h² + 1e-7 / h = 1e-4.
 */
export function finiteDifferenceError(inputs: tf.Tensor[], f: (...inputs: tf.Tensor[]) => tf.Tensor): number {
  const h = 1e-2;
  return tf.tidy(() => {
    const weights = tf.cos(tf.range(0, f(...inputs).size));
    const loss = (...x: tf.Tensor[]): tf.Scalar => tf.sum(tf.mul(tf.reshape(f(...x), [-1]), weights)) as tf.Scalar;
    const gradients = tf.grads(loss)(inputs);
    const errors = inputs.map((input, i) => {
      const differences = Float32Array.from({ length: input.size }, (_, j) => {
        const at = (by: number): number => {
          const moved = Float32Array.from(input.dataSync(), (v, k) => (k === j ? v + by : v));
          return loss(...inputs.map((x, k) => (k === i ? tf.tensor(moved, input.shape) : x))).dataSync()[0];
        };
        return (at(h) - at(-h)) / (2 * h);
      });
      return relativeError(Float32Array.from(gradients[i].dataSync()), differences);
    });
    return Math.max(...errors);
  });
}

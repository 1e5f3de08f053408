import { createRandom } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type { Floats } from './runtime.js';
import type { Subject } from './subject.js';

/** A batch: a tensor for each input, by name, all with the same first length. */
export type Batch = Readonly<Record<string, Floats>>;

/** Standard normal inputs, the same in every export. */
export function randomInputs({ inputs }: Subject, batch: number): Batch {
  return Object.fromEntries(
    inputs.map((input) => {
      const shape = [batch, ...input.shape];
      const random = createRandom(0).fork(input.name);
      return [input.name, { shape, data: Float32Array.from({ length: lengthOf(shape) }, () => random.normal()) }];
    }),
  );
}

/** Inputs as tensors, in order; the caller disposes them. */
export const tensorsOf = (batch: Batch): tf.Tensor[] =>
  Object.values(batch).map(({ data, shape }) => tf.tensor(data, [...shape]));

/** How many examples a batch has. */
export const sizeOf = (batch: Batch): number => Object.values(batch)[0].shape[0];

/** Some of the examples of a batch, as a batch. */
export function pick(batch: Batch, indices: readonly number[]): Batch {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { data, shape }]) => {
      const size = data.length / shape[0];
      const chosen = new Float32Array(indices.length * size);
      indices.forEach((from, to) => chosen.set(data.subarray(from * size, (from + 1) * size), to * size));
      return [name, { data: chosen, shape: [indices.length, ...shape.slice(1)] }];
    }),
  );
}

/** The first examples of a batch, at most `most`. */
export const some = (batch: Batch, most: number): Batch => pick(batch, range(Math.min(most, sizeOf(batch))));

/** A batch in pieces of at most `size` examples. */
export function* pieces(batch: Batch, size: number): Generator<Batch> {
  const count = sizeOf(batch);
  for (let from = 0; from < count; from += size) {
    yield pick(
      batch,
      range(Math.min(size, count - from)).map((i) => from + i),
    );
  }
}

/** The probabilities of a batch by the subject itself. */
export function expectedOf({ forward }: Subject, batch: Batch): Float32Array {
  const probabilities = tf.tidy(() => forward(tensorsOf(batch), (_, run) => run())[0]);
  const values = probabilities.dataSync<'float32'>().slice();
  probabilities.dispose();
  return values;
}

const lengthOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

const range = (length: number): number[] => Array.from({ length }, (_, i) => i);

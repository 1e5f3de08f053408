import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

/** A copy of all weights of a model, moving statistics included, in the order of `model.weights`. */
export async function readWeights(model: tfl.LayersModel): Promise<Float32Array[]> {
  const values = await Promise.all(model.weights.map((w) => w.read().data<'float32'>()));
  return values.map((v) => v.slice());
}

/** Puts weights in the order of `model.weights` into a model. */
export function writeWeights(model: tfl.LayersModel, values: readonly Float32Array[]): void {
  model.weights.forEach((w, i) => tf.tidy(() => void w.write(tf.tensor(values[i], w.shape as number[]))));
}

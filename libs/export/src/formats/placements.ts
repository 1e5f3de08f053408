import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { graphOf } from './graph-of.js';

/** A constant of a model's graph, and which element of which weight each of its values is. */
export interface Placement {
  readonly name: string;
  readonly shape: readonly number[];
  /** For each value: the number of the element, counted through all weights; -1 for what is no element of a weight. */
  readonly elements: Int32Array;
}

/** The bits of 2⁻⁹⁵: from here on, every pattern is another small float, that goes through moves as it is and through sums as nothing. */
const firstCode = 0x10000000;

/**
 * Finds where a model's weights are in its graph, whose constants have other shapes, axes and orders than the weights. It is not told but seen: the
 * model's graph is built with a number in place of each element of each weight.
 */
export function placementsOf(model: tfl.LayersModel): Placement[] {
  const before = weightsOf(model);
  try {
    let code = firstCode;
    const coded = before.map(({ length }) => {
      const codes = new Uint32Array(length);
      for (let i = 0; i < length; i++) codes[i] = code++;
      return new Float32Array(codes.buffer);
    });
    writeWeights(model, coded);
    const { initializers } = graphOf(model, 'multi-label');
    return initializers.map(({ name, dims, dtype, values }) => {
      const elements = new Int32Array(values.length).fill(-1);
      if (dtype !== 'float32') return { name, shape: dims, elements };
      const { buffer, byteOffset, length } = values as Float32Array;
      const bits = new Uint32Array(buffer, byteOffset, length);
      for (let i = 0; i < length; i++) if (bits[i] >= firstCode && bits[i] < code) elements[i] = bits[i] - firstCode;
      return { name, shape: dims, elements };
    });
  } finally {
    writeWeights(model, before);
  }
}

/** The values of all weights. */
export const weightsOf = (model: tfl.LayersModel): Float32Array[] =>
  model.weights.map((weight) => weight.read().dataSync<'float32'>().slice());

/** Gives all weights new values. */
export function writeWeights(model: tfl.LayersModel, values: readonly Float32Array[]): void {
  model.weights.forEach((weight, i) => {
    tf.tidy(() => void weight.write(tf.tensor(values[i], weight.shape as number[])));
  });
}

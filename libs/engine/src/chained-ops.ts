import * as tf from '@tensorflow/tfjs-core';

/** The two chained ops that tfjs-layers itself calls (in its orthogonal initialiser, the default of recurrent layers). */
interface Chained {
  flatten(): tf.Tensor1D;
  stridedSlice(begin: number[], end: number[], strides?: number[]): tf.Tensor;
}

/**
 * Gives tensors the chained ops that tfjs-layers needs: tfjs-core's Node bundle has none, so that a plain `tfl.layers.lstm` would
 * fail with "rMat.flatten is not a function". Ops that somebody else registered stay.
 */
export function registerChainedOps(): void {
  const prototype = tf.Tensor.prototype as tf.Tensor & Chained;
  const ops: Chained = {
    flatten(this: tf.Tensor) {
      return tf.reshape(this, [this.size]);
    },
    stridedSlice(this: tf.Tensor, begin, end, strides) {
      return tf.stridedSlice(this, begin, end, strides);
    },
  };
  for (const name of ['flatten', 'stridedSlice'] as const) {
    if (!(name in prototype))
      Object.defineProperty(prototype, name, { value: ops[name], configurable: true, writable: true });
  }
}

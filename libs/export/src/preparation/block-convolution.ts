import * as tf from '@tensorflow/tfjs-core';

/**
 * A linear operator on signals that does the same to each block of `inputs` samples: it makes `outputs` samples of a block and the `before` and `after`
 * blocks around it. Filters and changes of rate are such operators; as convolutions over blocks they are products of matrices, which are fast.
 */
export interface BlockOperator {
  readonly inputs: number;
  readonly outputs: number;
  readonly before: number;
  readonly after: number;
  /** `[before + 1 + after, inputs, outputs]`. */
  readonly weights: Float32Array;
}

/** Signals `[N, T]`, with zeros beyond their ends, through an operator: `[N, length]`. */
export function applyBlocks(signals: tf.Tensor2D, operator: BlockOperator, length: number): tf.Tensor2D {
  const { inputs, outputs, before, after, weights } = operator;
  const [count, samples] = signals.shape;
  const blocks = Math.ceil(length / outputs);
  const behind = Math.max(0, (blocks + after) * inputs - samples);
  const padded = tf.pad(signals, [
    [0, 0],
    [before * inputs, behind],
  ]);
  const all = before + blocks + after;
  const rows = tf.reshape(tf.slice(padded, [0, 0], [-1, all * inputs]), [count, all, inputs]) as tf.Tensor3D;
  const filter = tf.tensor3d(weights, [before + 1 + after, inputs, outputs]);
  const made = tf.reshape(tf.conv1d(rows, filter, 1, 'valid'), [count, blocks * outputs]);
  return blocks * outputs === length ? (made as tf.Tensor2D) : (tf.slice(made, [0, 0], [-1, length]) as tf.Tensor2D);
}

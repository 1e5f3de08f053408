import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';

/** Vectors that patches of a signal are named by: the nearest one is a patch's code. */
export interface Codebook {
  /** Samples per patch. */
  readonly patch: number;
  readonly leads: number;
  /** K, how many codes. */
  readonly size: number;
  /** `[K, patch * leads]`, row-major. */
  readonly vectors: Float32Array;
}

/** How evenly codes are used. */
export interface CodeUse {
  /** `exp` of the entropy of the codes in nats: K where all are used alike, 1 where one is used alone. */
  readonly perplexity: number;
  /** Share of the codes that are used at all. */
  readonly usage: number;
}

/** The numbers per patch, D. */
export const dimensionOf = ({ patch, leads }: Pick<Codebook, 'patch' | 'leads'>): number => patch * leads;

/**
 * The code of each patch, by squared distance: one matrix product.
 *
 * @param patches `[N, D]`
 * @returns `[N]`, int32; the caller disposes of it
 */
export function codesOf(book: Pick<Codebook, 'vectors' | 'size'>, patches: Float32Array): tf.Tensor1D {
  return tf.tidy(() => tf.argMax(scoresOf(book, patches), 1));
}

/**
 * As {@link codesOf}, read back, in parts that bound the memory.
 *
 * @returns `[N]`, and the mean squared difference of a number from its code's
 */
export async function nearestCodes(
  book: Pick<Codebook, 'vectors' | 'size'>,
  patches: Float32Array,
): Promise<{ codes: Int32Array; error: number }> {
  const dimension = book.vectors.length / book.size;
  const count = patches.length / dimension;
  const [codes, part] = [new Int32Array(count), 8192];
  let scores = 0;
  for (let from = 0; from < count; from += part) {
    const [code, score] = tf.tidy(() => {
      const all = scoresOf(book, patches.subarray(from * dimension, Math.min(count, from + part) * dimension));
      return [tf.argMax(all, 1), tf.sum(tf.max(all, 1))];
    });
    codes.set(await (code as tf.Tensor1D).data<'int32'>(), from);
    scores += (await score.data())[0];
    tf.dispose([code, score]);
  }
  const squares = patches.reduce((sum, value) => sum + value * value, 0);
  return { codes, error: Math.max(0, squares - scores) / Math.max(1, patches.length) };
}

/** `|x|²` less the squared distance of each patch from each vector, `[N, K]`. */
function scoresOf({ vectors, size }: Pick<Codebook, 'vectors' | 'size'>, patches: Float32Array): tf.Tensor2D {
  const dimension = vectors.length / size;
  const x = tf.tensor2d(patches, [patches.length / dimension, dimension]);
  const book = tf.tensor2d(vectors, [size, dimension]);
  return tf.sub(tf.mul(tf.matMul(x, book, false, true), 2), tf.sum(tf.square(book), 1)) as tf.Tensor2D;
}

/** How evenly codes are used that occur so often. */
export function codeUse(counts: ArrayLike<number>): CodeUse {
  let [total, entropy, used] = [0, 0, 0];
  for (let k = 0; k < counts.length; k++) total += counts[k];
  for (let k = 0; k < counts.length; k++) {
    if (counts[k] <= 0) continue;
    used++;
    entropy -= (counts[k] / total) * Math.log(counts[k] / total);
  }
  return { perplexity: total > 0 ? Math.exp(entropy) : 0, usage: used / counts.length };
}

/** Refuses patches of other sizes than a codebook's. */
export function assertFits({ patch, leads }: Codebook, given: { patch: number; leads: number }): void {
  if (patch === given.patch && leads === given.leads) return;
  throw new CardioError(
    'config',
    `The codebook is of patches of ${patch} samples x ${leads} leads; these are ${given.patch} x ${given.leads}. Take the same, or learn another.`,
  );
}

import type { TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';

import { multiClassLosses } from './multi-class.js';
import { multiLabelLosses } from './multi-label.js';

/** Which loss, and its numbers. */
export interface LossOptions {
  /** Default `cross-entropy`; `asymmetric` for multi-label only. */
  readonly loss?: 'cross-entropy' | 'focal' | 'asymmetric' | undefined;
  /**
   * One number per class. Multi-class: weights of the mean over examples, by true class (`weight` of PyTorch's `CrossEntropyLoss`).
   * Multi-label: factors of the positive examples' part (`pos_weight` of `BCEWithLogitsLoss`).
   */
  readonly classWeights?: readonly number[] | undefined;
  /** Share of the label that is spread evenly: over all classes, or over yes and no. Default 0. */
  readonly labelSmoothing?: number | undefined;
  /** Default 2. */
  readonly focalGamma?: number | undefined;
  /** Exponents of the asymmetric loss; default 1 and 4, the paper's. */
  readonly asymmetricGammaPositive?: number | undefined;
  readonly asymmetricGammaNegative?: number | undefined;
  /** What the asymmetric loss takes off the probability of a negative; default 0.05, the paper's. */
  readonly asymmetricClip?: number | undefined;
}

/** {@link LossOptions} with every default filled in. */
export type LossNumbers = Required<{ [K in keyof LossOptions]: NonNullable<LossOptions[K]> }>;

/** The mean loss of a batch, and how much the batch counts in a mean over several. */
export interface Loss {
  /**
   * A scalar from labels and logits `[B, K]`, finite whatever their size.
   *
   * @param mask `[B, K]`, 1 where the label is known and 0 where not; an example of a multi-class task is known when all its labels are
   */
  (labels: tf.Tensor2D, logits: tf.Tensor2D, mask?: tf.Tensor2D): tf.Scalar;
  /** What the mean divides by: losses of parts times their weights add up to the loss of the whole times its weight. */
  weight(labels: Float32Array, classes: number, mask?: Float32Array): number;
}

/**
 * The loss of a task, computed from logits: of the softmax for multi-class, of each class's sigmoid for multi-label.
 *
 * - `cross-entropy`;
 * - `focal` (Lin et al., ICCV 2017, equation 4): (1 - p)^gamma times the cross-entropy, p the probability of what is true;
 * - `asymmetric` (Ridnik et al., ICCV 2021, equation 7), multi-label: focal with exponents of its own for positives and negatives, whose
 *   probability is lowered by `asymmetricClip` first.
 */
export function lossOf(task: TaskKind, options: LossOptions = {}): Loss {
  const numbers = withDefaults(options);
  const weighted = options.classWeights !== undefined;
  return task === 'multi-class' ? multiClass(numbers, weighted) : multiLabel(numbers);
}

const withDefaults = (options: LossOptions): LossNumbers => ({
  loss: options.loss ?? 'cross-entropy',
  classWeights: options.classWeights ?? [],
  labelSmoothing: options.labelSmoothing ?? 0,
  focalGamma: options.focalGamma ?? 2,
  asymmetricGammaPositive: options.asymmetricGammaPositive ?? 1,
  asymmetricGammaNegative: options.asymmetricGammaNegative ?? 4,
  asymmetricClip: options.asymmetricClip ?? 0.05,
});

function multiClass(numbers: LossNumbers, weighted: boolean): Loss {
  const { classWeights } = numbers;
  const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D, mask?: tf.Tensor2D): tf.Scalar =>
    tf.tidy(() => {
      const losses = multiClassLosses(labels, logits, numbers); // [B]
      if (!weighted && !mask) return tf.mean(losses);
      const known = mask ? (tf.min(mask, 1) as tf.Tensor1D) : tf.ones([labels.shape[0]]); // [B]
      const weights = weighted ? tf.mul(known, tf.sum(tf.mul(labels, tf.tensor1d([...classWeights])), 1)) : known;
      return meanOf(tf.mul(losses, known), weights);
    });
  const weight = (labels: Float32Array, k: number, mask?: Float32Array): number => {
    let sum = 0;
    for (let row = 0; row < labels.length; row += k) {
      if (mask?.subarray(row, row + k).includes(0)) continue;
      if (!weighted) sum++;
      else for (let c = 0; c < k; c++) sum += labels[row + c] * classWeights[c];
    }
    return sum;
  };
  return Object.assign(loss, { weight });
}

function multiLabel(numbers: LossNumbers): Loss {
  const loss = (labels: tf.Tensor2D, logits: tf.Tensor2D, mask?: tf.Tensor2D): tf.Scalar =>
    tf.tidy(() => {
      const losses = multiLabelLosses(labels, logits, numbers); // [B, K]
      return mask ? meanOf(tf.mul(losses, mask), mask) : tf.mean(losses);
    });
  const weight = (labels: Float32Array, _: number, mask?: Float32Array): number =>
    mask ? mask.reduce((a, b) => a + b, 0) : labels.length;
  return Object.assign(loss, { weight });
}

/** The sum over the weights' sum; 0 where nothing counts. */
const meanOf = (losses: tf.Tensor, weights: tf.Tensor): tf.Scalar =>
  tf.div(tf.sum(losses), tf.maximum(tf.sum(weights), 1e-12));

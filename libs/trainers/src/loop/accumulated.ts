import { globalNorm } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';

import { isFinite, type BatchGradients } from './learner.js';

/** The gradients of several batches that make one step, as of one batch with the examples of all. */
export class AccumulatedGradients {
  private sums: (tf.Tensor | undefined)[] = [];
  /** Batches taken in, those left out included. */
  batches = 0;
  /** Batches that were left out. */
  skipped = 0;
  /** Examples of all batches. */
  examples = 0;
  /** Of the batches that count. */
  weight = 0;
  private weightedLoss = 0;
  private firstNorm = 0;

  /** @param of how many batches make the step; a single one is taken as it is */
  constructor(private readonly of: number) {}

  /** Takes over the gradients of a batch, or leaves them out where they are not finite. */
  add(batch: BatchGradients, weight: number, examples: number): void {
    this.batches++;
    this.examples += examples;
    if (!isFinite(batch)) {
      this.skipped++;
      tf.dispose(batch.gradients.filter((g) => g !== undefined));
      return;
    }
    this.weight += weight;
    this.weightedLoss += batch.loss * weight;
    this.firstNorm = batch.norm;
    if (this.of === 1) {
      this.sums = [...batch.gradients];
      return;
    }
    const { sums } = this;
    this.sums = batch.gradients.map((gradient, i) => {
      if (!gradient) return sums[i];
      const sum = tf.tidy(() => (sums[i] ? tf.add(sums[i], tf.mul(gradient, weight)) : tf.mul(gradient, weight)));
      tf.dispose(sums[i] ? [gradient, sums[i]] : [gradient]);
      return sum;
    });
  }

  /** Mean loss and global norm of what was taken in, and the gradients with what to divide them by; `undefined` if all was left out. */
  async result(): Promise<(BatchGradients & { readonly divisor: number }) | undefined> {
    if (this.batches === this.skipped) return undefined;
    const { sums: gradients } = this;
    const loss = this.weight > 0 ? this.weightedLoss / this.weight : 0;
    if (this.of === 1) return { loss, norm: this.firstNorm, gradients, divisor: 1 };
    const divisor = this.weight > 0 ? this.weight : 1;
    const norm = globalNorm(gradients.filter((g) => g !== undefined));
    const [length] = await norm.data();
    norm.dispose();
    return { loss, norm: length / divisor, gradients, divisor };
  }

  dispose(): void {
    tf.dispose(this.sums.filter((sum) => sum !== undefined));
    this.sums = [];
  }
}

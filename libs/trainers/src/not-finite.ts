import { CardioError, type Batch } from '@cardio/core';

import type { BatchGradients } from './loop/learner.js';

/**
 * The error of a batch whose loss or gradients are not finite: where it was, on which examples, and what to go back to.
 *
 * @param skipped batches that were left out before for the same reason
 */
export function notFinite(
  batch: Batch,
  { loss, norm }: Pick<BatchGradients, 'loss' | 'norm'>,
  where: { epoch: number; batch: number; step: number },
  { lastCheckpoint, skipped }: { lastCheckpoint: string | undefined; skipped: number },
): CardioError {
  const what = Number.isFinite(loss) ? `the norm of the gradients ${norm}` : `the loss ${loss}`;
  const bad = batch.ids.filter((_, example) => !inputIsFinite(batch, example));
  const advice =
    bad.length > 0
      ? `The input of these holds NaN or Infinity: ${bad.join(', ')}. Repair or leave them out.`
      : 'Its inputs are finite: try a lower learning rate.';
  return new CardioError(
    'data',
    `Training stopped at step ${where.step} (epoch ${where.epoch}, batch ${where.batch}): ${what} is not a finite number${
      skipped > 0 ? `, after ${skipped} batches left out for the same reason` : ''
    }. ${advice} ` +
      `Last good checkpoint: ${lastCheckpoint ?? 'none'}. Examples of the batch: ${batch.ids.join(', ')}.`,
  );
}

function inputIsFinite({ x, features, shape }: Batch, example: number): boolean {
  const row = (values: Float32Array, length: number): Float32Array =>
    values.subarray(example * length, (example + 1) * length);
  const inputs = [row(x, shape.time * shape.leads), ...(features ? [row(features, shape.features)] : [])];
  return inputs.every((values) => values.every(Number.isFinite));
}

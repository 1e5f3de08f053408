import type { TrainingConfig } from './config.js';

/**
 * The learning rate of one step: a linear warm-up, then constant or a half cosine down to 0 (Loshchilov & Hutter, SGDR, 2017,
 * without restarts). It depends on the position in the run alone, so nothing of it needs saving.
 *
 * @param start position of the step in epochs, such as 1.25 for a quarter into the second
 * @param end where the step ends
 */
export function learningRateAt(
  config: Pick<TrainingConfig, 'learningRate' | 'schedule' | 'warmupEpochs' | 'epochs'>,
  start: number,
  end: number,
): number {
  const { learningRate, schedule, warmupEpochs, epochs } = config;
  if (start < warmupEpochs) return learningRate * Math.min(1, end / warmupEpochs);
  if (schedule === 'constant') return learningRate;
  const done = Math.min(1, (start - warmupEpochs) / (epochs - warmupEpochs));
  return (learningRate * (1 + Math.cos(Math.PI * done))) / 2;
}

import type { LearningRateCurve, LearningRateRange } from '@cardio/trainers';

import type { ExperimentObserver } from './observer.js';
import { prepare, trainerOf } from './prepare.js';
import type { ExperimentConfig } from './schema.js';

/**
 * Looks for a learning rate for what a configuration would train, from the weights that it would start with. Nothing is written.
 *
 * @returns the averaged loss at each rate that was tried, and a suggestion
 */
export async function findRate(
  config: ExperimentConfig,
  options: { observer?: ExperimentObserver; range?: LearningRateRange } = {},
): Promise<LearningRateCurve> {
  const prepared = await prepare(config, options);
  if (prepared.start) options.observer?.onTransfer?.(prepared.start);
  const { trainer, close } = trainerOf(config, prepared);
  try {
    return await trainer.findLearningRate(options.range);
  } finally {
    await close();
    prepared.model.dispose();
  }
}

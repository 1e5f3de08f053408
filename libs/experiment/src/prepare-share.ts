import { CardioError } from '@cardio/core';
import {
  datasetFactory,
  prepareSourceShare,
  type LoadableDefinition,
  type LoadConfig,
  type StoreShare,
} from '@cardio/datasets';

import { loadPlugins } from './plugins.js';
import type { ExperimentConfig } from './schema.js';

/**
 * Prepares one share of the store of an experiment's dataset, so that several processes or machines on one folder prepare it together.
 *
 * @param onProgress told how many records of the share are done
 * @throws {CardioError} `usage` without `dataset.storeDir`, or for a dataset that has no store
 */
export async function prepareDatasetShare(
  config: ExperimentConfig,
  share: StoreShare,
  onProgress?: (done: number, total: number) => void,
): Promise<{ readonly shards: number; readonly prepared: number }> {
  await loadPlugins(config.plugins);
  const { name, ...fields } = config.dataset;
  // Every built-in definition of recorded data is one; a plug-in's may not be.
  const definition = datasetFactory.get(name) as unknown as Partial<LoadableDefinition<LoadConfig>>;
  if (!definition.open || !definition.prepareRecord) {
    throw new CardioError('usage', `The dataset ${name} has no prepared store.`);
  }
  return prepareSourceShare(definition as LoadableDefinition<LoadConfig>, fields as LoadConfig, share, onProgress);
}

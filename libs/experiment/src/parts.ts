import { CardioError, type Progress } from '@cardio/core';
import { datasetFactory, type EcgDataset } from '@cardio/datasets';
import { modelFactory, type ModelInput } from '@cardio/models';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { ExperimentConfig } from './schema.js';

/** Loads the configured dataset; a split without examples is an error, because nothing could be trained, chosen or reported. */
export async function createDataset(config: ExperimentConfig, onProgress?: Progress): Promise<EcgDataset> {
  const { name, ...fields } = config.dataset;
  const dataset = await datasetFactory.create(name as string, fields, onProgress);
  const empty = Object.values(dataset.splits).find((split) => split.size === 0);
  if (empty) {
    throw new CardioError(
      'data',
      `The ${empty.name} split of ${name} has no examples: \`${config.dataset.dataDir}\` holds ${dataset.report.present} of ` +
        `${dataset.report.present + dataset.report.absent.length} records. Add records of that split.`,
    );
  }
  return dataset;
}

/** Builds the configured model to fit a dataset. */
export function createModel(config: ExperimentConfig, dataset: EcgDataset): LayersModel {
  const { name, ...fields } = config.model;
  return modelFactory.create(name, { ...fields, ...modelInputOf(config, dataset) });
}

/** What a model's configuration has beside the experiment's section: the shapes of the dataset, and the experiment's seed. */
export const modelInputOf = ({ seed }: ExperimentConfig, { window, task, features }: EcgDataset): ModelInput => ({
  inputLength: window.samples,
  inputChannels: window.leads.length,
  inputFeatures: features.length,
  numClasses: task.classes.length,
  seed,
});

/** Where a finished run's model is computed: one that was trained on a GPU on what there is. */
export const deviceOf = ({ device }: ExperimentConfig): 'auto' | 'cpu' => (device === 'cuda' ? 'auto' : device);

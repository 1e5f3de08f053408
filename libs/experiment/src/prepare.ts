import { CardioError } from '@cardio/core';
import { createLoader, stepsFor, type EcgDataset } from '@cardio/datasets';
import { startEngine, type EngineInfo } from '@cardio/engine';
import { cutmix, mixup } from '@cardio/signal';
import { balancedClassWeights, ClassificationTrainer, trainingConfig, type TrainerOptions } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { aggregationOf } from './aggregation.js';
import { labelFraction } from './label-fraction.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, createModel } from './parts.js';
import type { ExperimentConfig } from './schema.js';
import { encoderLayers, startFrom, type Start } from './start-from.js';

const mixings = { mixup, cutmix };

/** What a training consists of before its first step. */
interface Prepared {
  readonly engine: EngineInfo;
  /** With as much of the training split as the configuration asks for. */
  readonly dataset: EcgDataset;
  readonly model: LayersModel;
  /** What became of the weights of another run; `undefined` where none was named. */
  readonly start: Start | undefined;
}

/**
 * Starts the engine, loads the dataset and builds the model of a configuration.
 *
 * @param options.resume the weights will come from a checkpoint, not from another run
 * @param options.dataset the configuration's, where it is loaded already
 */
export async function prepare(
  config: ExperimentConfig,
  options: { observer?: ExperimentObserver; resume?: boolean; dataset?: EcgDataset | undefined } = {},
): Promise<Prepared> {
  const { observer = {}, resume = false } = options;
  const { seed, device, precision, training } = config;
  const { from, probe } = config.transfer;
  if (probe && from === undefined) {
    throw new CardioError(
      'usage',
      '`probe` trains a head on an encoder that is there already: name its run with `from`.',
    );
  }
  const engine = await startEngine(config.engine, { device, precision });
  observer.onEngine?.(engine);
  const whole = options.dataset ?? (await createDataset(config, observer.onReading));
  const train = labelFraction(whole.splits.train, training.labelFraction, seed);
  const dataset = { ...whole, splits: { ...whole.splits, train } };
  observer.onDataset?.(dataset);
  const model = createModel(config, dataset);
  const start = from !== undefined && !resume ? await startFrom(config, model, from, dataset.task.classes) : undefined;
  return { engine, dataset, model, start };
}

/** The trainer of what is prepared, and what ends the threads of its loader. */
export function trainerOf(
  { seed, augmentation, training, transfer: { probe } }: ExperimentConfig,
  { dataset, model }: Prepared,
  parts: Pick<TrainerOptions, 'checkpointDir' | 'callbacks' | 'signal'> = {},
): { readonly trainer: ClassificationTrainer; close(): Promise<void> } {
  const { batchSize, sampling, loaderWorkers: workers, classWeights, mix, mixAlpha } = training;
  const numbers = trainingConfig.omit({ seed: true, classWeights: true }).strip().parse(training);
  const augment = augmentation === 'none' ? {} : { augment: stepsFor(dataset, augmentation) };
  const { train, validation } = dataset.splits;
  const trainLoader = createLoader(train, { batchSize, shuffle: true, sampling, seed, workers, ...augment });
  const trainer = new ClassificationTrainer(model, {
    task: dataset.task.kind,
    classes: dataset.task.classes,
    aggregate: aggregationOf(dataset),
    trainLoader,
    valLoader: createLoader(validation, { batchSize }),
    ...numbers,
    ...(probe && { freeze: encoderLayers(model), unfreezeAfterEpochs: 0 }),
    seed,
    classWeights: weightsOf(classWeights, dataset),
    ...(mix !== 'none' && { transformBatch: (batch, random) => mixings[mix](batch, random, { alpha: mixAlpha }) }),
    ...parts,
  });
  return { trainer, close: () => trainLoader.close() };
}

/** The weight of each class in the loss; `undefined` for none. */
function weightsOf(
  classWeights: ExperimentConfig['training']['classWeights'],
  { task, splits }: EcgDataset,
): number[] | undefined {
  if (classWeights === 'none') return undefined;
  return classWeights === 'balanced'
    ? balancedClassWeights(task.kind, splits.train.classCounts, splits.train.size)
    : [...classWeights];
}

import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { createLoader, stepsFor, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { cutmix, mixup } from '@cardio/signal';
import { balancedClassWeights, ClassificationTrainer, type History } from '@cardio/trainers';

import { aggregationOf } from './aggregation.js';
import { isPretraining } from './codebook-file.js';
import { evaluateModel, type EvaluatedSplit, type RunEvaluation } from './evaluate.js';
import { labelFraction } from './label-fraction.js';
import { describeRun } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, createModel } from './parts.js';
import type { Predictions } from './predictions.js';
import { runFiles, writeJson, type Run } from './run-folder.js';
import type { ExperimentConfig } from './schema.js';
import { encoderLayers, startFrom } from './start-from.js';
import { trackersOf } from './tracking.js';

const mixings = { mixup, cutmix };

/** What a finished run is summed up by. */
export interface TrainResult {
  readonly history: History;
  /** Of the test split; `null` when training was aborted before its end, was only a check, or nothing was to be evaluated. */
  readonly evaluation: RunEvaluation | null;
  /** What {@link evaluation} is of. */
  readonly predictions: Predictions | null;
}

/**
 * Trains what a run's configuration says, chooses the checkpoint by validation alone, then evaluates it once on the test split.
 * Everything lands in the run's folder.
 *
 * @param options.resume go on from the run's last checkpoint
 * @param options.evaluate the split that the chosen checkpoint is evaluated on, if any; default `test`
 * @param options.dataset the configuration's, where it is loaded already
 * @param options.signal stops after the current step and writes the checkpoint `last`
 */
export async function trainRun(
  run: Run,
  options: {
    observer?: ExperimentObserver;
    resume?: boolean;
    signal?: AbortSignal;
    evaluate?: EvaluatedSplit | 'nothing';
    dataset?: EcgDataset | undefined;
  } = {},
): Promise<TrainResult> {
  const { observer = {}, resume = false, signal, evaluate = 'test' } = options;
  const { seed, device, precision, augmentation } = run.config;
  const {
    batchSize,
    sampling,
    loaderWorkers: workers,
    classWeights,
    labelFraction: fraction,
    mix,
    mixAlpha,
    ...training
  } = run.config.training;
  const { from, probe } = run.config.transfer;
  checkStart(run, resume);
  const engine = await startEngine(run.config.engine, { device, precision });
  observer.onEngine?.(engine);
  const whole = options.dataset ?? (await createDataset(run.config, observer.onReading));
  const dataset = { ...whole, splits: { ...whole.splits, train: labelFraction(whole.splits.train, fraction, seed) } };
  observer.onDataset?.(dataset);
  const model = createModel(run.config, dataset);
  const transferred =
    from !== undefined && !resume ? await startFrom(run, model, from, dataset.task.classes) : undefined;
  const manifest = describeRun(run, dataset, engine, model.countParams());
  observer.onModel?.(manifest);
  if (transferred) observer.onTransfer?.(transferred);
  writeJson(run, 'manifest', manifest);

  const { train, validation } = dataset.splits;
  const checkpointDir = join(run.dir, runFiles.checkpoints);
  const augment = augmentation === 'none' ? {} : { augment: stepsFor(dataset, augmentation) };
  const trainLoader = createLoader(train, { batchSize, shuffle: true, sampling, seed, workers, ...augment });
  const trainer = new ClassificationTrainer(model, {
    task: dataset.task.kind,
    classes: dataset.task.classes,
    aggregate: aggregationOf(dataset),
    trainLoader,
    valLoader: createLoader(validation, { batchSize }),
    ...training,
    ...(probe && { freeze: encoderLayers(model), unfreezeAfterEpochs: 0 }),
    seed,
    checkpointDir,
    callbacks: [...trackersOf(run, { warn: observer.onWarning }), observer],
    signal,
    classWeights: weightsOf(classWeights, dataset),
    ...(mix !== 'none' && { transformBatch: (batch, random) => mixings[mix](batch, random, { alpha: mixAlpha }) }),
  });
  try {
    if (resume) await trainer.resume(join(checkpointDir, 'last'));
    const history = await trainer.train();
    const isCheck = training.overfitOneBatch || training.fastDevRun;
    const nothing = history.stopped === 'aborted' || isCheck || evaluate === 'nothing';
    if (nothing) return { history, evaluation: null, predictions: null };
    return { history, ...(await evaluateModel(run, trainer, dataset, evaluate)) };
  } finally {
    await trainLoader.close();
    model.dispose();
  }
}

/** Refuses to go on with a run of pre-training, and a probe of nothing. */
function checkStart(run: Run, resume: boolean): void {
  const { from, probe } = run.config.transfer;
  if (resume && isPretraining(run)) {
    throw new CardioError('usage', `The run ${run.dir} is one of pre-training; go on with \`pretrain --resume\`.`);
  }
  if (probe && from === undefined) {
    throw new CardioError(
      'usage',
      '`probe` trains a head on an encoder that is there already: name its run with `from`.',
    );
  }
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

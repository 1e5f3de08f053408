import { join } from 'node:path';

import { createLoader, stepsFor, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { balancedClassWeights, ClassificationTrainer, metricsLog, tensorBoard, type History } from '@cardio/trainers';

import { evaluateModel, type RunEvaluation } from './evaluate.js';
import { describeRun } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, createModel } from './parts.js';
import { runFiles, writeJson, type Run } from './run-folder.js';
import type { ExperimentConfig } from './schema.js';

/** What a finished run is summed up by. */
export interface TrainResult {
  readonly history: History;
  /** Of the test split; `null` when training was aborted before its end, or was only a check. */
  readonly evaluation: RunEvaluation | null;
}

/**
 * Trains what a run's configuration says, chooses the checkpoint by validation alone, then evaluates it once on the test split.
 * Everything lands in the run's folder.
 *
 * @param options.resume go on from the run's last checkpoint
 * @param options.signal stops after the current step and writes the checkpoint `last`
 */
export async function trainRun(
  run: Run,
  options: { observer?: ExperimentObserver; resume?: boolean; signal?: AbortSignal } = {},
): Promise<TrainResult> {
  const { observer = {}, resume = false, signal } = options;
  const { seed, device, precision, augmentation } = run.config;
  const { batchSize, sampling, loaderWorkers: workers, classWeights, ...training } = run.config.training;
  const engine = await startEngine(run.config.engine, { device, precision });
  observer.onEngine?.(engine);
  const dataset = await createDataset(run.config, observer.onReading);
  observer.onDataset?.(dataset);
  const model = createModel(run.config, dataset);
  const manifest = describeRun(run, dataset, engine, model.countParams());
  observer.onModel?.(manifest);
  writeJson(run, 'manifest', manifest);

  const { train, validation, test } = dataset.splits;
  const checkpointDir = join(run.dir, runFiles.checkpoints);
  const augment = augmentation === 'none' ? {} : { augment: stepsFor(dataset, augmentation) };
  const trainLoader = createLoader(train, { batchSize, shuffle: true, sampling, seed, workers, ...augment });
  const trainer = new ClassificationTrainer(model, {
    task: dataset.task.kind,
    classes: dataset.task.classes,
    trainLoader,
    valLoader: createLoader(validation, { batchSize }),
    ...training,
    seed,
    checkpointDir,
    callbacks: [metricsLog(join(run.dir, runFiles.metrics)), tensorBoard(run.dir), observer],
    signal,
    classWeights: weightsOf(classWeights, dataset),
  });
  if (resume) await trainer.resume(join(checkpointDir, 'last'));
  const history = await trainer.train().finally(() => trainLoader.close());
  const isCheck = training.overfitOneBatch || training.fastDevRun;
  if (history.stopped === 'aborted' || isCheck) return { history, evaluation: null };
  const evaluation = await evaluateModel(run, trainer, dataset, createLoader(test, { batchSize }));
  return { history, evaluation };
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

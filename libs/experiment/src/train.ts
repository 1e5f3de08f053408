import { join } from 'node:path';

import { createLoader } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { ClassificationTrainer, metricsLog, tensorBoard, type History } from '@cardio/trainers';

import { evaluateModel, type RunEvaluation } from './evaluate.js';
import { describeRun } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, createModel } from './parts.js';
import { runFiles, writeJson, type Run } from './run-folder.js';

/** What a finished run is summed up by. */
export interface TrainResult {
  readonly history: History;
  /** Of the test split; `null` when training was aborted before its end. */
  readonly evaluation: RunEvaluation | null;
}

/**
 * Trains what a run's configuration says, chooses the checkpoint by validation alone, then evaluates it once on the test split.
 * Everything lands in the run's folder.
 *
 * @param options.resume go on from the run's last checkpoint
 * @param options.signal stops after the current step; the last epoch's checkpoint stays
 */
export async function trainRun(
  run: Run,
  options: { observer?: ExperimentObserver; resume?: boolean; signal?: AbortSignal } = {},
): Promise<TrainResult> {
  const { observer = {}, resume = false, signal } = options;
  const { seed, device, precision } = run.config;
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
  const trainLoader = createLoader(train, { batchSize, shuffle: true, sampling, seed, workers });
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
    ...(classWeights === 'balanced' ? { classWeights: balancedWeights(train.classCounts, train.size) } : {}),
  });
  if (resume) await trainer.resume(join(checkpointDir, 'last'));
  const history = await trainer.train().finally(() => trainLoader.close());
  if (history.stopped === 'aborted') return { history, evaluation: null };
  const evaluation = await evaluateModel(run, trainer, dataset, createLoader(test, { batchSize }));
  return { history, evaluation };
}

/** Weights inverse to how often each class occurs, of mean 1 over the examples; 1 for a class that never does. */
const balancedWeights = (counts: readonly number[], size: number): number[] =>
  counts.map((count) => (count === 0 ? 1 : size / (counts.length * count)));

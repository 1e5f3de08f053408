import { writeFileSync } from 'node:fs';
import { join } from 'node:path';

import type { BatchLoader } from '@cardio/core';
import { createLoader, type EcgDataset, type Split } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { evaluateGroups, evaluateScores, type Evaluation } from '@cardio/eval';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';
import { parquetWriteBuffer } from 'hyparquet-writer';

import type { ExperimentObserver } from './observer.js';
import { createDataset, deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { runFiles, writeJson, type Run } from './run-folder.js';

/** The evaluation of a run's best checkpoint on its test split, as `evaluation.json` holds it. */
export interface RunEvaluation extends Evaluation {
  readonly split: 'test';
  readonly loss: number;
  /** The same scores of each record's examples, or of none where a record is one example. */
  readonly perRecord: readonly { readonly key: string; readonly evaluation: Evaluation }[];
}

/** Loads a run's best checkpoint and its dataset and evaluates the one on the test split of the other. */
export async function evaluateRun(
  run: Run,
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset'> = {},
): Promise<RunEvaluation> {
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config), precision: run.config.precision });
  const { model } = await loadCheckpoint(join(run.dir, runFiles.checkpoints, 'best'));
  const dataset = await createDataset(run.config, observer.onReading);
  observer.onDataset?.(dataset);
  const { batchSize } = run.config.training;
  const loader = createLoader(dataset.splits.test, { batchSize });
  const trainer = new ClassificationTrainer(model, {
    task: dataset.task.kind,
    classes: dataset.task.classes,
    trainLoader: loader,
  });
  return evaluateModel(run, trainer, dataset, loader);
}

/** Evaluates a trainer's model on the test split and writes `evaluation.json` and `predictions.parquet`. */
export async function evaluateModel(
  run: Run,
  trainer: ClassificationTrainer,
  dataset: EcgDataset,
  loader: BatchLoader,
): Promise<RunEvaluation> {
  const { probabilities, labels, loss } = await trainer.evaluate(loader);
  const { test } = dataset.splits;
  const options = { forgiven: dataset.task.forgiven ?? [] };
  const scores = { task: dataset.task.kind, classes: dataset.task.classes, probabilities, labels };
  const records = Array.from({ length: test.size }, (_, i) => test.example(i).recordId);
  const scored = evaluateScores(scores, options);
  const evaluation: RunEvaluation = {
    split: 'test',
    loss,
    ...scored,
    notes: [...scored.notes, ...dataset.report.notes],
    perRecord: test.recordIds.length < test.size ? evaluateGroups(scores, records, options) : [],
  };
  writeJson(run, 'evaluation', evaluation);
  writePredictions(join(run.dir, runFiles.predictions), test, dataset.task.classes, probabilities);
  return evaluation;
}

/** One row per example: id, record, patient, and for each class its truth and its probability. */
function writePredictions(path: string, split: Split, classes: readonly string[], probabilities: Float32Array): void {
  const examples = Array.from({ length: split.size }, (_, i) => split.example(i));
  const k = classes.length;
  const buffer = parquetWriteBuffer({
    columnData: [
      { name: 'id', data: examples.map((e) => e.id), type: 'STRING' },
      { name: 'record', data: examples.map((e) => e.recordId), type: 'STRING' },
      { name: 'patient', data: examples.map((e) => e.patientId), type: 'STRING' },
      ...classes.flatMap((name, c) => [
        { name: `true_${name}`, data: examples.map((e) => e.y[c] > 0.5), type: 'BOOLEAN' as const },
        { name: `probability_${name}`, data: examples.map((_, i) => probabilities[i * k + c]), type: 'FLOAT' as const },
      ]),
    ],
  });
  writeFileSync(path, Buffer.from(buffer));
}

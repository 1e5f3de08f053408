import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError, type Batch } from '@cardio/core';
import { buildSplit, createLoader, datasetFactory, type Example, type Preparation } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { aggregateRows } from '@cardio/eval';
import { openOnnx } from '@cardio/export';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';

import type { Manifest } from './manifest.js';
import { deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { checkpointOf, readJson, runFiles, type Run } from './run-folder.js';

/** The probabilities of the task's classes and what follows from them. */
export interface Answer {
  readonly probabilities: readonly number[];
  readonly predicted: readonly string[];
  /** The probabilities after the calibration that a bundle has. */
  readonly calibrated?: readonly number[];
}

/** What a model says of one record. */
export interface Prediction {
  readonly record: string;
  /** The file that answered: the exported model or the run's checkpoint. */
  readonly model: string;
  readonly task: Manifest['task'];
  /** What to know of the windows, such as that the beats were detected because none are annotated. */
  readonly notes: readonly string[];
  /** Of the record, aggregated over its windows as in the run's evaluation; `null` where each window stands for itself. */
  readonly whole: Answer | null;
  /** One per window: a beat, a stretch, or the whole record. */
  readonly windows: readonly (Answer & { readonly id: string })[];
}

/**
 * Predicts one record that need not be part of any dataset, prepared exactly as the run's training data was.
 *
 * @param record path of a WFDB record without extension, or of a file that the dataset reads
 * @param using the exported ONNX file, or the run's checkpoint; by default the export where there is one
 */
export async function predictRecord(run: Run, record: string, using?: 'onnx' | 'checkpoint'): Promise<Prediction> {
  await loadPlugins(run.config.plugins);
  const manifest = readJson<Manifest>(run, 'manifest');
  const definition = datasetFactory.get(manifest.dataset.name) as unknown as {
    windowsOf(path: string, preparation: Preparation, note: (text: string) => void): Promise<Example[]>;
  };
  const notes: string[] = [];
  const examples = await definition.windowsOf(record, manifest.preparation, (text) => notes.push(text));
  if (examples.length === 0) throw new CardioError('data', `\`${record}\` has no window to predict.`);
  const onnx = join(run.dir, runFiles.onnx);
  const { task } = manifest;
  const fromOnnx = using === 'onnx' || (using === undefined && existsSync(onnx));
  const model = fromOnnx ? onnx : checkpointOf(run);
  const batch = await batchOf(examples, manifest);
  const probabilities = fromOnnx ? await runOnnx(onnx, batch) : await runCheckpoint(run, model, batch, task);
  const k = task.classes.length;
  const windows = examples.map(({ id }, i) => ({ id, ...answer(probabilities.subarray(i * k, (i + 1) * k), task) }));
  return { record, model, task, notes, whole: task.aggregate ? aggregated(probabilities, task) : null, windows };
}

function answer(row: Float32Array, { kind, classes }: Manifest['task']): Answer {
  const probabilities = Array.from(row);
  const chosen =
    kind === 'multi-class'
      ? [probabilities.indexOf(Math.max(...probabilities))]
      : probabilities.flatMap((p, c) => (p >= 0.5 ? [c] : []));
  return { probabilities, predicted: chosen.map((c) => classes[c]) };
}

/** All windows as one record. */
function aggregated(probabilities: Float32Array, task: Manifest['task']): Answer {
  const { kind, classes, aggregate = 'max' } = task;
  const keys = Array.from({ length: probabilities.length / classes.length }, () => '');
  const scores = { task: kind, classes, probabilities, labels: new Float32Array(probabilities.length) };
  return answer(aggregateRows(scores, keys, aggregate).probabilities, task);
}

async function runOnnx(path: string, batch: Batch): Promise<Float32Array> {
  const session = await openOnnx(path);
  try {
    const { x: ecg, features, shape } = batch;
    const { probabilities } = await session.run({
      ecg,
      shape: [shape.size, shape.time, shape.leads],
      ...(features ? { features } : {}),
    });
    return probabilities;
  } finally {
    await session.close();
  }
}

async function runCheckpoint(run: Run, folder: string, batch: Batch, task: Manifest['task']): Promise<Float32Array> {
  await startEngine(run.config.engine, { device: deviceOf(run.config) });
  const { model } = await loadCheckpoint(folder);
  const trainer = new ClassificationTrainer(model, {
    task: task.kind,
    classes: task.classes,
    trainLoader: once(batch),
  });
  return trainer.predict(batch);
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

/** All examples as one batch; they carry no labels. */
async function batchOf(examples: readonly Example[], { window, features }: Manifest): Promise<Batch> {
  const unlabelled = examples.map((example) => ({ ...example, y: new Float32Array(0) }));
  const shape = { time: window.samples, leads: window.leads.length, classes: 0, features: features.length };
  const loader = createLoader(buildSplit('test', unlabelled, shape), { batchSize: examples.length });
  const { value } = await loader[Symbol.asyncIterator]().next();
  return value as Batch;
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { datasetFactory, type Example, type Preparation } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { openOnnx } from '@cardio/export';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';

import type { Manifest } from './manifest.js';
import { loadPlugins } from './plugins.js';
import { readJson, runFiles, type Run } from './run-folder.js';

/** What a model says of one record. */
export interface Prediction {
  readonly record: string;
  /** The file that answered: the exported model or the best checkpoint. */
  readonly model: string;
  readonly task: Manifest['task'];
  /** One per window: a beat, or the whole record. */
  readonly windows: readonly {
    readonly id: string;
    readonly probabilities: readonly number[];
    readonly predicted: readonly string[];
  }[];
}

/**
 * Predicts one record that need not be part of any dataset, prepared exactly as the run's training data was.
 *
 * @param record path of a WFDB record, without extension
 * @param using the exported ONNX file, or the best checkpoint; by default the export where there is one
 */
export async function predictRecord(run: Run, record: string, using?: 'onnx' | 'checkpoint'): Promise<Prediction> {
  await loadPlugins(run.config.plugins);
  const manifest = readJson<Manifest>(run, 'manifest');
  const definition = datasetFactory.get(manifest.dataset.name) as unknown as {
    windowsOf(path: string, preparation: Preparation): Promise<Example[]>;
  };
  const examples = await definition.windowsOf(record, manifest.preparation);
  if (examples.length === 0) throw new CardioError('data', `\`${record}\` has no window to predict.`);
  const onnx = join(run.dir, runFiles.onnx);
  const { task } = manifest;
  const fromOnnx = using === 'onnx' || (using === undefined && existsSync(onnx));
  const model = fromOnnx ? onnx : join(run.dir, runFiles.checkpoints, 'best');
  const probabilities = fromOnnx
    ? await runOnnx(onnx, examples, manifest)
    : await runCheckpoint(run, model, examples, manifest);
  const k = task.classes.length;
  const windows = examples.map(({ id }, i) => {
    const row = Array.from(probabilities.subarray(i * k, (i + 1) * k));
    const chosen =
      task.kind === 'multi-class' ? [row.indexOf(Math.max(...row))] : row.flatMap((p, c) => (p >= 0.5 ? [c] : []));
    return { id, probabilities: row, predicted: chosen.map((c) => task.classes[c]) };
  });
  return { record, model, task, windows };
}

async function runOnnx(path: string, examples: readonly Example[], manifest: Manifest): Promise<Float32Array> {
  const session = await openOnnx(path);
  try {
    const { x, features, shape } = batchOf(examples, manifest);
    const { probabilities } = await session.run({
      ecg: x,
      shape: [shape.size, shape.time, shape.leads],
      ...(features ? { features } : {}),
    });
    return probabilities;
  } finally {
    await session.close();
  }
}

async function runCheckpoint(
  run: Run,
  folder: string,
  examples: readonly Example[],
  manifest: Manifest,
): Promise<Float32Array> {
  await startEngine(run.config.engine);
  const { model } = await loadCheckpoint(folder);
  const batch = batchOf(examples, manifest);
  const trainer = new ClassificationTrainer(model, {
    task: manifest.task.kind,
    classes: manifest.task.classes,
    trainLoader: once(batch),
  });
  return (await trainer.evaluate(once(batch))).probabilities;
}

async function* once<T>(value: T): AsyncGenerator<T> {
  yield value;
}

function batchOf(examples: readonly Example[], { window, features: names, task }: Manifest) {
  const shape = {
    size: examples.length,
    time: window.samples,
    leads: window.leads.length,
    classes: task.classes.length,
    features: names.length,
  };
  const x = new Float32Array(shape.size * shape.time * shape.leads);
  const features = new Float32Array(shape.size * shape.features);
  examples.forEach((example, b) => {
    x.set(example.x, b * shape.time * shape.leads);
    if (example.features) features.set(example.features, b * shape.features);
  });
  const y = new Float32Array(shape.size * shape.classes);
  return { x, y, ids: examples.map((e) => e.id), shape, ...(shape.features > 0 ? { features } : {}) };
}

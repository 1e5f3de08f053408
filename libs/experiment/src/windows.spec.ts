import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createLoader, writeSyntheticPtbxl, type EcgDataset, type Split } from '@cardio/datasets';
import { evaluateScores } from '@cardio/eval';
import { ClassificationTrainer, loadCheckpoint } from '@cardio/trainers';
import { parquetReadObjects } from 'hyparquet';

import { evaluateRun, type RunEvaluation } from './evaluate.js';
import { exportRun } from './export.js';
import { createDataset } from './parts.js';
import { predictRecord } from './predict.js';
import { resolveConfig } from './resolve.js';
import { createRun, readJson, runFiles, type Run } from './run-folder.js';
import { trainRun } from './train.js';

jest.setTimeout(300_000);

const preset = fileURLToPath(new URL('../../../configs/ptbxl-superclass.yaml', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'cardio-windows-'));
const data = join(folder, 'data');
afterAll(() => rmSync(folder, { recursive: true }));

async function train(id: string, flags: Record<string, string> = {}): Promise<Run> {
  const { config } = await resolveConfig({
    file: preset,
    flags: {
      ...{ 'data-dir': data, preset: 'tiny', epochs: '3', engine: 'wasm', 'batch-size': '16' },
      ...{ 'runs-dir': folder, 'run-id': id, ...flags },
    },
  });
  const run = createRun(config);
  await trainRun(run);
  return run;
}

describe('the preset of the PTB-XL benchmark', () => {
  let run: Run;
  let dataset: EcgDataset;
  let each: Float32Array; // of every window, [N * 7 * 5]

  beforeAll(async () => {
    await writeSyntheticPtbxl(data, { records: 60, seed: 5 });
    run = await train('max');
    dataset = await createDataset(run.config);
    each = await probabilitiesOn(dataset.splits.test);
  });

  /** Of each example by itself. */
  async function probabilitiesOn(split: Split): Promise<Float32Array> {
    const { model } = await loadCheckpoint(join(run.dir, runFiles.checkpoints, 'last'));
    const { kind: task, classes } = dataset.task;
    const trainLoader = createLoader(split, { batchSize: 16 });
    return (await new ClassificationTrainer(model, { task, classes, trainLoader }).evaluate(trainLoader)).probabilities;
  }

  /** Of a record and a class, over its windows. */
  const windowsOf = (record: number, k: number): number[] =>
    Array.from({ length: 7 }, (_, w) => each[(7 * record + w) * 5 + k]);
  const predictionsOf = async ({ dir }: Run): Promise<Record<string, unknown>[]> => {
    const bytes = readFileSync(join(dir, runFiles.predictions));
    return parquetReadObjects({
      file: bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length) as ArrayBuffer,
    });
  };

  test('is the recipe of the paper', () => {
    const {
      dataset: data,
      training,
      model,
    } = JSON.parse(readFileSync(join(run.dir, runFiles.config), 'utf8')) as Run['config'];
    expect(data).toMatchObject({ task: 'superclass', sampleRateHz: 100, cropSeconds: 2.5, aggregate: 'max' });
    expect(model.name).toBe('xresnet1d101');
    expect(training).toMatchObject({
      ...{ learningRate: 0.01, schedule: 'one-cycle', weightDecay: 0.01, loss: 'cross-entropy', optimizer: 'adamw' },
      ...{ patience: 0, gradientClipNorm: 0, finalWeights: 'last' },
    });
  });

  test('gives each record of the test split the largest probability of its windows, by the last weights', async () => {
    const rows = await predictionsOf(run);
    expect(rows.map((row) => row['id'])).toEqual(dataset.splits.test.recordIds);
    rows.forEach((row, r) => {
      const largest = dataset.task.classes.map((_, k) => Math.max(...windowsOf(r, k)));
      dataset.task.classes.forEach((name, k) => expect(row[`probability_${name}`]).toBe(largest[k]));
    });
    const evaluation = readJson<RunEvaluation>(run, 'evaluation');
    expect(evaluation).toMatchObject({ aggregate: 'max', checkpoint: 'last', examples: rows.length, perRecord: [] });
    expect(evaluation.notes.join()).toContain('7 windows of each');
    expect(await evaluateRun(run)).toEqual(evaluation);
  });

  test('chooses by records, too: what is monitored in training is aggregated', async () => {
    const { validation } = dataset.splits;
    const windows = await probabilitiesOn(validation);
    const records = validation.size / 7;
    const cells = Array.from({ length: records * 5 }, (_, i) => [Math.floor(i / 5), i % 5]);
    const probabilities = cells.map(([r, k]) =>
      Math.max(...Array.from({ length: 7 }, (_, w) => windows[(7 * r + w) * 5 + k])),
    );
    const labels = cells.map(([r, k]) => validation.example(7 * r).y[k]);
    const { summary } = evaluateScores({ task: 'multi-label', classes: dataset.task.classes, probabilities, labels });
    const lines = readFileSync(join(run.dir, runFiles.metrics), 'utf8').trim().split('\n');
    const last = JSON.parse(lines[lines.length - 1]) as { validation: Record<string, number> };
    expect(last.validation).toMatchObject(summary);
  });

  test('predicts a record as it evaluated it, from the checkpoint and from the export', async () => {
    const record = dataset.splits.test.recordIds[1];
    const path = join(data, 'records100/00000', record);
    const prediction = await predictRecord(run, path);
    expect(prediction.model).toContain('last');
    expect(prediction.windows.map(({ id }) => id)).toEqual(
      [0, 125, 250, 375, 500, 625, 750].map((from) => `${record}:${from}`),
    );
    const expected = dataset.task.classes.map((_, k) => Math.max(...windowsOf(1, k)));
    prediction.whole?.probabilities.forEach((p, k) => expect(p).toBeCloseTo(expected[k], 5)); // other batches
    expect(prediction.whole?.probabilities).toHaveLength(5);
    await exportRun(run);
    const bundle = readJson<{ task: unknown; preparation: { steps: unknown[] } }>(run, 'bundle');
    expect(bundle.task).toMatchObject({ aggregate: 'max' });
    expect(bundle.preparation.steps).toContainEqual({ step: 'windows', samples: 250, stride: 125 });
    const exported = await predictRecord(run, path, 'onnx');
    exported.whole?.probabilities.forEach((p, k) => expect(p).toBeCloseTo(expected[k], 4));
  });

  test('takes the mean and the best epoch if told to', async () => {
    const other = await train('mean', { aggregate: 'mean', 'final-weights': 'best', epochs: '1' });
    expect(readJson<RunEvaluation>(other, 'evaluation')).toMatchObject({ aggregate: 'mean', checkpoint: 'best' });
    const { config } = await resolveConfig({ file: join(run.dir, runFiles.config), flags: { aggregate: 'mean' } });
    const evaluation = await evaluateRun({ ...run, dir: run.dir, config });
    expect(evaluation.aggregate).toBe('mean');
    (await predictionsOf(run)).forEach((row, r) =>
      dataset.task.classes.forEach((name, k) => {
        const mean = windowsOf(r, k).reduce((sum, p) => sum + p, 0) / 7;
        expect(row[`probability_${name}`]).toBeCloseTo(mean, 6);
      }),
    );
  });
});

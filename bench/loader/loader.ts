// Windows per second from a prepared store, and how long a trainer waits for them: `npm run bench:loader`; see ../README.md.
import { mkdtemp, rm } from 'node:fs/promises';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';

import { startEngine } from '@cardio/engine';
import type { EcgDataset } from '@cardio/datasets';

import { prepare, windowsPerSecond } from './measure.js';
import { layouts, writeRecords } from './source.js';
import { modelNames, waitOfModel, waitOfStep, type ModelName, type Waiting } from './wait.js';

const usage = `Usage: npm run bench:loader -- [options]
  --layouts a,b      of ${Object.keys(layouts).join(', ')}; default all
  --models a,b       of ${modelNames.join(', ')}; default all, none for none
  --step-ms N        steps that only block the thread for N ms, in place of the models
  --batch 32
  --steps 20         training steps of each model that count
  --budget 60        seconds for each model
  --workers 0,1,2    threads of the loader
  --dir FOLDER       where records and stores are written, and removed; default the system's folder for temporary files`;

const { values } = readArguments();
const batch = Number(values.batch);
const workerCounts = values.workers.split(',').map(Number);
const dtypes = ['float32', 'float16'] as const;
const folder = await mkdtemp(join(values.dir, 'cardio-bench-loader-'));
try {
  const dataset = await timeLoading();
  if (dataset) await timeWaiting(dataset);
  console.log(
    `\n${cpus().length} cores (${cpus()[0]?.model.trim()}); Node ${process.versions.node}; batches of ${batch}; ` +
      `${new Date().toISOString().slice(0, 10)}`,
  );
} finally {
  await rm(folder, { recursive: true });
}

/** Preparation, opening and reading of each layout; returns the dataset that models are trained on. */
async function timeLoading(): Promise<EcgDataset | undefined> {
  const names = values.layouts.split(',') as (keyof typeof layouts)[];
  const heads = workerCounts.map((workers) => `windows/s, ${workers} workers`);
  table('records', 'kept as', 'MB a record', 'CPU ms to prepare', 'CPU ms to open', ...heads);
  let toTrain: EcgDataset | undefined;
  for (const name of names) {
    const layout = layouts[name];
    const dataDir = join(folder, name);
    await writeRecords(dataDir, layout);
    for (const storeDtype of dtypes) {
      const storeDir = join(folder, `${name}-${storeDtype}`);
      const prepared = await prepare(layout, { dataDir, storeDir, storeDtype, workers: 0 });
      const { train } = prepared.dataset.splits;
      const speeds: string[] = [];
      for (const workers of workerCounts) speeds.push((await windowsPerSecond(train, batch, workers)).toFixed(0));
      const each = (value: number, digits: number) => (value / layout.records).toFixed(digits);
      const costs = [
        each(prepared.bytes / 1e6, 3),
        each(1000 * prepared.cpuSeconds, 2),
        each(1000 * prepared.openSeconds, 3),
      ];
      row(name, storeDtype, ...costs, ...speeds);
      if (storeDtype === 'float32') toTrain ??= prepared.dataset;
    }
  }
  return toTrain;
}

async function timeWaiting(dataset: EcgDataset): Promise<void> {
  const { train } = dataset.splits;
  const asked = values.models === 'none' ? [] : (values.models.split(',') as ModelName[]);
  if (asked.length === 0 && values['step-ms'] === undefined) return;
  const options = { batch, steps: Number(values.steps), budget: Number(values.budget) };
  console.log();
  table('model', `${train.shape.time} x ${train.shape.leads}`, 'workers', 'steps', 'ms a step', 'ms waiting', 'share');
  const say = (name: string, workers: number, { steps, stepMs, waitMs }: Waiting) =>
    row(
      name,
      '',
      `${workers}`,
      `${steps}`,
      stepMs.toFixed(1),
      waitMs.toFixed(2),
      `${((100 * waitMs) / (waitMs + stepMs)).toFixed(2)} %`,
    );
  if (values['step-ms'] !== undefined) {
    const stepMs = Number(values['step-ms']);
    for (const workers of workerCounts)
      say('blocked', workers, await waitOfStep(stepMs, train, { ...options, workers }));
    return;
  }
  await startEngine('torch');
  for (const name of asked) {
    for (const workers of workerCounts) say(name, workers, await waitOfModel(name, train, { ...options, workers }));
  }
}

function table(...heads: string[]): void {
  row(...heads);
  row(...heads.map(() => '---'));
}

function row(...cells: string[]): void {
  console.log(`| ${cells.join(' | ')} |`);
}

function readArguments() {
  const text = (value: string) => ({ type: 'string', default: value }) as const;
  try {
    return parseArgs({
      options: {
        layouts: text(Object.keys(layouts).join(',')),
        models: text(modelNames.join(',')),
        'step-ms': { type: 'string' },
        batch: text('32'),
        steps: text('20'),
        budget: text('60'),
        workers: text('0,1,2'),
        dir: text(tmpdir()),
      },
    });
  } catch (error) {
    console.error(`${(error as Error).message}\n\n${usage}`);
    process.exit(2);
  }
}

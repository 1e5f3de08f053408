/**
 * A small run with everything that a checkpoint must keep, to be killed and started again: `node … testing-run.ts <engine> <folder>`. It goes on
 * from the folder's checkpoint `last` where there is one, and prints a line at each step.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { startEngine, type EngineName } from '@cardio/engine';

import type { TrainerCallback } from './callbacks.js';
import { classes, loaderOf, tinyModel, waves } from './testing.js';
import { ClassificationTrainer, type TrainerOptions } from './trainer.js';

const training = waves(38, 1);
training.x[7].fill(NaN); // a batch of each epoch is left out

/** 10 batches and 5 steps in each of 6 epochs. */
export const options = (checkpointDir: string): TrainerOptions => ({
  task: 'multi-class',
  classes,
  trainLoader: loaderOf(training, 4, { seed: 3 }),
  valLoader: loaderOf(waves(12, 2), 8),
  checkpointDir,
  epochs: 6,
  learningRate: 0.03,
  schedule: 'plateau',
  plateauPatience: 0,
  scheduleFactor: 0.5,
  warmupEpochs: 0.5,
  accumulateBatches: 2,
  emaDecay: 0.8,
  freeze: ['conv'],
  unfreezeAfterEpochs: 1,
  onNotFinite: 'skip',
  monitor: 'loss',
  keepBest: 2,
  checkpointEverySteps: 1,
  transformBatch: (batch, random) => ({ ...batch, x: batch.x.map((v) => v + 0.1 * random.normal()) }),
});

/** Trains to the end, from `last` where there is one. */
export async function run(
  engine: EngineName,
  folder: string,
  onBatchEnd?: TrainerCallback['onBatchEnd'],
): Promise<void> {
  await startEngine(engine);
  const trainer = new ClassificationTrainer(tinyModel({ dropout: 0.5 }), {
    ...options(folder),
    callbacks: onBatchEnd && [{ onBatchEnd }],
  });
  const last = join(folder, 'last');
  if (existsSync(last) || existsSync(join(folder, '.last.old'))) await trainer.resume(last);
  await trainer.train();
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  await run(process.argv[2] as EngineName, process.argv[3], ({ step }) => console.log(`step ${step}`));
}

import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import type { TrainerCallback } from '../callbacks.js';
import { readCheckpoint } from '../checkpoints.js';
import { readWeights } from '../model-weights.js';
import { loaderOf, recorder, shortTraining as options, tinyModel, trainingSet as set, waves } from '../testing.js';
import { ClassificationTrainer } from '../trainer.js';

jest.setTimeout(30_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-run-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('wasm'));

const validation = waves(12, 2);

describe('batches that are not finite', () => {
  const broken = { ...set, x: set.x.map((x, i) => (i === 5 || i === 20 ? x.map(() => NaN) : x)) };
  const trainLoader = loaderOf(broken, 8); // in order: the first and the third batch

  test('are left out on demand, as if they were not there, and counted', async () => {
    const { steps, callbacks } = recorder();
    const [model, control] = [tinyModel({ dropout: 0 }), tinyModel({ dropout: 0 })];
    const { epochs } = await new ClassificationTrainer(
      model,
      options({ trainLoader, onNotFinite: 'skip', callbacks }),
    ).train();
    const rows = [8, 9, 10, 11, 12, 13, 14, 15, 24, 25, 26, 27, 28, 29, 30, 31];
    const whole = {
      x: rows.map((r) => set.x[r]),
      y: rows.map((r) => set.y[r]),
      features: rows.map((r) => set.features[r]),
    };
    const without = await new ClassificationTrainer(control, options({ trainLoader: loaderOf(whole, 8) })).train();
    expect(steps.map(({ skippedBatches }) => skippedBatches)).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
    expect(steps.map(({ loss }) => Number.isFinite(loss))).toEqual([
      false,
      true,
      false,
      true,
      false,
      true,
      false,
      true,
    ]);
    expect(epochs.map(({ train }) => train.skippedBatches)).toEqual([2, 2]);
    expect(epochs.map(({ train: { loss } }) => loss)).toEqual(without.epochs.map(({ train: { loss } }) => loss));
    expect(await readWeights(model)).toEqual(await readWeights(control));
  });

  test('end the training when they are too many', async () => {
    const run = new ClassificationTrainer(
      tinyModel(),
      options({ trainLoader, onNotFinite: 'skip', notFiniteLimit: 1 }),
    ).train();
    await expect(run).rejects.toThrow(/step 3 .*not a finite number, after 1 batches left out.*wave 20/);
  });

  test('of which there is nothing else are an error', async () => {
    const nothing = loaderOf({ ...set, x: set.x.map((x) => x.map(() => NaN)) }, 16);
    await expect(
      new ClassificationTrainer(tinyModel(), options({ trainLoader: nothing, onNotFinite: 'skip' })).train(),
    ).rejects.toThrow(/No batch of epoch 1 had a finite loss/);
  });
});

describe('checkpoints', () => {
  test('an abort within an epoch keeps what was done, and the rest gives the bits of an uninterrupted run', async () => {
    const whole = tinyModel({ dropout: 0.5 });
    const done = await new ClassificationTrainer(whole, options()).train();
    const abort = new AbortController();
    const checkpointDir = join(folder, 'abort');
    const stop: TrainerCallback = { onBatchEnd: ({ step }) => void (step === 6 && abort.abort()) };
    const plain = { [Symbol.asyncIterator]: () => loaderOf(set, 8, { seed: 1 }).epoch(1)[Symbol.asyncIterator]() };
    await new ClassificationTrainer(
      tinyModel({ dropout: 0.5 }),
      options({ checkpointDir, signal: abort.signal, callbacks: [stop] }),
    ).train();
    const { state } = await readCheckpoint(join(checkpointDir, 'last'));
    expect(state).toMatchObject({ epoch: 1, step: 6, within: { batches: 2, batchesPerEpoch: 4, steps: 2 } });

    const model = tinyModel({ dropout: 0.5, seed: 8 });
    const { steps, callbacks } = recorder();
    const trainer = new ClassificationTrainer(model, options({ callbacks }));
    await trainer.resume(join(checkpointDir, 'last'));
    const rest = await trainer.train();
    expect(steps.map(({ step, batch }) => [step, batch])).toEqual([
      [7, 3],
      [8, 4],
    ]);
    expect(rest.epochs.map((e) => ({ ...e, seconds: 0 }))).toEqual(done.epochs.map((e) => ({ ...e, seconds: 0 })));
    expect(await readWeights(model)).toEqual(await readWeights(whole));

    const other = new ClassificationTrainer(tinyModel(), options({ trainLoader: loaderOf(set, 16) }));
    await expect(other.resume(join(checkpointDir, 'last'))).rejects.toThrow(
      /epoch of 4 batches.*has 2.*same data and batch/,
    );
    const unknown = new ClassificationTrainer(tinyModel(), options({ trainLoader: plain }));
    await expect(unknown.resume(join(checkpointDir, 'last'))).rejects.toThrow(/has an unknown number/);
  });

  test('of the best few epochs are kept by the monitored score, and `best` is the first of them', async () => {
    const checkpointDir = join(folder, 'few');
    const valLoader = loaderOf(validation, 12);
    const { epochs } = await new ClassificationTrainer(
      tinyModel(),
      options({ checkpointDir, valLoader, epochs: 6, keepBest: 3, monitor: 'loss', learningRate: 0.2 }),
    ).train();
    const byLoss = [...epochs].sort((a, b) => Number(a.validation?.['loss']) - Number(b.validation?.['loss']));
    const best = byLoss.slice(0, 3).map(({ epoch }) => epoch);
    const folders = best.map((epoch) => `epoch-000${epoch}`);
    expect(readdirSync(checkpointDir).sort()).toEqual(['best', ...folders.sort(), 'last']);
    const last = await readCheckpoint(join(checkpointDir, 'last'));
    expect(last.state.kept.map(({ epoch }) => epoch)).toEqual(best);
    expect((await readCheckpoint(join(checkpointDir, 'best'))).state.epoch).toBe(best[0]);
    for (const epoch of best) {
      expect((await readCheckpoint(join(checkpointDir, `epoch-000${epoch}`))).state.epoch).toBe(epoch);
    }
  });

  test('are written by time, and not needed for a trainer that has no folder', async () => {
    const checkpointDir = join(folder, 'time');
    const steps: number[] = [];
    const look: TrainerCallback = {
      onBatchEnd: async ({ step, batch }) => {
        if (batch > 1) steps.push(existsSync(join(checkpointDir, 'last')) ? step : 0);
      },
    };
    await new ClassificationTrainer(
      tinyModel(),
      options({ checkpointDir, checkpointEveryMinutes: 1e-9, epochs: 1, callbacks: [look] }),
    ).train();
    expect(steps).toEqual([2, 3, 4]);
  });

  test('with another optimizer are refused', async () => {
    const checkpointDir = join(folder, 'optimizer');
    await new ClassificationTrainer(tinyModel(), options({ checkpointDir, optimizer: 'sgd', epochs: 1 })).train();
    const trainer = new ClassificationTrainer(tinyModel(), options({ checkpointDir }));
    await expect(trainer.resume(join(checkpointDir, 'last'))).rejects.toThrow(/optimizer sgd, this run with adamw/);
  });
});

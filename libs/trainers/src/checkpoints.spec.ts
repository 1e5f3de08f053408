import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { replaceFolder } from './checkpoint-folder.js';
import { loadCheckpoint, packCheckpoint, readCheckpoint, weightsFor, type SavedOptimizer } from './checkpoints.js';
import type { CheckpointState } from './loop/run-state.js';
import { readWeights } from './model-weights.js';
import { tinyModel } from './testing.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-checkpoints-'));
afterAll(() => rmSync(folder, { recursive: true }));

const state: CheckpointState = {
  objective: { task: 'multi-class', classes: ['slow', 'fast'] },
  seed: 7,
  epoch: 1,
  step: 12,
  batch: 24,
  within: {
    batches: 2,
    batchesPerEpoch: 9,
    steps: 1,
    moved: 1,
    loss: 1 / 7,
    weight: 16,
    gradientNorm: 2 / 3,
    skippedBatches: 0,
    seconds: 0.25,
  },
  plateau: { best: 0.1, badEpochs: 2, factor: 0.1 },
  kept: [{ epoch: 1, score: 0.1 + 0.2 }],
  skippedBatches: 1,
  learningRate: 1e-3,
  monitor: { name: 'macroF1', best: 0.1 + 0.2, bestEpoch: 1, epochsSinceBest: 0 },
  history: [
    {
      epoch: 1,
      step: 12,
      learningRate: 1e-3,
      train: { loss: 1 / 3, gradientNorm: 2 },
      validation: { loss: 0.25, macroF1: 0.1 + 0.2, kappa: null },
      best: true,
      seconds: 0.5,
    },
  ],
};
const optimizer: SavedOptimizer = {
  name: 'adamw',
  steps: [12, 3],
  slots: [
    [Float32Array.of(1.5, -2, 3), Float32Array.of(1)],
    [Float32Array.of(1e-40, 5, 6), Float32Array.of(2)],
  ],
  rawWeights: [Float32Array.of(7, 8, 9), Float32Array.of(10)],
};
const last = join(folder, 'last');
let model: tfl.LayersModel;
const save = async (step: number): Promise<void> =>
  replaceFolder(last, await packCheckpoint(model, optimizer, { ...state, step }));

beforeAll(async () => {
  await startEngine('cpu');
  model = tinyModel();
});
beforeEach(() => save(12));

describe('a checkpoint', () => {
  test('comes back as it was: model, weights, optimizer and state', async () => {
    const { model: loaded, state: read } = await loadCheckpoint(last);
    expect(read).toEqual(state);
    expect((await readCheckpoint(last)).optimizer).toEqual(optimizer);
    expect(await readWeights(loaded)).toEqual(await readWeights(model));
    const x = tf.randomNormal([2, 48, 2], 0, 1, 'float32', 1);
    const [a, b] = [model, loaded].map((m) => (m.predict(x) as tf.Tensor).dataSync());
    expect(a).toEqual(b);
  });

  test("is read by tfjs's own loader for web addresses", async () => {
    const fetchFunc: typeof fetch = async (url) => {
      const bytes = readFileSync(join(last, basename(String(url))));
      // arrays of Jest's own realm, as tfjs asks for them with `instanceof`
      const json = async () => JSON.parse(bytes.toString()) as unknown;
      return Object.defineProperty(new Response(bytes), 'json', { value: json });
    };
    const loaded = await tfl.loadLayersModel('http://localhost/last/model.json', { fetchFunc });
    expect(await readWeights(loaded)).toEqual(await readWeights(model));
  });

  test.each(['model.json', 'weights.bin', 'optimizer.bin', 'trainer.json'])(
    'with one wrong bit in %s is refused',
    async (name) => {
      const path = join(last, name);
      const bytes = readFileSync(path);
      bytes[bytes.length >> 1] ^= 1;
      writeFileSync(path, bytes);
      await expect(loadCheckpoint(last)).rejects.toMatchObject({
        code: 'data',
        message: expect.stringContaining(name),
      });
    },
  );

  test.each(['weights.bin', 'trainer.json'])('cut short in %s is refused', async (name) => {
    writeFileSync(join(last, name), readFileSync(join(last, name)).subarray(0, 100));
    await expect(loadCheckpoint(last)).rejects.toMatchObject({ code: 'data', message: expect.stringContaining(name) });
  });

  test('without one of its files is refused, and so is a folder that is not there', async () => {
    rmSync(join(last, 'weights.bin'));
    await expect(loadCheckpoint(last)).rejects.toMatchObject({
      code: 'data',
      message: expect.stringContaining('weights.bin'),
    });
    await expect(loadCheckpoint(join(folder, 'none'))).rejects.toMatchObject({ code: 'not-found' });
  });

  test('of another model is refused with every weight that differs', async () => {
    const other = tfl.sequential({ layers: [tfl.layers.dense({ units: 3, inputShape: [4] })] });
    const read = await readCheckpoint(last);
    expect(() => weightsFor(other, read, last)).toThrow(
      /0: the model has .*kernel \[4, 3\], the checkpoint .*kernel \[9, 2, 8\]/,
    );
  });
});

describe('a writer killed', () => {
  const steps = async (): Promise<number> => (await readCheckpoint(last)).state.step;

  test('while it writes the new files leaves the old checkpoint', async () => {
    cpSync(last, join(folder, '.last.new'), { recursive: true });
    rmSync(join(folder, '.last.new', 'trainer.json'));
    expect(await steps()).toBe(12);
    await save(13);
    expect(await steps()).toBe(13);
    expect(readdirSync(folder)).toEqual(['last']);
  });

  test('between the two renames leaves the old checkpoint', async () => {
    cpSync(last, join(folder, '.last.new'), { recursive: true });
    renameSync(last, join(folder, '.last.old'));
    expect(await steps()).toBe(12);
    await save(13);
    expect(await steps()).toBe(13);
    expect(readdirSync(folder)).toEqual(['last']);
  });

  test('before it removes the old files leaves the new checkpoint', async () => {
    cpSync(last, join(folder, '.last.old'), { recursive: true });
    await save(13);
    cpSync(last, join(folder, '.last.old'), { recursive: true });
    expect(await steps()).toBe(13);
  });
});

test('a failed write says so and leaves the old checkpoint whole', async () => {
  const files = { 'model.json': new Uint8Array(10), 'no/such/folder': new Uint8Array(10) };
  await expect(replaceFolder(last, files)).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringContaining('The previous checkpoint there, if any, is whole'),
  });
  expect((await readCheckpoint(last)).state.step).toBe(12);
});

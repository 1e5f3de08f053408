import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tfl from '@tensorflow/tfjs-layers';

import { loaderOf, waves, time, leads, classes } from './testing.js';
import { readWeights } from './model-weights.js';
import { ClassificationTrainer } from './trainer.js';
import { transferWeights } from './transfer.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-transfer-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Flattens, a hidden layer, and logits. */
function model(units: number, hidden = 'hidden', seed = 1): tfl.LayersModel {
  const start = () => tfl.initializers.glorotUniform({ seed });
  const ecg = tfl.input({ shape: [time, leads] });
  const flat = tfl.layers.flatten().apply(ecg) as tfl.SymbolicTensor;
  const dense = (x: tfl.SymbolicTensor, name: string, size: number): tfl.SymbolicTensor =>
    tfl.layers.dense({ name, units: size, kernelInitializer: start() }).apply(x) as tfl.SymbolicTensor;
  return tfl.model({ inputs: ecg, outputs: dense(dense(flat, hidden, units), 'logits', 2) });
}
const checkpoint = join(folder, 'last');
let saved: Float32Array[];
beforeAll(async () => {
  await startEngine('wasm');
  const trained = model(4);
  const loaders = { trainLoader: loaderOf(waves(16, 1), 8) };
  await new ClassificationTrainer(trained, {
    task: 'multi-class',
    ...{ classes, ...loaders, epochs: 1, checkpointDir: folder },
  }).train();
  saved = await readWeights(trained);
});

test('what has the same name and shape is loaded, what is new by design stays, its kernel smaller', async () => {
  const [all, fresh] = [model(4, 'hidden', 2), model(4, 'hidden', 2)];
  expect((await transferWeights(all, checkpoint)).loaded).toEqual([
    ...['hidden/kernel', 'hidden/bias', 'logits/kernel', 'logits/bias'],
  ]);
  expect(await readWeights(all)).toEqual(saved);

  const before = await readWeights(fresh);
  const report = await transferWeights(fresh, checkpoint, {
    fresh: ['logits'],
    shrink: { layer: 'logits', factor: 0.5 },
  });
  expect(report).toMatchObject({ fresh: ['logits/kernel', 'logits/bias'], left: ['logits/kernel', 'logits/bias'] });
  const after = await readWeights(fresh);
  expect([after[0], after[1]]).toEqual([saved[0], saved[1]]);
  expect(after[2]).toEqual(before[2].map((value) => value / 2));
});

test('what does not match is an error with all of it, and nothing is loaded; allowed, the rest is', async () => {
  const [wider, renamed] = [model(5, 'hidden', 2), model(4, 'other', 2)];
  const before = await readWeights(renamed);
  await expect(transferWeights(wider, checkpoint)).rejects.toThrow(
    /3 tensors .* do not match, 1 do:\n {2}shape: hidden\/kernel: \[96, 5\] in the model, \[96, 4\] there\n.*\n.*logits\/kernel: \[5, 2\]/,
  );
  await expect(transferWeights(renamed, checkpoint)).rejects.toThrow(
    /missing: other\/kernel.*\n.*missing: other\/bias.*\n.*unexpected: hidden\/kernel/,
  );
  expect(await readWeights(renamed)).toEqual(before);
  const report = await transferWeights(renamed, checkpoint, { allowMismatch: true });
  expect(report).toMatchObject({ loaded: ['logits/kernel', 'logits/bias'], missing: ['other/kernel', 'other/bias'] });
  expect((await readWeights(renamed))[2]).toEqual(saved[2]);
});

test('a checkpoint of which nothing fits is an error even if mismatches are allowed', async () => {
  const nothing = transferWeights(model(4, 'other'), checkpoint, { allowMismatch: true, fresh: ['logits'] });
  await expect(nothing).rejects.toThrow('No weight of the checkpoint');
});

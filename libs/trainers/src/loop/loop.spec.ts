import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import type { TrainerCallback } from '../callbacks.js';
import { loadCheckpoint, readCheckpoint } from '../checkpoints.js';
import { readWeights } from '../model-weights.js';
import {
  leads,
  loaderOf,
  recorder,
  shortTraining as options,
  time,
  tinyModel,
  trainingSet as set,
  waves,
} from '../testing.js';
import { ClassificationTrainer, type TrainerOptions } from '../trainer.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-loop-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('wasm'));

const validation = waves(12, 2);
const dense = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.flatten({ inputShape: [time, leads] }),
      tfl.layers.dense({ name: 'logits', units: 2, kernelInitializer: tfl.initializers.glorotUniform({ seed: 3 }) }),
    ],
  });
const differences = (a: Float32Array[], b: Float32Array[]): number =>
  Math.max(...a.flatMap((values, i) => [...values].map((v, j) => Math.abs(v - b[i][j]))));
describe('accumulated gradients', () => {
  test.each([
    ['plain', {}],
    ['with class weights, by which batches count differently', { classWeights: [1, 5] }],
  ])('of four batches equal those of one large batch: %s', async (_, more) => {
    const [small, large] = [recorder(), recorder()];
    const models = [dense(), dense()];
    // no seed: in order, so that four small batches are the large one; 40 examples leave a step of two small batches
    const [forty, numbers] = [waves(40, 5), { gradientClipNorm: 0.5, epochs: 3, ...more }];
    const uneven = {
      ...forty,
      y: forty.y.map((__, i) => (i % 5 === 0 ? [0, 1] : [1, 0])).map((y) => Float32Array.from(y)),
    };
    await new ClassificationTrainer(
      models[0],
      options({ ...numbers, trainLoader: loaderOf(uneven, 4), accumulateBatches: 4, callbacks: small.callbacks }),
    ).train();
    await new ClassificationTrainer(
      models[1],
      options({ ...numbers, trainLoader: loaderOf(uneven, 16), callbacks: large.callbacks }),
    ).train();
    expect(small.steps.map(({ step, size }) => [step, size])).toEqual(
      large.steps.map(({ step, size }) => [step, size]),
    );
    small.steps.forEach((step, i) => {
      expect(step.loss).toBeCloseTo(large.steps[i].loss, 5);
      expect(step.gradientNorm).toBeCloseTo(large.steps[i].gradientNorm, 5);
    });
    const [a, b] = await Promise.all(models.map(readWeights));
    expect(differences(a, b)).toBeLessThan(1e-5); // AdamW divides by the root of squares: rounding of small gradients shows
  });
});

describe('averaged weights', () => {
  test('are those that are validated, kept as best and left in the model; training goes on from its own', async () => {
    const checkpointDir = join(folder, 'average');
    const [plain, averaged] = [tinyModel(), tinyModel()];
    const common = { valLoader: loaderOf(validation, 12), epochs: 3, monitor: 'loss' };
    const [withoutAverage, withAverage] = [recorder(), recorder()];
    await new ClassificationTrainer(plain, options({ ...common, callbacks: withoutAverage.callbacks })).train();
    const trainer = new ClassificationTrainer(
      averaged,
      options({ ...common, callbacks: withAverage.callbacks, emaDecay: 0.9, checkpointDir }),
    );
    const { epochs, best } = await trainer.train();
    expect(withAverage.steps.map((s) => s.loss)).toEqual(withoutAverage.steps.map((s) => s.loss));
    expect((await trainer.evaluate(common.valLoader)).loss).toBe(best?.score);
    expect(best?.score).toBe(epochs[(best?.epoch ?? 0) - 1].validation?.['loss']);
    expect(await readWeights(averaged)).not.toEqual(await readWeights(plain));
    expect(await readWeights((await loadCheckpoint(join(checkpointDir, 'best'))).model)).toEqual(
      await readWeights(averaged),
    );
  });

  test('are in the model at the end without a validation loader too', async () => {
    const checkpointDir = join(folder, 'average-alone');
    const model = tinyModel();
    await new ClassificationTrainer(model, options({ emaDecay: 0.9, checkpointDir })).train();
    const { optimizer, model: saved } = await readCheckpoint(join(checkpointDir, 'last'));
    const [first] = await readWeights(model);
    expect(new Float32Array(saved.weightData as ArrayBuffer, 0, first.length)).toEqual(first);
    expect(optimizer.rawWeights?.[0]).not.toEqual(first);
  });
});

describe('frozen layers', () => {
  test('stay as they are, statistics of batch normalisation too, until they are let go', async () => {
    const model = tinyModel();
    const [norm] = model.layers.filter(({ name }) => name.startsWith('batch_normalization')).map(({ name }) => name);
    const seen: Float32Array[][] = [await readWeights(model)];
    const watch: TrainerCallback = { onEpochEnd: async () => void seen.push(await readWeights(model)) };
    const freeze = ['conv', norm];
    await new ClassificationTrainer(
      model,
      options({ freeze, unfreezeAfterEpochs: 2, epochs: 3, callbacks: [watch] }),
    ).train();
    const moved = (from: number, to: number): string[] =>
      model.weights.flatMap((w, i) =>
        differences([seen[from][i]], [seen[to][i]]) > 0 ? [w.originalName.split('/')[0]] : [],
      );
    expect(new Set(moved(0, 2))).toEqual(new Set([model.layers[model.layers.length - 1].name]));
    expect(new Set(moved(2, 3))).toEqual(new Set(['conv', norm, model.layers[model.layers.length - 1].name]));
  });

  test('that leave nothing to train, or that are not there, are refused', async () => {
    await expect(new ClassificationTrainer(dense(), options({ freeze: ['*'] })).train()).rejects.toThrow(
      /leaves nothing to be trained/,
    );
    await expect(new ClassificationTrainer(dense(), options({ freeze: ['block*'] })).train()).rejects.toThrow(
      /`freeze`: no layer of the model is named `block\*`/,
    );
  });
});

test('a plateau lowers the rate, and the run says so', async () => {
  const wrong = { ...validation, y: [...validation.y].reverse() }; // the better it trains, the worse it validates
  const { epochs } = await new ClassificationTrainer(
    tinyModel(),
    options({ valLoader: loaderOf(wrong, 12), schedule: 'plateau', plateauPatience: 0, epochs: 4, monitor: 'loss' }),
  ).train();
  expect(epochs.map(({ learningRate }) => learningRate)).toEqual(
    [0.01, 0.01, 0.001, 0.0001].map((v) => expect.closeTo(v, 12)),
  );
  expect(() => new ClassificationTrainer(tinyModel(), options({ schedule: 'plateau' }))).toThrow(
    /no validation loader/,
  );
  expect(() => new ClassificationTrainer(tinyModel(), options({ schedule: 'one-cycle', warmupEpochs: 1 }))).toThrow(
    /warms up by itself/,
  );
});

test('a hook changes batches with random numbers of its own for each, the same in every run', async () => {
  const draws: number[][] = [];
  for (let run = 0; run < 2; run++) {
    const numbers: number[] = [];
    const transformBatch: TrainerOptions['transformBatch'] = (batch, random) => {
      numbers.push(random.next());
      return { ...batch, x: batch.x.map((v) => -v) };
    };
    const { steps, callbacks } = recorder();
    await new ClassificationTrainer(dense(), options({ transformBatch, callbacks })).train();
    const control = recorder();
    const turned = { ...set, x: set.x.map((x) => x.map((v) => -v)) };
    await new ClassificationTrainer(
      dense(),
      options({ trainLoader: loaderOf(turned, 8, { seed: 1 }), callbacks: control.callbacks }),
    ).train();
    expect(steps.map(({ loss }) => loss)).toEqual(control.steps.map(({ loss }) => loss));
    draws.push(numbers);
  }
  expect(new Set(draws[0]).size).toBe(8);
  expect(draws[1]).toEqual(draws[0]);
});

test('an unknown label has no part in training, and its example none in the scores', async () => {
  const partly = { ...set, y: set.y.map((y, i) => (i < 16 ? y : Float32Array.of(NaN, NaN))) };
  const [model, control] = [dense(), dense()];
  const known = { x: set.x.slice(0, 16), y: set.y.slice(0, 16), features: set.features.slice(0, 16) };
  await new ClassificationTrainer(model, options({ trainLoader: loaderOf(partly, 32) })).train();
  const trainer = new ClassificationTrainer(control, options({ trainLoader: loaderOf(known, 16) }));
  await trainer.train();
  expect(differences(await readWeights(model), await readWeights(control))).toBeLessThan(1e-6);
  const [all, some] = [await trainer.evaluate(loaderOf(partly, 32)), await trainer.evaluate(loaderOf(known, 16))];
  expect(all.evaluation).toEqual(some.evaluation);
  expect(all.loss).toBeCloseTo(some.loss, 6);
  expect(all.probabilities).toHaveLength(64);
});

test('memory: accumulation, averages and frozen layers keep no tensors', async () => {
  const model = tinyModel();
  const before = tf.memory().numTensors;
  const counts: number[] = [];
  const callbacks = [{ onBatchEnd: () => void counts.push(tf.memory().numTensors) }];
  const more: Partial<TrainerOptions> = {
    accumulateBatches: 2,
    emaDecay: 0.9,
    freeze: ['conv'],
    optimizer: 'lamb',
    callbacks,
  };
  await new ClassificationTrainer(model, options({ ...more, epochs: 3, valLoader: loaderOf(set, 16) })).train();
  expect(new Set(counts).size).toBe(1);
  expect(tf.memory().numTensors).toBe(before);
});

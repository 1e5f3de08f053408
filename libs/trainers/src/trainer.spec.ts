import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import type { Batch } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import type { BatchEnd, TrainerCallback } from './callbacks.js';
import { loadCheckpoint } from './checkpoints.js';
import { readWeights } from './model-weights.js';
import {
  batchOf,
  leads,
  loaderOf,
  shortTraining as options,
  time,
  tinyModel,
  trainingSet as set,
  waves,
} from './testing.js';
import { ClassificationTrainer } from './trainer.js';

type Numbers = { shape: number[]; values: number[] };
const { loop: golden } = JSON.parse(readFileSync(new URL('../golden/pytorch.json', import.meta.url), 'utf8')) as {
  loop: {
    epochs: number;
    learningRate: number;
    weightDecay: number;
    clip: number;
    classWeights: number[];
    start: Numbers[];
    x: Numbers;
    y: Numbers;
    losses: number[];
    norms: number[];
    end: Numbers[];
    finalLoss: number;
    probabilities: Numbers;
  };
};
const folder = mkdtempSync(join(tmpdir(), 'cardio-trainer-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('cpu'));

describe('training', () => {
  test('equals a PyTorch training loop: losses, gradient norms, weights and evaluation', async () => {
    const [batches, size] = golden.x.shape;
    const model = tfl.sequential({
      layers: [
        tfl.layers.flatten({ inputShape: [6, 1] }),
        tfl.layers.dense({ units: 5, activation: 'relu' }),
        tfl.layers.dense({ units: 3 }),
      ],
    });
    model.setWeights(golden.start.map(({ shape, values }) => tf.tensor(values, shape)));
    const names = ['a', 'b', 'c'];
    const rows = Array.from({ length: batches }, (_, b): Batch => ({
      x: Float32Array.from(golden.x.values.slice(b * size * 6, (b + 1) * size * 6)),
      y: Float32Array.from(golden.y.values.slice(b * size * 3, (b + 1) * size * 3)),
      ids: Array.from({ length: size }, (__, i) => `${b}:${i}`),
      shape: { size, time: 6, leads: 1, classes: 3, features: 0 },
    }));
    const trainLoader = { [Symbol.asyncIterator]: async function* () { yield* rows; } }; // prettier-ignore
    const steps: BatchEnd[] = [];
    const trainer = new ClassificationTrainer(model, {
      task: 'multi-class',
      classes: names,
      trainLoader,
      epochs: golden.epochs,
      learningRate: golden.learningRate,
      weightDecay: golden.weightDecay,
      gradientClipNorm: golden.clip,
      classWeights: golden.classWeights,
      callbacks: [{ onBatchEnd: (event) => void steps.push(event) }],
    });
    await trainer.train();
    const { loss, probabilities, ids } = await trainer.evaluate(trainLoader);

    steps.forEach((step, i) => expect(step.loss).toBeCloseTo(golden.losses[i], 5));
    steps.forEach((step, i) => expect(step.gradientNorm).toBeCloseTo(golden.norms[i], 5));
    (await readWeights(model)).forEach((weights, i) => {
      for (const [j, w] of weights.entries()) expect(w).toBeCloseTo(golden.end[i].values[j], 4);
    });
    expect(loss).toBeCloseTo(golden.finalLoss, 5);
    probabilities.forEach((p, i) => expect(p).toBeCloseTo(golden.probabilities.values[i], 4));
    expect(ids).toEqual(rows.flatMap((batch) => batch.ids));
  });

  test('moves the statistics of batch normalisation by the momentum, outside the gradients', async () => {
    const model = tfl.sequential({
      layers: [
        tfl.layers.batchNormalization({ momentum: 0.9, inputShape: [time, leads] }),
        tfl.layers.flatten(),
        tfl.layers.dense({ units: 2 }),
      ],
    });
    await new ClassificationTrainer(model, options({ trainLoader: loaderOf(set, 32), epochs: 1 })).train();
    const column = (lead: number) => set.x.flatMap((row) => [...row].filter((_, i) => i % leads === lead));
    const mean = (values: number[]) => values.reduce((a, b) => a + b) / values.length;
    const [gamma, , kernel, , movingMean, movingVariance] = await readWeights(model);
    for (const lead of [0, 1]) {
      const average = mean(column(lead));
      const variance = mean(column(lead).map((v) => (v - average) ** 2));
      expect(movingMean[lead]).toBeCloseTo(0.1 * average, 5);
      expect(movingVariance[lead]).toBeCloseTo(0.9 + 0.1 * variance, 5);
      expect(gamma[lead]).not.toBe(1);
    }
    expect(kernel).toHaveLength(2 * time * leads);
    expect(model.trainableWeights).toHaveLength(4);
  });

  test('adds the regularisation losses of layers', async () => {
    const model = (l2: number) =>
      tfl.sequential({
        layers: [
          tfl.layers.flatten({ inputShape: [time, leads] }),
          tfl.layers.dense({ units: 2, kernelInitializer: 'ones', kernelRegularizer: tfl.regularizers.l2({ l2 }) }),
        ],
      });
    const losses = [];
    for (const l2 of [0, 0.5]) {
      const trainer = new ClassificationTrainer(model(l2), options({ trainLoader: loaderOf(set, 32), epochs: 1 }));
      losses.push((await trainer.train()).epochs[0].train.loss);
    }
    expect(losses[1] - losses[0]).toBeCloseTo(0.5 * 2 * time * leads, 3); // l2 times the sum of 192 squares of 1
  });

  test('keeps the number of tensors constant over steps and gives all back at its end', async () => {
    const model = tinyModel();
    const before = tf.memory().numTensors;
    const counts: number[] = [];
    const count: TrainerCallback = { onBatchEnd: () => void counts.push(tf.memory().numTensors) };
    const trainer = new ClassificationTrainer(model, options({ callbacks: [count], valLoader: loaderOf(set, 16) }));
    await trainer.train();
    await trainer.predict(batchOf(set, [0]));
    expect(counts).toHaveLength(8);
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('tells every layer the number of each step, in nested models and wrappers too', async () => {
    const told: Record<string, number[]> = {};
    class Listener extends tfl.layers.Layer {
      static readonly className = 'Listener';
      beginStep(step: number): void {
        (told[this.name] ??= []).push(step);
      }
      override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
        return Array.isArray(inputs) ? inputs[0] : inputs;
      }
    }
    const inner = tfl.sequential({ layers: [new Listener({ name: 'nested', inputShape: [time, leads] })] });
    const model = tfl.sequential({
      layers: [
        inner,
        tfl.layers.timeDistributed({ layer: new Listener({ name: 'wrapped' }) }),
        tfl.layers.flatten(),
        new Listener({ name: 'plain' }),
        tfl.layers.dense({ units: 2 }),
      ],
    });
    await new ClassificationTrainer(model, options()).train();
    const steps = [0, 1, 2, 3, 4, 5, 6, 7];
    expect(told).toEqual({ nested: steps, wrapped: steps, plain: steps });
  });
});

describe('stopping', () => {
  test('early, after `patience` epochs without a better score, with the best weights in the model', async () => {
    const checkpointDir = join(folder, 'early');
    const model = tinyModel();
    const shuffledLabels = { ...waves(16, 9), y: [...set.y].reverse() };
    const trainer = new ClassificationTrainer(
      model,
      options({ checkpointDir, epochs: 50, patience: 2, monitor: 'loss', valLoader: loaderOf(shuffledLabels, 16) }),
    );
    const { stopped, best, epochs } = await trainer.train();
    expect(stopped).toBe('early');
    const losses = epochs.map((e) => e.validation?.['loss'] as number);
    expect(best).toEqual({ epoch: losses.indexOf(Math.min(...losses)) + 1, score: Math.min(...losses) });
    expect(epochs).toHaveLength((best?.epoch ?? 0) + 2);
    const saved = await loadCheckpoint(join(checkpointDir, 'best'));
    expect(saved.state.epoch).toBe(best?.epoch);
    expect(await readWeights(model)).toEqual(await readWeights(saved.model));
    const last = await loadCheckpoint(join(checkpointDir, 'last'));
    expect(last.state.epoch).toBe(epochs.length);
    expect(await readWeights(last.model)).not.toEqual(await readWeights(saved.model));
  });

  test("with the last weights in the model for `finalWeights: 'last'`, the best kept beside", async () => {
    const checkpointDir = join(folder, 'final');
    const model = tinyModel();
    const valLoader = loaderOf({ ...waves(16, 9), y: [...set.y].reverse() }, 16);
    const more = { checkpointDir, epochs: 4, monitor: 'loss', valLoader, finalWeights: 'last' } as const;
    const { best } = await new ClassificationTrainer(model, options(more)).train();
    expect(best?.epoch).toBeLessThan(4);
    const saved = async (name: string) => readWeights((await loadCheckpoint(join(checkpointDir, name))).model);
    expect(await readWeights(model)).toEqual(await saved('last'));
    expect(await saved('best')).not.toEqual(await saved('last'));
  });

  test('on a signal, which also gets through to a timer between synchronous steps', async () => {
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    const history = await new ClassificationTrainer(
      tinyModel(),
      options({ epochs: 300, signal: abort.signal }),
    ).train();
    expect(history).toMatchObject({ stopped: 'aborted', best: null });
    expect(history.epochs.length).toBeLessThan(300);
  });

  test('on a loss that is not finite, naming step, examples and the last good checkpoint', async () => {
    const broken = { ...set, x: set.x.map((x, i) => (i === 5 ? x.map(() => NaN) : x)) };
    const checkpointDir = join(folder, 'nan');
    const model = tinyModel();
    const epoch = (index: number) => loaderOf(index === 0 ? set : broken, 8).epoch(index);
    const trainLoader = { batchesPerEpoch: 4, epoch, [Symbol.asyncIterator]: () => epoch(0)[Symbol.asyncIterator]() };
    const heard: unknown[] = [];
    const callbacks = [{ onTrainError: ({ error }: { error: unknown }) => void heard.push((error as Error).name) }];
    await expect(
      new ClassificationTrainer(model, options({ trainLoader, checkpointDir, callbacks })).train(),
    ).rejects.toMatchObject({
      code: 'data',
      message:
        'Training stopped at step 5 (epoch 2, batch 1): the loss NaN is not a finite number. ' +
        'The input of these holds NaN or Infinity: wave 5. Repair or leave them out. ' +
        `Last good checkpoint: ${join(checkpointDir, 'last')}. ` +
        'Examples of the batch: wave 0, wave 1, wave 2, wave 3, wave 4, wave 5, wave 6, wave 7.',
    });
    expect(heard).toEqual(['CardioError']);
    const kernels = (await readWeights(model)).slice(0, model.trainableWeights.length);
    expect(kernels.every((values) => values.every(Number.isFinite))).toBe(true);
    expect((await loadCheckpoint(join(checkpointDir, 'last'))).state.epoch).toBe(1);
    expect(existsSync(join(checkpointDir, 'best'))).toBe(false);
  });
});

test('callbacks are called in order, each awaited', async () => {
  const calls: string[] = [];
  const later = (text: string) => new Promise<void>((done) => setTimeout(() => done(void calls.push(text)), 2));
  const callback: TrainerCallback = {
    onTrainBegin: ({ epochs, batchesPerEpoch }) => later(`begin ${epochs} x ${batchesPerEpoch}`),
    onBatchEnd: ({ epoch, batch, step, size }) => later(`batch ${epoch}.${batch} step ${step} of ${size}`),
    onEpochEnd: ({ record, checkpoint }) => later(`epoch ${record.epoch} ${checkpoint}`),
    onTrainEnd: ({ history }) => later(`end ${history.stopped}`),
  };
  await new ClassificationTrainer(
    tinyModel(),
    options({ callbacks: [callback], trainLoader: loaderOf(set, 20) }),
  ).train();
  expect(calls).toEqual([
    'begin 2 x 2',
    'batch 1.1 step 1 of 20',
    'batch 1.2 step 2 of 12',
    'epoch 1 undefined',
    'batch 2.1 step 3 of 20',
    'batch 2.2 step 4 of 12',
    'epoch 2 undefined',
    'end completed',
  ]);
});

describe('what does not fit is refused:', () => {
  const withOutputs = (units: number) =>
    tfl.sequential({ layers: [tfl.layers.flatten({ inputShape: [10, 2] }), tfl.layers.dense({ units })] });

  test('a model with another number of outputs', () => {
    expect(() => new ClassificationTrainer(withOutputs(3), options())).toThrow(
      'The model must have one output [any, 2], a logit for each of the classes slow, fast; it has [any, 3].',
    );
  });

  test('batches of another shape', async () => {
    await expect(new ClassificationTrainer(withOutputs(2), options()).train()).rejects.toThrow(
      "The model's input has the shape [any, 10, 2], but the batch's [8, 48, 2].",
    );
  });

  test('batches without the features that the model takes', async () => {
    const trainer = new ClassificationTrainer(tinyModel({ features: true }), options());
    await expect(trainer.train()).rejects.toThrow('second input, but the batch has none');
  });

  test('a generator, which has no second epoch', async () => {
    const trainer = new ClassificationTrainer(tinyModel(), options({ trainLoader: loaderOf(set, 8).epoch(0) }));
    await expect(trainer.train()).rejects.toThrow('The loader gave no batch in epoch 2.');
  });

  test('options with a bad value or an unknown name', () => {
    expect(() => new ClassificationTrainer(tinyModel(), options({ learningRate: -1 }))).toThrow(
      /`learningRate`.*received -1/,
    );
    const misspelt = { ...options(), learningrate: 1 };
    expect(() => new ClassificationTrainer(tinyModel(), misspelt)).toThrow(/`learningrate`.*`learningRate`/);
    expect(() => new ClassificationTrainer(tinyModel(), options({ classWeights: [1, 2, 3] }))).toThrow(
      /`classWeights`.* 3 /,
    );
  });

  test('a second training with the same trainer', async () => {
    const trainer = new ClassificationTrainer(tinyModel(), options({ epochs: 1 }));
    await trainer.train();
    await expect(trainer.train()).rejects.toThrow(/has trained already/);
  });
});

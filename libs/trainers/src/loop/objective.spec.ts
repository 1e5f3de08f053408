import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { applyModel, dropoutMask, startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { trainingConfig } from '../config.js';
import { readWeights } from '../model-weights.js';
import { leads, loaderOf, time, waves } from '../testing.js';
import type { Objective } from './objective.js';
import { TrainingLoop } from './training-loop.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-objective-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('wasm'));

/** Predicts the signal from what a mask, another one at each step, leaves of it. */
function repair(model: tfl.LayersModel, name = 'repair'): Objective {
  const error = (x: tf.Tensor, given: tf.Tensor, training: boolean): tf.Scalar =>
    tf.mean(tf.square(tf.sub(applyModel(model, [given], training), x)));
  return {
    identity: { task: name },
    monitor: 'explained',
    weight: ({ shape }) => shape.size,
    loss({ x, shape }, { step }) {
      const signal = tf.tensor3d(x, [shape.size, time, leads]);
      const mask = tf.tensor3d(dropoutMask(x.length, 0.3, 7, step), signal.shape);
      return error(signal, tf.mul(signal, mask), true);
    },
    async evaluate(batches) {
      let [sum, count] = [0, 0];
      for await (const { x, shape } of batches) {
        const loss = tf.tidy(() => {
          const signal = tf.tensor3d(x, [shape.size, time, leads]);
          return error(signal, signal, false);
        });
        sum += (await loss.data())[0] * shape.size;
        count += shape.size;
        loss.dispose();
      }
      return { loss: sum / count, scores: { explained: 1 - sum / count } };
    },
  };
}
const autoencoder = (): tfl.LayersModel =>
  tfl.sequential({
    layers: [
      tfl.layers.dense({
        units: 8,
        inputShape: [time, leads],
        kernelInitializer: tfl.initializers.glorotUniform({ seed: 1 }),
      }),
      tfl.layers.dense({ units: leads, kernelInitializer: tfl.initializers.glorotUniform({ seed: 2 }) }),
    ],
  });
const loop = (model: tfl.LayersModel, name?: string, signal?: AbortSignal): TrainingLoop => {
  const stopping = signal && {
    signal,
    callbacks: [{ onBatchEnd: ({ step }: { step: number }) => void (step === 7 && abort.abort()) }],
  };
  return new TrainingLoop(model, repair(model, name), trainingConfig.parse({ epochs: 4, learningRate: 0.02 }), {
    trainLoader: loaderOf(waves(40, 1), 8, { seed: 1 }),
    valLoader: loaderOf(waves(16, 2), 8),
    checkpointDir: join(folder, name ?? 'repair'),
    ...stopping,
  });
};
const abort = new AbortController();

test('another objective shares loop, best weights, checkpoints and resume', async () => {
  const whole = autoencoder();
  const { epochs, best } = await loop(whole).run();
  const explained = epochs.map(({ validation }) => validation?.['explained'] ?? 0);
  expect(best?.score).toBe(Math.max(...explained));
  expect(explained[3]).toBeGreaterThan(explained[0]);

  expect((await loop(autoencoder(), 'parts', abort.signal).run()).stopped).toBe('aborted');
  const rest = autoencoder();
  const resumed = loop(rest, 'parts');
  await resumed.resume(join(folder, 'parts', 'last'));
  await resumed.run();
  expect(await readWeights(rest)).toEqual(await readWeights(whole));
});

test('a run for one objective does not go on from a checkpoint of another', async () => {
  await expect(loop(autoencoder(), 'other').resume(join(folder, 'repair', 'last'))).rejects.toThrow(
    /has `task` "repair", this run "other"/,
  );
});

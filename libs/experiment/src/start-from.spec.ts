import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { heartbeitPretraining, heartbeit } from '@cardio/models';
import { transferWeights } from '@cardio/trainers';
import { afterAll, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { createDataset, createModel, modelInputOf } from './parts.js';
import { pretrainRun } from './pretrain.js';
import { resolveConfig } from './resolve.js';
import { createRun } from './run-folder.js';
import { startFrom } from './start-from.js';

jest.setTimeout(60_000);
const runsDir = mkdtempSync(join(tmpdir(), 'cardio-start-from-'));
afterAll(() => rmSync(runsDir, { recursive: true }));

/** The output of the last block, `[B, P, C]`. */
const encoded = (model: tfl.LayersModel, inputs: tf.Tensor[]): Float32Array =>
  tf.tidy(() => {
    const output = model.getLayer('block2_branch2_add').output as tfl.SymbolicTensor;
    const encoder = tfl.model({ inputs: model.inputs, outputs: output });
    return (encoder.predict(inputs) as tf.Tensor).dataSync<'float32'>().slice();
  });

test('before its first step a model that starts from pre-training encodes signals as pre-training did', async () => {
  const flags = {
    ...{ dataset: 'synthetic', records: '40', seconds: '2', leads: 'II,V2', model: 'heartbeit', preset: 'tiny' },
    ...{ 'runs-dir': runsDir, engine: 'wasm', codes: '8', epochs: '3', 'learning-rate': '0.01', seed: '4' },
  };
  const { config } = await resolveConfig({ flags, purpose: 'pretrain' });
  const run = createRun(config);
  const { dir } = run;
  await pretrainRun(run);
  const dataset = await createDataset(config);
  const model = createModel(config, dataset);
  const valuesOf = (layer: string): Float32Array => model.getLayer(layer).getWeights()[0].dataSync<'float32'>().slice();
  const [kernel, bias] = [valuesOf('patches'), valuesOf('relative_positions')];
  expect(bias.every((value) => value === 0)).toBe(true);
  await startFrom(config, model, dir, dataset.task.classes);
  expect(valuesOf('patches')).not.toEqual(kernel);
  expect(valuesOf('relative_positions').every((value) => value !== 0)).toBe(true);

  const fields = heartbeit.config.parse({ preset: 'tiny', ...modelInputOf(config, dataset) });
  const pretrained = heartbeitPretraining(fields, config.pretraining.codes);
  await transferWeights(pretrained, join(dir, 'checkpoints', 'best'));
  const ecg = tf.tensor3d(dataset.splits.test.example(0).x, [1, 200, 2]);
  expect(encoded(model, [ecg])).toEqual(encoded(pretrained, [ecg, tf.zeros([1, 10])]));
});

import { isCardioError } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { layers, type LayersModel } from '@tensorflow/tfjs-layers';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from './export-onnx.js';
import { openOnnx, type OnnxModel } from './open-onnx.js';
import { chain, classes, modelOf } from './spec-support.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-export-'));
const path = join(folder, 'deep', 'model.onnx');
let model: LayersModel;
let onnx: OnnxModel;

beforeAll(async () => {
  await startEngine('cpu');
  model = modelOf(
    [[8, 2], [3]],
    (x, features) => layers.concatenate().apply([chain(x, layers.flatten()), features]) as never,
  );
  await exportOnnx(model, { task: 'multi-class', classes, path, metadata: { dataset: 'mitbih' } });
  onnx = await openOnnx(path);
});

afterAll(() => onnx.close());

test('it knows its inputs, classes and metadata', () => {
  expect(onnx.inputNames).toEqual(['ecg', 'features']);
  expect(onnx.classes).toEqual(classes);
  expect(onnx.metadata).toEqual({
    dataset: 'mitbih',
    task: 'multi-class',
    precision: 'float32',
    classes: JSON.stringify(classes),
  });
});

test("probabilities are the softmax of the logits, which are the model's", async () => {
  const x = [tf.randomNormal([4, 8, 2], 0, 1, 'float32', 1), tf.randomNormal([4, 3], 0, 1, 'float32', 2)];
  const expected = model.apply(x) as tf.Tensor;
  const [ecg, features] = x.map((tensor) => tensor.dataSync<'float32'>());
  const { logits, probabilities } = await onnx.run({ ecg, shape: [4, 8, 2], features });
  expect(tf.max(tf.abs(tf.sub(tf.tensor2d(logits, [4, 3]), expected))).dataSync()[0]).toBeLessThan(1e-5);
  expect(tf.max(tf.abs(tf.sub(tf.tensor2d(probabilities, [4, 3]), tf.softmax(expected)))).dataSync()[0]).toBeLessThan(
    1e-6,
  );
});

test.each([
  [{ ecg: new Float32Array(16), shape: [1, 8, 2] }, 'takes `features` of shape [batch, 3]; received nothing'],
  [
    { ecg: new Float32Array(16), shape: [1, 4, 4], features: new Float32Array(3) },
    'takes `ecg` of shape [batch, 8, 2]; received 16 values of shape [1, 4, 4]',
  ],
  [
    { ecg: new Float32Array(15), shape: [1, 8, 2], features: new Float32Array(3) },
    'received 15 values of shape [1, 8, 2]',
  ],
])('an input of the wrong shape is refused (%#)', async (input, why) => {
  await expect(onnx.run(input)).rejects.toThrow(why);
});

test('a missing file is not found', async () => {
  await expect(openOnnx(join(folder, 'no.onnx'))).rejects.toMatchObject({ code: 'not-found' });
});

test.each([
  ['truncated', (whole: Buffer) => whole.subarray(0, whole.length - 100)],
  ['cut to half', (whole: Buffer) => whole.subarray(0, whole.length / 2)],
  ['empty', () => Buffer.alloc(0)],
  ['a text', () => Buffer.from('this is a README, not a model')],
  ['random bytes', () => Buffer.from(Array.from({ length: 500 }, (_, i) => (i * 131) % 251))],
])('a file that is %s is refused as bad data', async (name, damage) => {
  const file = join(folder, `${name}.onnx`);
  writeFileSync(file, damage(readFileSync(path)));
  const error: unknown = await openOnnx(file).catch((e: unknown) => e);
  expect(isCardioError(error) && error.code).toBe('data');
  expect(String(error)).toContain(`\`${file}\` is not a whole model exported by this platform`);
});

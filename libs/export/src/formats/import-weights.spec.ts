import { createRandom, isCardioError } from '@cardio/core';
import { FusedLayerNorm, FusedLstm, MultiHeadAttention, RelativePositionBias, startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import type * as tfl from '@tensorflow/tfjs-layers';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from '../export-onnx.js';
import { chain, classes, modelOf } from '../spec-support.js';
import { exportSafetensors } from './export-safetensors.js';
import { importWeights } from './import-weights.js';
import { readOnnx } from './read-tensors.js';
import { encodeSafetensors } from './safetensors.js';
import { exportTorch } from './torch/export-torch.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-import-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('cpu'));

const at = (name: string): string => join(folder, name);
const task = 'multi-label';
const valuesOf = (model: tfl.LayersModel): number[][] => model.weights.map((w) => [...w.read().dataSync()]);

/** Every kind of weight: filters, moments, gates, products, a table that constants are gathered from. */
const build = (width = 4): tfl.LayersModel =>
  modelOf([[12, 3]], (x) => {
    const stem = chain(
      ...[x, layers.conv1d({ filters: width, kernelSize: 3, name: 'stem' })],
      ...[layers.batchNormalization({ name: 'norm' }), layers.dense({ units: 4, name: 'mix' })],
    );
    const positions = new RelativePositionBias({ heads: 2, name: 'positions' }).apply(stem) as tfl.SymbolicTensor;
    const mixed = new MultiHeadAttention({ heads: 2, name: 'attention' }).apply([stem, positions]);
    const gates = new FusedLstm({ units: 3, bidirectional: true, name: 'gates' });
    return chain(mixed as tfl.SymbolicTensor, new FusedLayerNorm({ name: 'after' }), gates);
  });

/** The model with other weights. */
function changed(model: tfl.LayersModel): tfl.LayersModel {
  for (const weight of model.weights) tf.tidy(() => void weight.write(tf.add(weight.read(), 1)));
  return model;
}

const onnx = (model: tfl.LayersModel, name: string, normalisation: 'kept' | 'folded'): Promise<unknown> =>
  exportOnnx(model, { task, classes, path: at(name), normalisation });

describe('the weights of a model come back from', () => {
  test.each<[string, (model: tfl.LayersModel) => Promise<unknown>]>([
    ['own.safetensors', (model) => exportSafetensors(model, { path: at('own.safetensors') })],
    ['model.safetensors', (model) => exportTorch(model, { task, classes, folder })],
    ['kept.onnx', (model) => onnx(model, 'kept.onnx', 'kept')],
  ])('%s', async (name, write) => {
    const source = build();
    await write(source);
    const target = changed(build());
    const report = await importWeights(target, at(name));
    expect(report).toMatchObject({ fresh: [], left: [], missing: [], unexpected: [], shape: [] });
    expect(report.loaded).toEqual(source.weights.map(({ originalName }) => originalName));
    expect(valuesOf(target)).toEqual(valuesOf(source));
  });
});

test('weights that normalisation was folded into do not fit, and then nothing is loaded', async () => {
  await onnx(build(), 'folded.onnx', 'folded');
  const target = changed(build());
  const before = valuesOf(target);
  const error = importWeights(target, at('folded.onnx'));
  await expect(error).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(
      /missing: stem\/kernel[^]*missing: norm\/gamma[^]*unexpected: stem\/kernel(_\d+)?\/folded/,
    ),
  });
  await expect(error).rejects.toThrow(/exported in float32 with its normalisation kept/);
  expect(valuesOf(target)).toEqual(before);
});

test('of a model of other widths all differences are listed; where it is allowed the rest is loaded', async () => {
  const source = build(5);
  await exportSafetensors(source, { path: at('wide.safetensors') });
  const target = changed(build());
  const before = valuesOf(target);
  await expect(importWeights(target, at('wide.safetensors'))).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('shape: stem/kernel: F32 [3, 3, 4] in the model, F32 [3, 3, 5] in the file'),
  });
  expect(valuesOf(target)).toEqual(before);
  const report = await importWeights(target, at('wide.safetensors'), { allowMismatch: true });
  expect(report.shape).toHaveLength(7); // filter and bias, four of the normalisation, the product after it
  expect(report.loaded).toHaveLength(target.weights.length - 7);
  const names = target.weights.map(({ originalName }) => originalName);
  const after = valuesOf(target);
  expect(after[names.indexOf('stem/kernel')]).toEqual(before[names.indexOf('stem/kernel')]);
  expect(after[names.indexOf('mix/bias')]).toEqual(valuesOf(source)[names.indexOf('mix/bias')]);
});

test('the head keeps its weights where the file is for other classes', async () => {
  const source = build();
  await onnx(source, 'head.onnx', 'kept');
  for (const [own, fresh] of [
    [
      ['x', 'y', 'z'],
      ['logits/kernel', 'logits/bias'],
    ],
    [classes, []],
  ]) {
    const target = changed(build());
    const before = valuesOf(target);
    const report = await importWeights(target, at('head.onnx'), { head: { layer: 'logits', classes: own } });
    expect(report).toMatchObject({ fresh, missing: [], unexpected: [], shape: [] });
    expect(report.left.map((name) => name.replace(/_\d+/, ''))).toEqual(fresh);
    const wanted = fresh.length > 0 ? before : valuesOf(source);
    target.weights.forEach(({ originalName }, i) => {
      const expected = originalName.startsWith('logits/') ? wanted : valuesOf(source);
      expect(valuesOf(target)[i]).toEqual(expected[i]);
    });
  }
});

test('a file of which nothing fits is an error, allowed or not', async () => {
  const tensors = new Map([['other/kernel', { dtype: 'F32' as const, shape: [2], values: new Float32Array(2) }]]);
  writeFileSync(at('other.safetensors'), encodeSafetensors({ metadata: {}, tensors }));
  const target = modelOf([[12]], (x) => chain(x, layers.dense({ units: 4, name: 'mine' })));
  for (const allowMismatch of [false, true]) {
    await expect(importWeights(target, at('other.safetensors'), { allowMismatch })).rejects.toMatchObject({
      code: 'usage',
      message: expect.stringMatching(/^No weight of .* fits[^]*missing: mine\/kernel[^]*unexpected: other\/kernel/),
    });
  }
});

describe('a file that is not there or damaged is named', () => {
  const load = (name: string): Promise<unknown> => importWeights(build(), at(name));

  test.each(['none.safetensors', 'none.onnx'])('%s', async (name) => {
    await expect(load(name)).rejects.toMatchObject({ code: 'not-found', message: expect.stringContaining(name) });
  });

  test('a folder', async () => {
    await expect(importWeights(build(), folder)).rejects.toMatchObject({ code: 'data' });
  });

  test('an ONNX file cut short, and one of text', async () => {
    await onnx(build(), 'whole.onnx', 'kept');
    const whole = readFileSync(at('whole.onnx'));
    writeFileSync(at('short.onnx'), whole.subarray(0, whole.length >> 1));
    writeFileSync(at('text.onnx'), 'not a model');
    for (const name of ['short.onnx', 'text.onnx'])
      await expect(load(name)).rejects.toMatchObject({ code: 'data', message: expect.stringContaining(name) });
  });

  test('300 random changes of an ONNX file are read or refused, never anything else', () => {
    const whole = readFileSync(at('whole.onnx'));
    const random = createRandom(5);
    const below = (length: number): number => Math.floor(random.uniform(0, length));
    for (let i = 0; i < 300; i++) {
      const bytes = Uint8Array.from(whole.subarray(0, i % 5 === 0 ? below(whole.length) : whole.length));
      for (let n = below(4); n >= 0 && bytes.length > 0; n--) bytes[below(Math.min(bytes.length, 4000))] = below(256);
      try {
        readOnnx(bytes);
      } catch (error) {
        if (!isCardioError(error) || error.code !== 'data') throw error;
      }
    }
  });
});

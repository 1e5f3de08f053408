import { isCardioError } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { existsSync, mkdtempSync, readdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx } from './export-onnx.js';
import { openSession } from './runtime.js';
import { chain, classes, compare, modelOf, Operation } from './spec-support.js';

const { layers } = tfl;

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

/** A residual block with squeeze and excitation, as in the platform's SE-ResNet. */
const residual = (): tfl.LayersModel =>
  modelOf([[20, 3]], (x) => {
    const conv = (name: string, filters: number, strides = 1): tfl.layers.Layer =>
      layers.conv1d({ filters, kernelSize: 5, strides, padding: 'same', useBias: false, name });
    const norm = (name: string): tfl.layers.Layer => layers.batchNormalization({ name });
    const stem = chain(x, conv('stem', 4, 2), norm('stem_norm'), layers.reLU());
    const body = chain(
      stem,
      conv('a', 4),
      norm('a_norm'),
      layers.reLU(),
      layers.conv1d({ filters: 4, kernelSize: 3, padding: 'same', name: 'b' }),
    );
    const squeeze = chain(
      body,
      layers.globalAveragePooling1d(),
      layers.dense({ units: 2, activation: 'relu' }),
      layers.dense({ units: 4, activation: 'sigmoid' }),
    );
    const scaled = layers
      .multiply()
      .apply([body, chain(squeeze, layers.reshape({ targetShape: [1, 4] }))]) as tfl.SymbolicTensor;
    return chain(
      layers.add().apply([stem, scaled]) as tfl.SymbolicTensor,
      layers.reLU(),
      layers.globalAveragePooling1d(),
    );
  });

const freshPath = (): string => join(mkdtempSync(join(tmpdir(), 'cardio-export-')), 'model.onnx');
const withOperation = (operation: (x: tf.Tensor) => tf.Tensor, name: string): tfl.LayersModel =>
  modelOf([[6]], (x) => chain(x, new Operation(operation, name)));

async function failure(promise: Promise<unknown>): Promise<{ code: string; message: string }> {
  const error: unknown = await promise.then(
    () => undefined,
    (e: unknown) => e,
  );
  if (!isCardioError(error)) throw error;
  return { code: error.code, message: error.message };
}

describe('the graph of a residual network', () => {
  test('transposes once, at its input, and runs channels first from there on', async () => {
    const { file } = await compare(residual());
    const ops = file.graph?.node.map((node) => node.opType);
    expect(ops).toEqual(
      ['Transpose', 'Conv', 'Relu', 'Conv', 'Relu', 'Conv', 'ReduceMean', 'Gemm', 'Relu'].concat([
        'MatMul',
        'Add',
        'Sigmoid',
        'Unsqueeze',
        'Mul',
        'Add',
        'Relu',
        'ReduceMean',
        'Gemm',
        'Sigmoid',
      ]),
    );
  });

  test('has weights under the names of the model if normalisation is kept', async () => {
    const model = residual();
    const { file } = await compare(model, { normalisation: 'kept' });
    const names = file.graph?.initializer.map(({ name }) => name);
    for (const weight of model.weights) expect(names).toContain(weight.name);
    expect(file.graph?.node.filter(({ opType }) => opType === 'BatchNormalization')).toHaveLength(2);
  });

  test('has named inputs and outputs, a free batch size, classes and metadata', async () => {
    const { file } = await compare(residual());
    const shape = (value: unknown): unknown =>
      JSON.stringify(value, (_, v: unknown) => (typeof v === 'bigint' ? Number(v) : v));
    expect(file.graph?.input.map(({ name }) => name)).toEqual(['ecg']);
    expect(file.graph?.output.map(({ name }) => name)).toEqual(['probabilities', 'logits']);
    expect(shape(file.graph?.input[0].type)).toContain('"dimParam","value":"batch"');
    expect(Object.fromEntries(file.metadataProps.map(({ key, value }) => [key, value]))).toEqual({
      task: 'multi-label',
      precision: 'float32',
      classes: '["a","b","c"]',
    });
  });
});

test('the inputs of a second kind are called features', async () => {
  const { file } = await compare(
    modelOf([[6, 2], [4]], (x, f) => layers.concatenate().apply([chain(x, layers.flatten()), f]) as tfl.SymbolicTensor),
  );
  expect(file.graph?.input.map(({ name }) => name)).toEqual(['ecg', 'features']);
});

test('zero states of a recurrent layer grow with the batch', async () => {
  const model = modelOf([[4, 2]], (x) => chain(x, layers.lstm({ units: 3, recurrentInitializer: 'glorotNormal' })));
  expect((await compare(model)).logitsDiff).toBeLessThan(2e-5);
});

test('tracing leaves neither tensors nor a changed engine behind', async () => {
  const model = residual();
  const [before, runKernel, apply] = [tf.memory().numTensors, tf.engine().runKernel, tfl.layers.Layer.prototype.apply];
  await exportOnnx(model, { task: 'multi-class', classes, path: freshPath() });
  expect(tf.memory().numTensors).toBe(before);
  expect(tf.engine().runKernel).toBe(runKernel);
  expect(tfl.layers.Layer.prototype.apply).toBe(apply);
});

describe("what can't be exported", () => {
  test('a kernel without a mapping is named with its layer', async () => {
    const path = freshPath();
    const { code, message } = await failure(
      exportOnnx(
        withOperation((x) => tf.topk(x, 2).values, 'best_two'),
        { task: 'multi-class', classes, path },
      ),
    );
    expect(code).toBe('usage');
    expect(message).toContain('the kernel `TopK`, run by layer `best_two`, has no ONNX mapping');
    expect(existsSync(path)).toBe(false);
  });

  test('noise in a forward pass is found by the second trace', async () => {
    let seed = 0;
    const model = withOperation((x) => tf.add(x, tf.randomNormal([1, 6], 0, 1, 'float32', seed++)), 'noisy');
    const { code, message } = await failure(exportOnnx(model, { task: 'multi-class', classes, path: freshPath() }));
    expect(code).toBe('usage');
    expect(message).toContain('at `Add` in layer `noisy`, the values of a constant of shape [1, 6] differs');
  });

  test('a dependence on the batch size is found by the second trace', async () => {
    const model = withOperation((x) => tf.div(x, x.shape[0]), 'batch_mean');
    expect((await failure(exportOnnx(model, { task: 'multi-class', classes, path: freshPath() }))).message).toContain(
      '`RealDiv` in layer `batch_mean`',
    );
  });

  test.each([
    [[null, 6, 2], 2, 'it must return logits of shape [batch, 3]'],
    [[null, null, 2], 3, 'has a free length ([batch, batch, 2])'],
    [[8, 6, 2], 3, 'has a fixed batch size ([8, 6, 2])'],
  ])('a model of input %j and %d outputs is refused: %s', async (batchShape, units, why) => {
    const x = tfl.input({ batchShape });
    const model = tfl.model({ inputs: x, outputs: chain(x, layers.globalAveragePooling1d(), layers.dense({ units })) });
    const { code, message } = await failure(exportOnnx(model, { task: 'multi-class', classes, path: freshPath() }));
    expect(code).toBe('usage');
    expect(message).toContain(why);
  });
});

describe('the gate', () => {
  test('a model that gives other outputs than its trace leaves no file and is told where they part', async () => {
    let calls = -1; // building the model calls it once
    const drifting = withOperation((x) => tf.add(x, calls++ < 2 ? 0 : 0.5), 'drifting');
    const path = freshPath();
    const { code, message } = await failure(exportOnnx(drifting, { task: 'multi-class', classes, path }));
    expect(code).toBe('check');
    expect(message).toContain('They part first at `Add` of layer `drifting` (ONNX node `drifting/Add`), by 0.500');
    expect(readdirSync(join(path, '..'))).toEqual([]);
  });

  test('a model that gives NaN does not pass', async () => {
    const { code } = await failure(
      exportOnnx(
        withOperation((x) => tf.sqrt(x), 'root'),
        { task: 'multi-class', classes, path: freshPath() },
      ),
    );
    expect(code).toBe('check');
  });

  test('without ONNX Runtime there is a message that says what to install', async () => {
    const missing = (): Promise<never> => Promise.reject(new Error("Cannot find package 'onnxruntime-node'"));
    const { code, message } = await failure(openSession(new Uint8Array(), missing));
    expect(code).toBe('unavailable');
    expect(message).toContain('npm install onnxruntime-node');
  });
});

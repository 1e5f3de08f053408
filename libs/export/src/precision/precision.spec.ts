import { createRandom } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { exportOnnx } from '../export-onnx.js';
import type { Batch } from '../inputs.js';
import { onnxType } from '../kernels/elementwise.js';
import { chain, classes, compare, modelOf, type Comparison } from '../spec-support.js';

const { layers } = tfl;

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

/** Convolutions with normalisation and a shortcut, then products: large enough that int8 is worth it. */
const network = (): tfl.LayersModel =>
  scaled(
    modelOf([[40, 3]], (x) => {
      const conv = (name: string): tfl.layers.Layer =>
        layers.conv1d({ filters: 12, kernelSize: 5, padding: 'same', useBias: false, name });
      const norm = (name: string): tfl.layers.Layer => layers.batchNormalization({ name });
      const stem = chain(x, conv('stem'), norm('stem_norm'), layers.reLU());
      const body = chain(stem, conv('a'), norm('a_norm'), layers.reLU(), conv('b'), norm('b_norm'));
      const sum = chain(layers.add().apply([stem, body]) as tfl.SymbolicTensor, layers.reLU());
      const pooled = chain(sum, layers.maxPooling1d({ poolSize: 2 }), layers.globalAveragePooling1d());
      return chain(pooled, layers.dense({ units: 32, name: 'hidden' }), layers.dense({ units: 24, name: 'last' }));
    }),
    0.2,
  );

function scaled(model: tfl.LayersModel, by: number): tfl.LayersModel {
  for (const weight of model.weights) {
    if (weight.shape.length > 1) tf.tidy(() => void weight.write(tf.mul(weight.read(), by)));
  }
  return model;
}

function inputs(count: number, seed: number): Batch {
  const random = createRandom(seed);
  return { ecg: { data: Float32Array.from({ length: count * 120 }, () => random.normal()), shape: [count, 40, 3] } };
}

const opsOf = ({ file }: Comparison): string[] => file.graph?.node.map(({ opType }) => opType) ?? [];
const typesOf = ({ file }: Comparison): Map<string, number> =>
  new Map(file.graph?.initializer.map(({ name, dataType }) => [name, dataType]));

test('float16 has weights in half precision, and inputs and outputs in single', async () => {
  const result = await compare(network(), { precision: 'float16' });
  const conv = result.file.graph?.node.filter(({ opType }) => opType === 'Conv') ?? [];
  expect(conv).toHaveLength(3);
  for (const { input } of conv) expect(typesOf(result).get(input[1])).toBe(onnxType.float16);
  const elements = [...(result.file.graph?.input ?? []), ...(result.file.graph?.output ?? [])].map(
    ({ type }) => type?.value.case === 'tensorType' && type.value.value.elemType,
  );
  expect(elements).toEqual([onnxType.float32, onnxType.float32, onnxType.float32]);
  expect(result.logitsDiff).toBeLessThan(1e-2);
  expect(result.parity.gate).toMatchObject({ allowed: 2e-3 });
});

test('what half precision has not stays in float32', async () => {
  const large = modelOf([[6]], (x) => chain(x, layers.dense({ units: 4, name: 'large' })));
  const [kernel] = large.getLayer('large').weights;
  kernel.write(tf.fill([6, 4], 1e5));
  const last = large.getLayer('logits').weights[0];
  last.write(tf.fill([4, 3], 1e-7));
  const result = await compare(large, { precision: 'float16' });
  expect([...typesOf(result)].find(([name]) => name.startsWith('large'))?.[1]).toBe(onnxType.float32);
});

test('so does what takes or makes numbers too large for it', async () => {
  const body = (x: tfl.SymbolicTensor): tfl.SymbolicTensor =>
    chain(x, ...['first', 'second', 'third'].map((name) => layers.dense({ units: 4, name })));
  const overflowing = modelOf([[6]], body);
  overflowing.getLayer('first').weights[0].write(tf.fill([6, 4], 5e4));
  overflowing.getLayer('second').weights[0].write(tf.fill([4, 4], 1e-4));
  const types = typesOf(await compare(overflowing, { precision: 'float16' }));
  const inHalf = [...types].filter(([, type]) => type === onnxType.float16).map(([name]) => name.split('/')[0]);
  expect(new Set(inHalf)).toEqual(new Set(['third', 'logits']));
});

describe('int8', () => {
  test('by itself, finds ranges in each run for products and stores filters by channel', async () => {
    const result = await compare(network(), { precision: 'int8' });
    expect(opsOf(result)).toEqual(
      expect.arrayContaining(['DynamicQuantizeLinear', 'MatMulInteger', 'DequantizeLinear']),
    );
    expect([...typesOf(result).values()].filter((type) => type === onnxType.int8)).toHaveLength(4);
    expect(result.parity.gate).toMatchObject({ what: 'the probabilities differ on average', allowed: 0.02 });
  });

  test.each(['min-max', 'percentile'] as const)(
    'calibrated by %s, computes in whole numbers from the input to the last product',
    async (method) => {
      const result = await compare(network(), {
        precision: 'int8',
        calibration: { inputs: inputs(16, 3), method },
        examples: { inputs: inputs(32, 4) },
      });
      const ops = opsOf(result);
      expect(ops).not.toContain('DynamicQuantizeLinear');
      expect(ops.filter((op) => op === 'QuantizeLinear').length).toBeGreaterThan(6);
      expect(result.parity).toMatchObject({ inputs: 32, real: 32 });
      expect([...typesOf(result)].find(([name]) => name.endsWith('/bias/int32'))?.[1]).toBe(onnxType.int32);
    },
  );

  test('is refused by what the caller judges it by', async () => {
    const judge = (): { what: string; difference: number; allowed: number } => ({
      what: 'the AUROC differs',
      difference: 0.02,
      allowed: 0.01,
    });
    await expect(compare(network(), { precision: 'int8', examples: { inputs: inputs(8, 4), judge } })).rejects.toThrow(
      'the AUROC differs by 0.0200 (allowed 0.01)',
    );
  });
});

test('the answers that a caller expects of its records are the gate', async () => {
  const expected = new Float32Array(2 * classes.length).fill(0.5);
  await expect(
    exportOnnx(network(), {
      task: 'multi-label',
      classes,
      path: '/nowhere/model.onnx',
      examples: { inputs: inputs(2, 4), expected },
    }),
  ).rejects.toThrow('a probability differs');
});

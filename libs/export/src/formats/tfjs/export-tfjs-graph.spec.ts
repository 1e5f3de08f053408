import { startEngine, type EngineName } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chain, classes, modelOf, Operation } from '../../spec-support.js';
import { operationModels } from '../../testing/operations.js';
import { exportTfjsGraph } from './export-tfjs-graph.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-tfjs-graph-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

const unmapped = ['pooling with a rounded-up end'];
const rows = operationModels.filter(({ name }) => !unmapped.includes(name));

test.each(rows)('$name: the graph model, opened by tfjs-converter, gives what the model gives', async ({ make }) => {
  const { parity } = await exportTfjsGraph(make(), { task: 'multi-label', classes, folder });
  expect(parity.inputs).toBe(16);
  expect(parity.maxAbsDiff).toBeLessThan(2e-6);
});

test('what graph models have no form for is refused with kernel and layer', async () => {
  const model = operationModels.find(({ name }) => unmapped.includes(name))?.make();
  await expect(exportTfjsGraph(model as never, { task: 'multi-label', classes, folder })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringMatching(/`MaxPool` in layer `operation`: padding by numbers, dilation and rounding modes/),
  });
});

test('a kernel without a mapping is named with its layer', async () => {
  const model = modelOf([[6]], (x) => chain(x, new Operation((y) => tf.topk(y, 2).values, 'best')));
  const where = join(folder, 'none');
  await expect(exportTfjsGraph(model, { task: 'multi-label', classes, folder: where })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('the kernel `TopK`, run by layer `best`, has no mapping'),
  });
  expect(existsSync(where)).toBe(false);
});

test('the file has signature, metadata and the names of the layers; what no output needs is left out', async () => {
  const unused = new Operation((x) => {
    tf.exp(x);
    return tf.neg(x);
  }, 'half');
  const model = modelOf([[6, 4], [2]], (x, features) => {
    const stem = chain(x, layers.conv1d({ filters: 4, kernelSize: 3, name: 'stem' }), unused, layers.flatten());
    return chain([stem, features], layers.concatenate());
  });
  const metadata = { run: 'r1' };
  const { path, nodes } = await exportTfjsGraph(model, { task: 'multi-class', classes, folder, metadata });
  const file = JSON.parse(readFileSync(path, 'utf8'));
  expect(file.format).toBe('graph-model');
  expect(file.userDefinedMetadata).toEqual({ run: 'r1', task: 'multi-class', classes });
  expect(Object.keys(file.signature.inputs)).toEqual(['ecg', 'features']);
  expect(file.signature.inputs.ecg.tensorShape.dim).toEqual([{ size: '-1' }, { size: '6' }, { size: '4' }]);
  expect(Object.keys(file.signature.outputs)).toEqual(['probabilities', 'logits']);
  const [{ weights }] = file.weightsManifest as { weights: { name: string; shape: number[] }[] }[];
  expect(weights).toEqual(expect.arrayContaining([{ name: 'stem/bias', dtype: 'float32', shape: [1, 1, 4] }]));
  const operations = (file.modelTopology.node as { op: string }[]).map(({ op }) => op).filter((op) => op !== 'Const');
  expect(operations).toHaveLength(nodes);
  expect(operations).toContain('Neg');
  expect(operations).not.toContain('Exp');
});

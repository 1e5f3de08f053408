import { isCardioError } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { layers } from '@tensorflow/tfjs-layers';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { OnnxGraph } from '../../build.js';
import { chain, classes, modelOf } from '../../spec-support.js';
import { readSafetensors } from '../safetensors.js';
import { operationModels } from '../../testing/operations.js';
import type { Batch } from '../../inputs.js';
import { modelSubject } from '../../subject.js';
import { compareForms } from '../compare.js';
import { exportTorch } from './export-torch.js';
import { runTorch } from './run-torch.js';
import { torchModule } from './module.js';
import { difference, hasTorch, python, runModules, writeCase, type TorchOutputs } from '../../testing/torch.js';

const isThere = hasTorch();
const folder = mkdtempSync(join(tmpdir(), 'cardio-torch-'));
afterAll(() => rmSync(folder, { recursive: true }));

beforeAll(async () => {
  await startEngine((process.env['CARDIO_TEST_ENGINE'] ?? 'cpu') as EngineName);
});

(isThere ? describe : describe.skip)('the module gives in PyTorch what the model gives', () => {
  const expected: number[][] = [];
  let actual: TorchOutputs[] = [];
  beforeAll(async () => {
    const folders = operationModels.map((_, i) => join(folder, String(i)));
    for (const [i, { make }] of operationModels.entries()) expected.push(await writeCase(make(), folders[i]));
    actual = runModules(folders);
  }, 120_000);

  test.each(operationModels.map(({ name }, i) => [name, i] as const))('%s', (_, i) => {
    expect(difference(expected[i], actual[i].logits.flat())).toBeLessThan(2e-5);
    const probabilities = expected[i].map((logit) => 1 / (1 + Math.exp(-logit)));
    expect(difference(probabilities, actual[i].probabilities.flat())).toBeLessThan(1e-5);
  });
});

test('the weights have the names of the layers, and statistics are not trained', async () => {
  const model = modelOf([[6, 4]], (x) =>
    chain(x, layers.conv1d({ filters: 4, kernelSize: 1, name: 'stem' }), layers.batchNormalization({ name: 'norm' })),
  );
  const { path, tensors, parity } = await exportTorch(model, { task: 'multi-class', classes, folder });
  expect(parity).toBeNull();
  const { metadata, tensors: read } = readSafetensors(readFileSync(join(folder, 'model.safetensors')));
  expect(metadata).toEqual({ form: 'graph', task: 'multi-class', classes: JSON.stringify(classes) });
  expect([...read.keys()]).toEqual(
    expect.arrayContaining(['stem/kernel', 'stem/bias', 'norm/gamma', 'norm/moving_mean']),
  );
  expect(read.size).toBe(tensors);
  expect(read.get('stem/kernel')?.shape).toEqual([4, 4, 1]);
  const source = readFileSync(path, 'utf8');
  expect(source).toContain(`("norm/moving_mean", 'norm_moving_mean', [4], torch.float32, False)`);
  expect(source).toContain('F.conv1d(stem_transpose, self.stem_kernel, self.stem_bias)  # stem: Conv');
});

test('an operator without a mapping is named with its layer', () => {
  const graph: OnnxGraph = {
    nodes: [{ op: 'NonZero', inputs: ['ecg'], outputs: ['search/NonZero'], attributes: {} }],
    initializers: [],
    inputs: [
      { id: 0, name: 'ecg', dims: [{ perBatch: 1, plus: 0 }, 3], dtype: 'float32' },
    ] as unknown as OnnxGraph['inputs'],
    outputs: [{ name: 'search/NonZero', classes: 3 }],
    results: new Map(),
  };
  const write = (): unknown => torchModule(graph, { title: 'a model', weightsFile: 'model.safetensors' });
  expect(write).toThrow(/`NonZero` in layer `search`: the operator is not mapped/);
  try {
    write();
  } catch (error) {
    expect(isCardioError(error) && error.code).toBe('usage');
  }
});

test('classes that are not as many as the outputs are refused', async () => {
  const model = modelOf([[6]], (x) => x);
  await expect(exportTorch(model, { task: 'multi-class', classes: ['a'], folder })).rejects.toMatchObject({
    code: 'usage',
    message: expect.stringContaining('one for each of the classes a; it returns [batch, 3]'),
  });
});

(isThere ? test : test.skip)(
  'a module is compared in PyTorch before it is kept',
  async () => {
    const model = modelOf([[6, 4], [2]], (x, features) =>
      chain([chain(x, layers.flatten()), features], layers.concatenate(), layers.dense({ units: 4, name: 'hidden' })),
    );
    const { parity } = await exportTorch(model, { task: 'multi-class', classes, folder, python });
    expect(parity).toMatchObject({ inputs: 16, real: 0 });
    expect(parity?.maxAbsDiff).toBeLessThan(1e-6);
    const where = join(folder, 'none');
    const broken = join(folder, 'model.py');
    await expect(runTorch(python, join(where, 'model.py'), [], 3)).rejects.toMatchObject({
      code: 'check',
      message: expect.stringContaining('FileNotFoundError'),
    });
    writeFileSync(broken, readFileSync(broken, 'utf8').replace('self.hidden_bias', '2 * self.hidden_bias'));
    const batch = {
      ecg: { data: new Float32Array(24), shape: [1, 6, 4] },
      features: { data: new Float32Array(2), shape: [1, 2] },
    };
    const run = (batches: readonly Batch[]): Promise<Float32Array[]> => runTorch(python, broken, batches, 3);
    await expect(
      compareForms(modelSubject(model, 'multi-class'), 'PyTorch module', run, { inputs: batch }),
    ).rejects.toMatchObject({
      code: 'check',
      message: expect.stringContaining('The PyTorch module is not the trained model: a probability differs by'),
    });
  },
  60_000,
);

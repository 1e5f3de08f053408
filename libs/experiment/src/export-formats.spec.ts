import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { createRandom } from '@cardio/core';
import { startEngine, type EngineName } from '@cardio/engine';
import {
  exportOnnx,
  exportSafetensors,
  exportTfjsGraph,
  exportTfjsLayers,
  exportTorch,
  importWeights,
} from '@cardio/export';
import { modelFactory } from '@cardio/models';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { exportFormat, otherFormats } from './export-formats.js';
import { resolveConfig } from './resolve.js';
import { createRun, type Run } from './run-folder.js';
import { startFrom } from './start-from.js';
import { trainRun } from './train.js';

jest.setTimeout(60_000);
const folder = mkdtempSync(join(tmpdir(), 'cardio-formats-'));
afterAll(() => rmSync(folder, { recursive: true }));

const engine = (process.env['CARDIO_TEST_ENGINE'] ?? 'wasm') as EngineName;
beforeAll(async () => {
  await startEngine(engine);
});

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const hasTorch = spawnSync(python, ['-c', 'import torch']).status === 0;
if (!hasTorch) console.warn(`Skipped: \`${python}\` has no torch; \`pip install torch\`, or set CARDIO_PYTHON.`);

const task = 'multi-label';
const classes = ['a', 'b', 'c', 'd'];
const rows = modelFactory.names.flatMap((name) => [
  { name, inputLength: 100, inputFeatures: 0 },
  { name, inputLength: 101, inputFeatures: 3 },
]);
type Row = (typeof rows)[number];

function build({ name, ...input }: Row, seed = 1): tfl.LayersModel {
  const model = modelFactory.create(name, { ...input, inputChannels: 3, numClasses: 4, preset: 'tiny', seed });
  for (const weight of model.weights) {
    // what starts as zeros or ones would hide mistakes
    if (weight.shape.length > 1 && seed === 1 && !weight.originalName.includes('relative')) continue;
    tf.tidy(
      () =>
        void weight.write(tf.add(weight.read(), tf.randomUniform(weight.shape as number[], 0, 0.3, 'float32', seed))),
    );
  }
  return model;
}

/** Four examples, and what the model says of them. */
function asked(model: tfl.LayersModel): { inputs: unknown[]; logits: number[] } {
  const random = createRandom(3);
  return tf.tidy(() => {
    const x = model.inputs.map(({ shape }) => {
      const own = [4, ...(shape.slice(1) as number[])];
      return tf.tensor(
        Float32Array.from({ length: tf.util.sizeFromShape(own) }, () => random.normal()),
        own,
      );
    });
    const logits = model.apply(x.length === 1 ? x[0] : x, { training: false }) as tf.Tensor;
    return { inputs: x.map((tensor) => tensor.arraySync()), logits: [...logits.dataSync()] };
  });
}

const folderOf = ({ name, inputFeatures }: Row): string => join(folder, `${name}-${inputFeatures}`);
const difference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((x, i) => Math.abs(x - b[i]))) : Infinity;

describe('every model of the factory', () => {
  test.each(rows)('$name of $inputLength samples and $inputFeatures features in TensorFlow.js', async (row) => {
    const model = build(row);
    const graph = await exportTfjsGraph(model, { task, classes, folder: join(folderOf(row), 'graph') });
    expect(graph.parity.maxAbsDiff).toBeLessThan(2e-6);
    const layers = await exportTfjsLayers(model, { task, classes, folder: join(folderOf(row), 'layers') });
    expect(layers.parity.maxAbsDiff).toBe(0);
    model.dispose();
  });

  test.each(rows)('$name of $inputLength samples and $inputFeatures features from its files again', async (row) => {
    const model = build(row);
    const at = (name: string): string => join(folderOf(row), name);
    await exportSafetensors(model, { path: at('own.safetensors') });
    await exportTorch(model, { task, classes, folder: folderOf(row) });
    await exportOnnx(model, { task, classes, path: at('model.onnx'), normalisation: 'kept' });
    const { inputs, logits } = asked(model);
    writeFileSync(at('inputs.json'), JSON.stringify(inputs));
    writeFileSync(at('logits.json'), JSON.stringify(logits));
    for (const name of ['own.safetensors', 'model.safetensors', 'model.onnx']) {
      const other = build(row, 2);
      expect(difference(asked(other).logits, logits)).toBeGreaterThan(1e-3);
      const report = await importWeights(other, at(name));
      expect(report.loaded).toHaveLength(model.weights.length);
      expect(asked(other).logits).toEqual(logits);
      other.dispose();
    }
    model.dispose();
  });

  (hasTorch ? test : test.skip)('in PyTorch', () => {
    const script = fileURLToPath(new URL('../../export/checks/torch_modules.py', import.meta.url));
    const { stderr } = spawnSync(python, [script, ...rows.map(folderOf)], { encoding: 'utf8' });
    expect(stderr).toBe('');
    for (const row of rows) {
      const read = <T>(name: string): T => JSON.parse(readFileSync(join(folderOf(row), name), 'utf8')) as T;
      const logits = read<number[]>('logits.json');
      const { logits: actual, probabilities, withoutGradient } = read<Record<string, number[][]>>('outputs.json');
      expect(difference(logits, actual.flat())).toBeLessThan(1e-4);
      expect(
        difference(
          logits.map((x) => 1 / (1 + Math.exp(-x))),
          probabilities.flat(),
        ),
      ).toBeLessThan(2e-6);
      expect(withoutGradient).toEqual([]);
    }
  });
});

describe('a run', () => {
  let run: Run;
  const flags = {
    ...{ dataset: 'synthetic', records: '60', seconds: '2', model: 'cnn_lstm', preset: 'tiny', epochs: '1' },
    ...{ 'batch-size': '16', engine, 'runs-dir': folder },
  };
  beforeAll(async () => {
    const { config } = await resolveConfig({ flags: { ...flags, 'run-id': 'whole' } });
    run = createRun(config);
    await trainRun(run);
  });

  test.each(otherFormats)('is exported to %s with a description beside it', async (format) => {
    const { path, bytes, check, bundle, notes } = await exportFormat(run, format);
    const described = JSON.parse(readFileSync(bundle, 'utf8')) as Record<string, unknown>;
    const [file] = path.split('/').slice(-1);
    expect(described).toMatchObject({ run: 'whole', model: { file, format, bytes, architecture: 'cnn_lstm' } });
    expect(described).toHaveProperty('window.samples', 200);
    expect(described['checks']).toEqual(check ? [check] : []);
    if (format !== 'torch' || hasTorch) {
      expect(check?.difference).toBeLessThan(format === 'safetensors' ? 1e-30 : 2e-6);
      expect(notes).toEqual([]);
    } else expect(notes).toEqual([expect.stringMatching(/^Not compared in PyTorch: .* has no torch/)]);
  });

  test('gives its weights to another by a file; the head is new for other classes', async () => {
    const { path } = await exportFormat(run, 'safetensors');
    const { config } = await resolveConfig({ flags: { ...flags, from: path } });
    const input = { inputLength: 200, inputChannels: 12, inputFeatures: 0, numClasses: 2 };
    const model = modelFactory.create('cnn_lstm', { ...input, preset: 'tiny', seed: 3 });
    const report = await startFrom(config, model, path, ['x', 'y']);
    expect(report).toMatchObject({
      from: path,
      fresh: ['logits/kernel', 'logits/bias'],
      missing: [],
      unexpected: [],
      shape: [],
    });
    expect(report.loaded).toHaveLength(model.weights.length - 2);
    await expect(startFrom(config, model, join(folder, 'none.onnx'), ['x'])).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});

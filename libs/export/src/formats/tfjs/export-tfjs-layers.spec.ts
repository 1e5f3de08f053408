import { FusedLstm, registerLayers, startEngine } from '@cardio/engine';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { chain, classes, modelOf, Operation } from '../../spec-support.js';
import { exportTfjsLayers } from './export-tfjs-layers.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-tfjs-layers-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(async () => {
  await startEngine('cpu');
  registerLayers();
});

test("tfjs's own loader for web addresses opens it, with the same logits", async () => {
  const model = modelOf([[12, 4]], (x) => chain(x, new FusedLstm({ units: 3, bidirectional: true })));
  const { path, parity } = await exportTfjsLayers(model, {
    task: 'multi-class',
    classes,
    folder,
    metadata: { run: 'r1' },
  });
  expect(parity).toMatchObject({ maxAbsDiff: 0, inputs: 16, real: 0 });
  const fetchFunc: typeof fetch = async (url) => {
    const bytes = readFileSync(join(folder, basename(String(url))));
    // an object of Jest's own realm, as tfjs asks for them with `instanceof`
    return Object.defineProperty(new Response(bytes), 'json', { value: async () => JSON.parse(bytes.toString()) });
  };
  const loaded = await tfl.loadLayersModel('http://localhost/model.json', { fetchFunc });
  const x = tf.randomNormal([3, 12, 4], 0, 1, 'float32', 1);
  const [a, b] = [model, loaded].map((m) => [...(m.predict(x) as tf.Tensor).dataSync()]);
  expect(b).toEqual(a);
  expect(JSON.parse(readFileSync(path, 'utf8'))).toMatchObject({
    format: 'layers-model',
    userDefinedMetadata: { run: 'r1', task: 'multi-class', classes },
  });
});

test('a model whose layers can not be opened again leaves no file', async () => {
  const where = join(folder, 'none');
  const model = modelOf([[12]], (x) => chain(x, new Operation((y) => tf.neg(y))));
  await expect(exportTfjsLayers(model, { task: 'multi-class', classes, folder: where })).rejects.toThrow(/Operation/);
  expect(existsSync(where)).toBe(false);
});

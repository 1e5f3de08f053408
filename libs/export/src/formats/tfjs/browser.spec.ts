import { FusedLayerNorm, FusedLstm, Gelu, MultiHeadAttention, registerLayers, startEngine } from '@cardio/engine';
import { createRandom } from '@cardio/core';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { layers } from '@tensorflow/tfjs-layers';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { build } from 'esbuild';
import { chromium } from 'playwright-core';
import { findChromium } from '../../bundle/gate/browser.js';
import { chain, classes, modelOf } from '../../spec-support.js';
import { exportTfjsGraph } from './export-tfjs-graph.js';
import { exportTfjsLayers } from './export-tfjs-layers.js';

const executablePath = findChromium();
if (!executablePath) console.warn('Skipped: no Chromium on the PATH; set CARDIO_CHROMIUM to the path of one.');
const folder = mkdtempSync(join(tmpdir(), 'cardio-tfjs-browser-'));
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => startEngine('wasm'));

const require = createRequire(import.meta.url);
/** The scripts that a page has from `@tensorflow/tfjs` in one, as they are published. */
const scripts = [
  ['tfjs-core', 'tf-core'],
  ['tfjs-backend-cpu', 'tf-backend-cpu'],
  ['tfjs-converter', 'tf-converter'],
].map(([name, file]) => join(dirname(require.resolve(`@tensorflow/${name}/package.json`)), 'dist', `${file}.min.js`));

const program = `async ({ ecg, shape }) => {
  await tf.setBackend('cpu');
  const model = await tf.loadGraphModel('http://localhost/model/model.json');
  const [probabilities, logits] = model.predict(tf.tensor(ecg, shape));
  return { metadata: model.metadata, names: model.outputNodes, probabilities: [...probabilities.dataSync()], logits: [...logits.dataSync()] };
}`;

(executablePath ? test : test.skip)(
  'a page with nothing but TensorFlow.js opens the graph model from an address and gives what the model gives',
  async () => {
    const model = modelOf([[40, 3]], (x) =>
      chain(
        ...[x, layers.conv1d({ filters: 8, kernelSize: 5, strides: 2, padding: 'same', activation: 'relu' })],
        ...[layers.batchNormalization(), layers.maxPooling1d({ poolSize: 2 }), new FusedLayerNorm(), new Gelu()],
        ...[new MultiHeadAttention({ heads: 2, rate: 0 }), new FusedLstm({ units: 3, bidirectional: true })],
      ),
    );
    await exportTfjsGraph(model, { task: 'multi-class', classes, folder, metadata: { run: 'r1' } });
    const random = createRandom(3);
    const [shape, ecg] = [[5, 40, 3], Array.from({ length: 600 }, () => random.normal())];
    const logits = [...(model.predict(tf.tensor(ecg, shape)) as tf.Tensor).dataSync()];
    const expected = [...tf.softmax(tf.tensor(logits, [5, 3])).dataSync()];

    const browser = await chromium.launch({ executablePath: String(executablePath) });
    try {
      const page = await browser.newPage();
      await page.route('http://localhost/**', (route) => {
        const [, name] = /\/model\/([\w.]+)$/.exec(route.request().url()) ?? [];
        return name ? route.fulfill({ body: readFileSync(join(folder, name)) }) : route.fulfill({ body: '<html>' });
      });
      await page.goto('http://localhost/');
      for (const path of scripts) await page.addScriptTag({ path });
      const seen = await page.evaluate(`(${program})(${JSON.stringify({ ecg, shape })})`);
      const { probabilities, ...said } = seen as { probabilities: number[]; logits: number[] };
      expect(said).toMatchObject({ names: ['probabilities', 'logits'], metadata: { run: 'r1', classes } });
      const difference = (a: number[], b: number[]): number => Math.max(...a.map((value, i) => Math.abs(value - b[i])));
      expect(difference(expected, probabilities)).toBeLessThan(1e-6);
      expect(difference(logits, said.logits)).toBeLessThan(1e-5);
    } finally {
      await browser.close();
    }
  },
  60_000,
);

/** What a page is bundled of to open the layers model. */
const opener = `
  import { registerLayers } from '@cardio/engine/layers';
  import '@tensorflow/tfjs-backend-cpu';
  import * as tf from '@tensorflow/tfjs-core';
  import { loadLayersModel } from '@tensorflow/tfjs-layers';
  registerLayers();
  globalThis.answer = async ({ ecg, shape }) => {
    await tf.setBackend('cpu');
    const model = await loadLayersModel('http://localhost/model/model.json');
    return [...model.predict(tf.tensor(ecg, shape)).dataSync()];
  };`;

(executablePath ? test : test.skip)(
  'a page opens the layers model with the layers of @cardio/engine/layers, which brings nothing of Node',
  async () => {
    const model = modelOf([[40, 3]], (x) =>
      chain(
        x,
        layers.conv1d({ filters: 8, kernelSize: 5 }),
        new FusedLayerNorm(),
        new Gelu(),
        new FusedLstm({ units: 3 }),
      ),
    );
    const own = join(folder, 'layers');
    registerLayers();
    await exportTfjsLayers(model, { task: 'multi-class', classes, folder: own });
    const [shape, ecg] = [[2, 40, 3], Array.from({ length: 240 }, (_, i) => Math.sin(i))];
    const expected = [...(model.predict(tf.tensor(ecg, shape)) as tf.Tensor).dataSync()];
    const stdin = { contents: opener, resolveDir: import.meta.dirname, loader: 'js' } as const;
    const options = { bundle: true, format: 'iife', platform: 'browser', write: false } as const;
    const { outputFiles } = await build({ ...options, stdin, conditions: ['@cardio/source'], logLevel: 'error' });

    const browser = await chromium.launch({ executablePath: String(executablePath) });
    try {
      const page = await browser.newPage();
      await page.route('http://localhost/**', (route) => {
        const [, name] = /\/model\/([\w.]+)$/.exec(route.request().url()) ?? [];
        return name ? route.fulfill({ body: readFileSync(join(own, name)) }) : route.fulfill({ body: '<html>' });
      });
      await page.goto('http://localhost/');
      await page.addScriptTag({ content: outputFiles[0].text });
      const seen = (await page.evaluate(`answer(${JSON.stringify({ ecg, shape })})`)) as number[];
      expect(Math.max(...seen.map((value, i) => Math.abs(value - expected[i])))).toBeLessThan(1e-5);
    } finally {
      await browser.close();
    }
  },
  60_000,
);

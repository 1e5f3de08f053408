import { startEngine } from '@cardio/engine';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { build } from 'esbuild';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { chromium, type Browser, type Page } from 'playwright-core';
import { findChromium, ortFolder, pageScript } from '../bundle/gate/browser.js';
import { servePage, type PageServer } from '../bundle/gate/page-server.js';
import { openBundle } from '../bundle/open-bundle.js';
import type { BundlePrediction } from '../bundle/predict.js';
import { signals, writeSmallBundle } from '../bundle/spec-support.js';

jest.setTimeout(120_000);

test('the entry for pages has nothing of Node and no TensorFlow.js in it', async () => {
  const { metafile, outputFiles } = await build({
    entryPoints: [fileURLToPath(new URL('index.ts', import.meta.url))],
    ...{ bundle: true, write: false, metafile: true, format: 'esm', platform: 'browser', logLevel: 'silent' },
    ...{ external: ['onnxruntime-web'], conditions: ['@cardio/source'], minify: true },
  }); // an import of Node's own would not be found
  expect(Object.keys(metafile.inputs).filter((path) => /tensorflow|onnxruntime-node|libs\/engine/.test(path))).toEqual(
    [],
  );
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports.map(({ path }) => path));
  expect(new Set(imports)).toEqual(new Set(['onnxruntime-web/wasm']));
  expect(outputFiles[0].contents.length).toBeLessThan(250_000);
});

const program = `
import { openBundle } from '@cardio/export/browser';

const options = { wasmPaths: new URL('/ort/', location.href).href };
const told = (work) => work.catch(({ code, message }) => ({ code, message }));
const filesOf = async (names) =>
  Object.fromEntries(await Promise.all(names.map(async (name) => [name, await (await fetch('/bundle/' + name)).blob()])));

globalThis.page = {
  address: (path, signal) =>
    told(openBundle(path, options).then((opened) => opened.predict({ ...signal, samples: signal.samples.map((s) => Float32Array.from(s)) }))),
  files: (names, signal) =>
    told(
      filesOf(names)
        .then((files) => openBundle(files, options))
        .then((opened) => opened.predict({ ...signal, samples: signal.samples.map((s) => Float32Array.from(s)) })),
    ),
};
`;

const executablePath = findChromium();
if (executablePath === undefined)
  console.warn('Skipped: bundles in a page need chromium on the PATH or CARDIO_CHROMIUM.');

(executablePath === undefined ? describe.skip : describe)('in a page', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardio-page-'));
  const [whole, changed] = [join(folder, 'whole'), join(folder, 'changed')];
  let server: PageServer;
  let browser: Browser;
  let page: Page;

  beforeAll(async () => {
    await startEngine('cpu');
    mkdirSync(whole);
    await writeSmallBundle(whole);
    cpSync(whole, changed, { recursive: true });
    const model = readFileSync(join(changed, 'model.onnx'));
    model[model.length >> 1] ^= 1;
    writeFileSync(join(changed, 'model.onnx'), model);
    server = await servePage(await pageScript(build, program), { bundle: whole, changed, ort: ortFolder() ?? '' });
    browser = await chromium.launch({ executablePath: executablePath ?? '' });
    page = await browser.newPage();
    await page.goto(server.address);
    await page.waitForFunction('globalThis.page !== undefined');
  });
  afterAll(async () => {
    await browser?.close();
    await server?.close();
    rmSync(folder, { recursive: true });
  });

  const ask = <T>(name: string, ...given: unknown[]): Promise<T> =>
    page.evaluate<T>(`globalThis.page.${name}(${given.map((one) => JSON.stringify(one)).join(', ')})`);
  const names = ['bundle.json', 'MODEL_CARD.md', 'MANIFEST.sha256', 'model.onnx'];

  test('a record has the same answer as in Node: probabilities, calibrated ones, decisions, windows', async () => {
    const opened = await openBundle(whole);
    for (const signal of signals(3)) {
      const inNode = await opened.predict(signal);
      const plain = { ...signal, samples: signal.samples.map((lead) => [...lead]) };
      const fromAddress = await ask<BundlePrediction>('address', '/bundle', plain);
      const fromFiles = await ask<BundlePrediction>('files', names, plain);
      expect(fromFiles).toEqual(fromAddress);
      const all = ({ whole: one, windows }: BundlePrediction): number[] =>
        [...(one ? [one] : []), ...windows].flatMap(({ probabilities, calibrated }) => [
          ...probabilities,
          ...(calibrated ?? []),
        ]);
      expect(all(fromAddress)).toHaveLength(all(inNode).length);
      all(fromAddress).forEach((p, i) => expect(Math.abs(p - all(inNode)[i])).toBeLessThan(1e-6));
      const decided = ({ whole: one, windows }: BundlePrediction): unknown =>
        [one, ...windows].map((answer) => answer?.predicted);
      expect(decided(fromAddress)).toEqual(decided(inNode));
      expect(fromAddress.windows.map(({ from }) => from)).toEqual(inNode.windows.map(({ from }) => from));
    }
    await opened.close();
  });

  test.each([
    ['a changed file', 'address', ['/changed/'], 'data', 'is truncated or changed: its SHA-256 is not'],
    ['a folder without a bundle', 'address', ['/nowhere/'], 'not-found', 'MANIFEST.sha256 answers 404'],
    ['files without the model', 'files', [names.slice(0, 3)], 'data', '`model.onnx` is missing'],
  ])('%s is a clear error', async (_, name, given, code, why) => {
    const [signal] = signals(1);
    const plain = { ...signal, samples: signal.samples.map((lead) => [...lead]) };
    const error = await ask<{ code: string; message: string }>(name, ...given, plain);
    expect(error).toEqual({ code, message: expect.stringContaining(why) as unknown });
  });
});

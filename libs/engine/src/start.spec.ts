import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine, type EngineName } from './start.js';

// A machine on which the native engines were not set up; torch.spec.ts and tensorflow.spec.ts start them.
const env = { ...process.env };
const empty = mkdtempSync(join(tmpdir(), 'cardio-engine-'));
afterAll(() => rmSync(empty, { recursive: true }));
beforeEach(() => {
  Object.assign(process.env, { CARDIO_HOME: empty, CARDIO_TFJS_NODE: empty });
  delete process.env['CARDIO_TORCH_ADDON'];
});

afterEach(() => {
  process.env = { ...env };
  jest.restoreAllMocks();
});

test('auto starts wasm where nothing else was set up, says why, and prints nothing', async () => {
  const prints = (['log', 'info', 'warn', 'error'] as const).map((method) => jest.spyOn(console, method));
  const info = await startEngine();
  expect(info).toMatchObject({ name: 'wasm', threads: 1, version: tf.version_core, device: 'cpu' });
  expect(info.reason).toMatch(
    /^the fastest here \(torch: not set up yet; tensorflow: neither .*tfjs-node is installed in /,
  );
  expect(tf.getBackend()).toBe('wasm');
  await startEngine('cpu');
  tf.add(tf.ones([2]), 1).dispose();
  prints.forEach((print) => expect(print).not.toHaveBeenCalled());
});

test('starts and switches by name, and an engine that runs keeps running', async () => {
  const facts = { threads: 1, version: tf.version_core, device: 'cpu' };
  expect(await startEngine('cpu')).toEqual({ name: 'cpu', reason: 'asked for by name', ...facts });
  expect(tf.getBackend()).toBe('cpu');
  await startEngine('wasm');
  const [backend, x] = [tf.backend(), tf.tensor([1, 2])];
  const start = performance.now();
  await startEngine('wasm');
  expect(performance.now() - start).toBeLessThan(50);
  expect(tf.backend()).toBe(backend);
  expect([...x.dataSync()]).toEqual([1, 2]);
});

test.each([
  ['torch', /^The engine 'torch' can't start: not set up yet\. Run npx cardio engine install, or use wasm\.$/],
  [
    'tensorflow',
    /^The engine 'tensorflow' can't start: neither .* is installed.* Run npm install @tensorflow\/tfjs-node@/,
  ],
] as [EngineName, RegExp][])(
  '%s that is not there: what to do, and the engine before goes on',
  async (name, message) => {
    await startEngine('cpu');
    await expect(startEngine(name)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(message),
    });
    expect(tf.getBackend()).toBe('cpu');
    expect([...tf.add([1], [2]).dataSync()]).toEqual([3]);
  },
);

test('bfloat16 is never replaced by float32 in silence', async () => {
  await expect(startEngine('wasm', { precision: 'bfloat16' })).rejects.toMatchObject({
    code: 'unavailable',
    message: "The engine 'wasm' computes in float32 only; bfloat16 needs torch.",
  });
  await expect(startEngine('auto', { precision: 'bfloat16' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(/^No engine starts; torch: not set up yet; tensorflow: .*float32 only/),
  });
});

test('a GPU is never replaced by the CPU in silence', async () => {
  await expect(startEngine('wasm', { device: 'cuda' })).rejects.toMatchObject({
    code: 'unavailable',
    message: "The engine 'wasm' computes on the CPU only; the device cuda needs torch.",
  });
  await expect(startEngine('auto', { device: 'cuda' })).rejects.toMatchObject({
    code: 'unavailable',
    message: expect.stringMatching(
      /^No engine starts; torch: not set up yet; .*cpu: .* the device cuda needs torch\.$/,
    ),
  });
});

test('an unknown name lists the known ones', async () => {
  await expect(startEngine('gpu' as EngineName)).rejects.toMatchObject({
    code: 'usage',
    message: "Unknown engine 'gpu'. Known: auto, torch, tensorflow, wasm, cpu.",
  });
});

test('gradients and chains of kernels work at once', async () => {
  await startEngine('wasm');
  const gradient = tf.grad((x) => tf.sum(tf.square(tf.relu(x))));
  expect([...gradient(tf.tensor([-1, 2])).dataSync()]).toEqual([0, 4]);
});

test("wasm leaves none of Emscripten's handlers on the process", async () => {
  const handlers = () => ['uncaughtException', 'unhandledRejection'].map((event) => process.listenerCount(event));
  const before = handlers();
  await startEngine('wasm');
  expect(handlers()).toEqual(before);
});

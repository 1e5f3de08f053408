import { afterEach, expect, jest, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine, type EngineName } from './start.js';

afterEach(() => {
  jest.restoreAllMocks();
});

test('auto starts wasm, says why, and prints nothing', async () => {
  const prints = (['log', 'info', 'warn', 'error'] as const).map((method) => jest.spyOn(console, method));
  const info = await startEngine();
  expect(info).toMatchObject({ name: 'wasm', threads: 1 });
  expect(info.reason).toMatch(/torch.*not in this version.*tensorflow.*not in this version/);
  expect(tf.getBackend()).toBe('wasm');
  await startEngine('cpu');
  tf.add(tf.ones([2]), 1).dispose();
  prints.forEach((print) => expect(print).not.toHaveBeenCalled());
});

test('starts and switches by name, and an engine that runs keeps running', async () => {
  expect(await startEngine('cpu')).toEqual({ name: 'cpu', reason: 'asked for by name', threads: 1 });
  expect(tf.getBackend()).toBe('cpu');
  await startEngine('wasm');
  const [backend, x] = [tf.backend(), tf.tensor([1, 2])];
  const start = performance.now();
  await startEngine('wasm');
  expect(performance.now() - start).toBeLessThan(50);
  expect(tf.backend()).toBe(backend);
  expect([...x.dataSync()]).toEqual([1, 2]);
});

test.each(['torch', 'tensorflow'] as EngineName[])('%s is not in this version and says what is', async (name) => {
  await expect(startEngine(name)).rejects.toMatchObject({
    code: 'unavailable',
    message: `The engine '${name}' can't start: not in this version. Use wasm or cpu.`,
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

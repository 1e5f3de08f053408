import { beforeAll, describe, expect, jest, test } from '@jest/globals';
import { setTimeout as pause } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import * as tf from '@tensorflow/tfjs-core';
import type { Addon } from './addon.js';
import { TorchBackend } from './backend.js';
import { addon as installed, startTorch } from './testing/torch.js';

const withAddon = installed ? describe : describe.skip;
if (!installed)
  console.warn('Skipped: these tests need the native engine; set it up with `npx cardio engine install`.');

withAddon('the torch backend', () => {
  let backend: TorchBackend;
  let addon: Addon;

  beforeAll(async () => {
    await startTorch();
    backend = tf.backend() as TorchBackend;
    addon = backend.addon;
  });

  test.each([
    [12345, /^relu: (there is no such tensor|this is no tensor of this thread's engine)/],
    [-1, "relu: this is no tensor of this thread's engine"],
    [1.5, "relu: this is no tensor of this thread's engine"],
    [NaN, "relu: this is no tensor of this thread's engine"],
    [Infinity, "relu: this is no tensor of this thread's engine"],
    [Number.MAX_SAFE_INTEGER, "relu: this is no tensor of this thread's engine"],
    ['tensor', 'relu: argument 0 must be a number'],
    [undefined, 'relu: argument 0 must be a number'],
  ])('the handle %s is an error that names the kernel', (handle, message) => {
    expect(() => addon.relu(handle as number)).toThrow(message);
  });

  test('a disposed handle stays an error after its place has a new tensor', () => {
    const old = addon.full([2], 1, 0);
    addon.release(old);
    const next = addon.full([2], 2, 0);
    expect(() => addon.relu(old)).toThrow('relu: the tensor is disposed');
    expect(() => addon.release(old)).toThrow('release: the tensor is disposed');
    addon.release(next);
  });

  test.each<[string, () => unknown, string | RegExp]>([
    [
      'BatchMatMul',
      () => tf.matMul(tf.ones([2, 3]), tf.ones([3])),
      'matrices are needed; received shapes [2,3] and [3].',
    ],
    ['Pack', () => tf.stack([tf.ones([2]), tf.ones([2], 'int32')]), 'tensors of one type are needed'],
    ['ExpandDims', () => tf.expandDims(tf.ones([2]), -3), 'a tensor of shape [2] has no place -3 for an axis.'],
    ['GatherV2', () => tf.gather(tf.ones([3]), tf.tensor1d([0, 3], 'int32')), 'the index value 3 is not in [0, 2]'],
    ['Tile', () => tf.tile(tf.ones([1024]), [2 ** 40]), /out of memory/],
  ])('a malformed call of %s is an error that names the kernel, and the engine goes on', (kernel, call, message) => {
    let text = '';
    try {
      tf.tidy(() => void call());
    } catch (error) {
      text = (error as Error).message;
    }
    expect(text.slice(0, kernel.length + 2)).toBe(`${kernel}: `);
    expect(text).toMatch(message);
    expect([...tf.add([1], [2]).dataSync()]).toEqual([3]);
  });

  test('what libtorch throws is one line with the name of the kernel', () => {
    const [a, b] = [addon.full([2, 3], 1, 0), addon.full([4, 5], 1, 0)];
    let message = '';
    try {
      addon.matmul(a, b, false, false);
    } catch (error) {
      message = (error as Error).message;
    }
    expect(message).toMatch(/^matmul: .*2x3 and 4x5/);
    expect(message).not.toContain('\n');
    [a, b].forEach((h) => addon.release(h));
  });

  test('running out of memory is an error, and the engine goes on', () => {
    expect(() => addon.full([1 << 20, 1 << 20, 1 << 10], 0, 0)).toThrow(/^full: (out of memory|.*memory)/);
    const x = addon.full([2], 1, 0);
    addon.release(x);
  });

  test('1,000 training steps keep the tensor count and the memory', () => {
    addon.configure(1, 0, false); // two threads wait for each other several times a step: on a busy machine that takes a second or twenty
    const w = tf.variable(tf.randomNormal([32, 32]));
    const x = tf.randomNormal([16, 32]);
    const optimizer = tf.train.adam(1e-3);
    const step = (): void => {
      optimizer
        .minimize(() => tf.mean(tf.square(tf.sub(tf.relu(tf.matMul(x, w)), x))) as tf.Scalar, false, [w])
        ?.dispose();
    };
    for (let i = 0; i < 10; i++) step();
    const [tensors, [handles, bytes]] = [tf.memory().numTensors, addon.memory()];
    for (let i = 0; i < 1000; i++) step();
    const [handlesAfter, bytesAfter] = addon.memory();
    expect(tf.memory().numTensors).toBe(tensors);
    expect(handlesAfter).toBe(handles);
    expect(Math.abs(bytesAfter - bytes)).toBeLessThan(64 * 1024);
    tf.dispose([w, x]);
    optimizer.dispose();
  });

  /** Collects garbage until a condition holds, or some twenty times. */
  async function collectUntil(isDone: () => boolean): Promise<void> {
    const { setFlagsFromString } = await import('node:v8');
    const { runInNewContext } = await import('node:vm');
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    for (let i = 0; i < 20 && !isDone(); i++) {
      collect();
      await pause(10);
    }
  }

  test('tensors that nobody disposed are collected', async () => {
    const before = addon.memory()[0];
    (() => {
      for (let i = 0; i < 500; i++) tf.ones([1000]);
    })();
    expect(addon.memory()[0]).toBeGreaterThanOrEqual(before + 500);
    await collectUntil(() => addon.memory()[0] <= before + 50);
    expect(addon.memory()[0]).toBeLessThanOrEqual(before + 50);
  });

  test('debug mode says where tensors were made that live, and that nobody disposed', async () => {
    process.env['CARDIO_DEBUG_TENSORS'] = '1';
    tf.registerBackend('debugged', () => new TorchBackend(addon));
    tf.copyRegisteredKernels('torch', 'debugged');
    const warn = jest.spyOn(console, 'warn').mockImplementation(() => undefined);
    try {
      await tf.setBackend('debugged');
      const forgetful = (): void => void tf.relu(tf.relu(tf.relu(tf.ones([3]))));
      const careful = (): void => tf.tidy(() => void tf.relu(tf.ones([3])));
      careful();
      for (let i = 0; i < 5; i++) forgetful();
      const [first] = (tf.backend() as TorchBackend).origins();
      expect(first.tensors).toBeGreaterThanOrEqual(5);
      expect(first.origin.split('\n')[0]).toMatch(/backend\.spec\.ts:\d+/);
      await collectUntil(() => warn.mock.calls.length > 0);
      expect(warn.mock.calls[0][0]).toMatch(/^A tensor was never disposed. It was made here:\n.*backend\.spec/);
    } finally {
      delete process.env['CARDIO_DEBUG_TENSORS'];
      warn.mockRestore();
      await tf.setBackend('torch');
    }
  });

  test('a worker has its own tensors: a handle of one thread is an error in the other', async () => {
    const here = addon.full([3], 7, 0);
    const worker = new Worker(
      `const { parentPort, workerData } = require('node:worker_threads');
       const module_ = { exports: {} };
       process.dlopen(module_, workerData.path);
       const addon = module_.exports;
       let foreign = '';
       try { addon.relu(workerData.handle); } catch (error) { foreign = error.message; }
       const x = addon.full([2], -3, 0), y = addon.abs(x), values = new Float32Array(2);
       addon.read(y, values);
       parentPort.postMessage({ foreign, values: [...values], tensors: addon.memory()[0], handle: x });`,
      { eval: true, workerData: { path: installed?.path, handle: here } },
    );
    const answer = await new Promise<{ foreign: string; values: number[]; tensors: number; handle: number }>(
      (resolve, reject) => worker.once('message', resolve).once('error', reject),
    );
    await worker.terminate();
    expect(answer).toMatchObject({
      foreign: "relu: this is no tensor of this thread's engine",
      values: [3, 3],
      tensors: 2,
    });
    expect(() => addon.relu(answer.handle)).toThrow('this is no tensor');
    addon.release(here);
  });

  test('a filter that a convolution rearranged keeps its values', () => {
    const w = tf.variable(tf.randomNormal([3, 4, 5]));
    const before = w.dataSync();
    tf.conv1d(tf.ones([1, 10, 4]) as tf.Tensor3D, w as unknown as tf.Tensor3D, 1, 'same').dispose();
    expect(w.dataSync()).toEqual(before);
    w.dispose();
  });

  test('an update in place leaves clones, reshaped tensors and restored weights alone', () => {
    const start = tf.tensor1d([1, 1, 1, 1]);
    const [p, m, v] = [tf.variable(tf.zeros([4])), tf.variable(tf.zeros([4])), tf.variable(tf.zeros([4]))];
    p.assign(start);
    const [clone, square] = [tf.clone(p), tf.reshape(p, [2, 2])];
    square.dataSync();
    const attributes = {
      n: 1,
      learningRate: 0.1,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecays: [0],
      step: 1,
      gradScale: 1,
    };
    const inputs = { p0: p, g0: tf.ones([4]), m0: m, v0: v };
    tf.engine().runKernel('CardioAdamW', inputs as unknown as tf.NamedTensorMap, attributes);
    for (const other of [start, clone, square]) expect([...other.dataSync()]).toEqual([1, 1, 1, 1]);
    p.dataSync().forEach((value) => expect(value).toBeCloseTo(0.9, 5));
  });
});

import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from './start.js';

const { findAddon } = await import('@cardio/tfjs-backend-torch');
const addon = findAddon();
if (!addon) console.warn('Skipped: the torch engine is not set up here (npx cardio engine install).');
const withTorch = addon ? describe : describe.skip;

withTorch('with an addon', () => {
  test('auto takes torch, in less than a second', async () => {
    const start = performance.now();
    const info = await startEngine();
    expect(performance.now() - start).toBeLessThan(1000);
    expect(info).toMatchObject({ name: 'torch', reason: 'the fastest here (none is faster)', precision: 'float32' });
    expect(info.threads).toBeGreaterThan(0);
    expect(tf.getBackend()).toBe('torch');
  });

  test('starting it again keeps the backend and its tensors', async () => {
    await startEngine('torch');
    const [backend, x] = [tf.backend(), tf.tensor([1, 2])];
    await startEngine('torch');
    expect(tf.backend()).toBe(backend);
    expect([...x.dataSync()]).toEqual([1, 2]);
  });

  test('a GPU that is not there is an error that says what is lacking, and the engine goes on', async () => {
    const { device } = await startEngine('torch');
    if (device === 'cuda') return;
    await expect(startEngine('torch', { device: 'cuda' })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/(without CUDA|no GPU).*install --device cuda, or leave the device out\.$/),
    });
    expect(tf.getBackend()).toBe('torch');
  });

  test('threads are as asked for', async () => {
    expect(await startEngine('torch', { threads: 1 })).toMatchObject({ threads: 1 });
  });
});

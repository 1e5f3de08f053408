import { expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { registerLayers } from './fused/layers/register.js';
import { dropoutMask, SeededDropout } from './seeded-dropout.js';
import { startEngine } from './start.js';
import { normal, valuesOn } from './testing/engines.js';
import { reload } from './testing/reload.js';

const size = 200_000;
const rate = 0.3;

/** Whether a fraction of n draws is within five standard errors of p. */
const expectFraction = (hits: number, n: number, p: number): void =>
  expect(Math.abs(hits / n - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / n));

test('drops at the rate and keeps the mean', () => {
  for (const seed of [0, 1, -7, 123456789]) {
    for (const step of [0, 1, 2, 1000]) {
      const mask = dropoutMask(size, rate, seed, step);
      expectFraction(mask.filter((value) => value > 0).length, size, 1 - rate);
      expect(new Set(mask)).toEqual(new Set([0, Math.fround(1 / (1 - rate))]));
    }
  }
});

test('masks of other steps, seeds and places are independent', () => {
  const base = dropoutMask(size, 0.5, 1, 10);
  const others = [
    dropoutMask(size, 0.5, 1, 11),
    dropoutMask(size, 0.5, 2, 10),
    dropoutMask(size, 0.5, 2, 9),
    dropoutMask(size, 0.5, 1, 0),
  ];
  const lagged = [1, 2, 64, 512].map((lag) => [...base.subarray(lag), ...base.subarray(0, lag)]);
  for (const other of [...others, ...lagged]) {
    expectFraction(base.filter((value, i) => value === other[i]).length, size, 0.5);
  }
});

test('no mask is another one shifted', () => {
  const [base, next] = [dropoutMask(4000, 0.5, 1, 0), dropoutMask(4000, 0.5, 1, 1)];
  for (let shift = -50; shift <= 50; shift++) {
    const same = base.filter((value, i) => value === next[i + shift]).length;
    expect(same / 4000).toBeLessThan(0.5 + 5 * Math.sqrt(0.25 / 4000));
  }
});

test('the layer multiplies by that mask, the same on every engine, and by another one at another step', async () => {
  const output = (step: number): tf.Tensor[] => {
    const layer = new SeededDropout({ rate, seed: 5 });
    layer.beginStep(step);
    return [layer.apply(tf.ones([4, 50, 8]), { training: true }) as tf.Tensor];
  };
  const [cpu] = await valuesOn('cpu', () => output(3));
  const [wasm] = await valuesOn('wasm', () => output(3));
  const [other] = await valuesOn('wasm', () => output(4));
  expect(cpu.shape).toEqual([4, 50, 8]);
  expect(cpu.data).toEqual(dropoutMask(1600, rate, 5, 3));
  expect(wasm.data).toEqual(cpu.data);
  expect(other.data).not.toEqual(cpu.data);
});

test('its gradient is the mask', async () => {
  await startEngine('wasm');
  const layer = new SeededDropout({ rate, seed: 5 });
  layer.beginStep(7);
  const gradient = tf.grad((x) => layer.apply(x, { training: true }) as tf.Tensor)(tf.ones([10, 10]));
  expect(gradient.dataSync()).toEqual(dropoutMask(100, rate, 5, 7));
});

test('inference and rate 0 are the identity', async () => {
  const x = (): tf.Tensor => normal([3, 4], 1);
  const [plain, inference, none] = await valuesOn('wasm', () => [
    x(),
    new SeededDropout({ rate, seed: 5 }).apply(x()) as tf.Tensor,
    new SeededDropout({ rate: 0, seed: 5 }).apply(x(), { training: true }) as tf.Tensor,
  ]);
  expect(inference.data).toEqual(plain.data);
  expect(none.data).toEqual(plain.data);
});

test('a saved model loads with its configuration', async () => {
  await startEngine('wasm');
  registerLayers();
  registerLayers();
  const model = tfl.sequential({
    layers: [tfl.layers.dense({ units: 3, inputShape: [4] }), new SeededDropout({ rate, seed: 11, name: 'drop' })],
  });
  const loaded = await reload(model);
  const layer = loaded.getLayer('drop');
  expect(layer).toBeInstanceOf(SeededDropout);
  expect(layer.getConfig()).toMatchObject({ name: 'drop', rate, seed: 11 });
  const x = normal([2, 4], 3);
  expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
});

test.each([
  [{ rate: 1, seed: 0 }, 'rate must be in [0, 1), received 1'],
  [{ rate: -0.1, seed: 0 }, 'rate must be in [0, 1), received -0.1'],
  [{ rate: 0.5, seed: 0.5 }, 'seed must be an integer, received 0.5'],
])('%j is refused', (config, message) => {
  expect(() => new SeededDropout(config)).toThrow(message);
});

import { afterAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { startEngine, type Precision } from '../start.js';
import { availableEngines, normal, relativeError, valueAndGradients } from '../testing/engines.js';
import { attention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { softmaxCrossEntropy } from './cross-entropy.js';
import { gelu } from './gelu.js';
import { layerNorm } from './layer-norm.js';
import { FusedBatchNorm } from './layers/batch-norm.js';
import { FusedLstm } from './layers/lstm.js';
import { lstm, type LstmWeights } from './lstm.js';
import { adamW, sgd } from './optimizer.js';

const hasTorch = (await availableEngines()).includes('torch');
const { precision, notice } = hasTorch ? await startEngine('torch', { precision: 'bfloat16' }) : {};
if (notice !== undefined) console.warn(`Skipped: ${notice}`);
const withBfloat16 = precision === 'bfloat16' ? describe : describe.skip;

/** What `f` gives on the torch engine in a precision. */
async function valuesIn(which: Precision, f: () => tf.Tensor[]): Promise<Float32Array[]> {
  await startEngine('torch', { precision: which });
  return tf.tidy(() => f().map((tensor) => Float32Array.from(tensor.dataSync())));
}

/** Whether numbers have digits that bfloat16, the upper half of a float32, can't hold. */
const isFine = (values: Float32Array): boolean => new Uint32Array(values.buffer).some((bits) => (bits & 0xffff) !== 0);

type Op = (...x: tf.Tensor[]) => tf.Tensor;
const matMul: Op = (a, b) => tf.matMul(a, b);
const heads = [2, 3, 20, 16];
const gates = [[24, 64], [16, 64], [64]]; // prettier-ignore
const bothWays: Op = (x, ...w) => {
  const [k0, r0, b0, k1, r1, b1] = w.map((weights) => tf.mul(weights, 0.2));
  const weights = [{ kernel: k0, recurrent: r0, bias: b0 }, { kernel: k1, recurrent: r1, bias: b1 }]; // prettier-ignore
  return lstm(x as tf.Tensor3D, weights as unknown as LstmWeights[]);
};

/** What is cast. */
const low: Record<string, [shapes: number[][], op: Op]> = {
  matMul: [[[40, 50], [50, 30]], matMul], // prettier-ignore
  'matMul of batches': [[[3, 40, 50], [3, 50, 30]], matMul], // prettier-ignore
  'matMul, transposed': [[[50, 40], [30, 50]], (a, b) => tf.matMul(a, b, true, true)], // prettier-ignore
  conv1d: [[[4, 50, 8], [7, 8, 16]], (x, w) => tf.conv1d(x as tf.Tensor3D, w as tf.Tensor3D, 2, 'same')], // prettier-ignore
  conv2d: [[[2, 12, 10, 4], [3, 3, 4, 8]], (x, w) => tf.conv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'valid')], // prettier-ignore
  'depthwise convolution': [
    [[2, 12, 10, 4], [3, 3, 4, 2]], // prettier-ignore
    (x, w) => tf.depthwiseConv2d(x as tf.Tensor4D, w as tf.Tensor4D, 1, 'same'),
  ],
  lstm: [[[4, 15, 24], ...gates, ...gates], bothWays],
};

/** What is not: attention's blocks are faster in float32. */
const full: Record<string, [shapes: number[][], op: Op]> = {
  attention: [[heads, heads, heads], (q, k, v) => attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D)],
  'attention with bias and dropout': [
    [heads, heads, heads, [3, 20, 20]],
    (q, k, v, b) =>
      attention(q as tf.Tensor4D, k as tf.Tensor4D, v as tf.Tensor4D, {
        bias: b as tf.Tensor3D,
        rate: 0.2,
        seed: 1,
        step: 2,
      }),
  ],
  'batch norm': [[[9, 40, 6], [6], [6]], (x, gamma, beta) => batchNorm(x, gamma, beta).y],
  'layer norm': [[[9, 40], [40], [40]], (x, gamma, beta) => layerNorm(x, gamma, beta)],
  gelu: [[[9, 40]], (x) => gelu(x)],
  'cross-entropy': [
    [[9, 5]],
    (x) => softmaxCrossEntropy(x as tf.Tensor2D, tf.softmax(normal([9, 5], 3)) as tf.Tensor2D),
  ],
  softmax: [[[9, 40]], (x) => tf.softmax(x)],
  'sums and products by element': [[[9, 40], [9, 40]], (x, y) => tf.mean(tf.mul(tf.add(x, y), tf.exp(y)), 0)], // prettier-ignore
  'max-pooling': [[[2, 30, 1, 4]], (x) => tf.maxPool(x as tf.Tensor4D, [3, 1], [2, 1], 'same')],
};

withBfloat16('in bfloat16, on the torch engine', () => {
  afterAll(() => startEngine('torch', { precision: 'float32' }));

  test.each(Object.entries(low))('%s: close to float32, but not equal', async (_, [shapes, op]) => {
    const f = (): tf.Tensor[] => valueAndGradients(shapes, op);
    const [exact, cast] = [await valuesIn('float32', f), await valuesIn('bfloat16', f)];
    const errors = exact.map((values, i) => relativeError(cast[i], values));
    expect(Math.max(...errors)).toBeLessThan(2e-2); // 8 bits are 4e-3 a number; a few meet
    expect(errors[0]).toBeGreaterThan(1e-4); // float32 would be good to 1e-6
    expect(await valuesIn('float32', f)).toEqual(exact);
  });

  test.each(Object.entries(full))('%s stays float32, bit for bit', async (_, [shapes, op]) => {
    const f = (): tf.Tensor[] => valueAndGradients(shapes, op);
    expect(await valuesIn('bfloat16', f)).toEqual(await valuesIn('float32', f));
  });

  test('steps of the optimizers stay float32, bit for bit', async () => {
    const f = (): tf.Tensor[] => {
      const [p, q, m, v, b] = [1, 2, 0, 0, 0].map((seed) =>
        tf.variable(seed === 0 ? tf.zeros([20, 30]) : normal([20, 30], seed)),
      );
      for (let step = 1; step <= 3; step++) {
        const gradient = normal([20, 30], 10 + step);
        const decays = { weightDecays: [0.1], learningRate: 0.01 };
        adamW([p], [gradient], [m], [v], { ...decays, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, step });
        sgd([q], [gradient], [b], { ...decays, momentum: 0.9 });
      }
      return [p, q, m, v, b];
    };
    const values = await valuesIn('bfloat16', f);
    expect(values).toEqual(await valuesIn('float32', f));
    expect(values.every(isFine)).toBe(true);
  });

  test('100 steps of a small net end at the loss of float32, its weights, statistics and moments in float32', async () => {
    const [exact, cast] = [await trained('float32'), await trained('bfloat16')];
    expect(cast.losses[0]).toBeCloseTo(exact.losses[0], 1);
    expect(exact.losses.at(-1)).toBeLessThan(exact.losses[0] / 4);
    expect(cast.losses.at(-1)).toBeLessThan(cast.losses[0] / 4);
    expect(Math.abs((cast.losses.at(-1) ?? 0) - (exact.losses.at(-1) ?? 0))).toBeLessThan(0.05 * exact.losses[0]);
    expect(cast.state.length).toBe(exact.state.length);
    for (const [name, values] of cast.state) expect([name, isFine(values)]).toEqual([name, true]);
    expect(cast.losses).not.toEqual(exact.losses);
  });
});

/** A convolution, a batch norm and an LSTM that learn to tell slow waves from fast ones; losses, and what is left in memory. */
async function trained(which: Precision): Promise<{ losses: number[]; state: [name: string, values: Float32Array][] }> {
  await startEngine('torch', { precision: which });
  const input = tfl.input({ shape: [40, 2] });
  const kernelInitializer = tfl.initializers.glorotUniform({ seed: 3 });
  const dense = tfl.layers.dense({ units: 2, kernelInitializer });
  const body = [
    tfl.layers.conv1d({ filters: 8, kernelSize: 5, strides: 2, kernelInitializer }),
    new FusedBatchNorm({ momentum: 0.9 }),
    tfl.layers.reLU(),
    new FusedLstm({ units: 9, bidirectional: true, seed: 4 }),
    dense,
  ].reduce((x, layer) => layer.apply(x) as tfl.SymbolicTensor, input);
  const model = tfl.model({ inputs: input, outputs: body });
  const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
  const moments = [0, 1].map(() => variables.map(({ shape }) => tf.variable(tf.zeros(shape), false)));

  const noise = normal([64, 40, 2], 5);
  const classes = tf.tidy(() => tf.tensor1d(Array.from({ length: 64 }, (_, i) => i % 2)));
  const x = tf.tidy(() => {
    const periods = tf.reshape(tf.add(3, tf.mul(2, classes)), [64, 1, 1]);
    const phases = tf.reshape(tf.mul(normal([64], 6), 3), [64, 1, 1]);
    const time = tf.reshape(tf.linspace(0, 2 * Math.PI, 40), [1, 40, 1]);
    return tf.add(tf.sin(tf.add(tf.mul(time, periods), phases)), tf.mul(0.3, noise)); // [64, 40, 2]
  });
  const labels = tf.tidy(() => tf.stack([tf.sub(1, classes), classes], 1) as tf.Tensor2D);
  const loss = (): tf.Scalar =>
    tf.mean(softmaxCrossEntropy(model.apply(x, { training: true }) as tf.Tensor2D, labels)) as tf.Scalar;
  const adam = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecays: variables.map(() => 0) };
  const losses = Array.from({ length: 100 }, (_, i) =>
    tf.tidy(() => {
      const { value, grads } = tf.variableGrads(loss, variables);
      const gradients = variables.map(({ name }) => grads[name]);
      adamW(variables, gradients, moments[0], moments[1], { ...adam, step: i + 1 });
      return value.dataSync()[0];
    }),
  );
  const state = model.weights.map((w): [string, tf.Tensor] => [w.originalName, w.read()]);
  moments.flat().forEach((moment, i) => state.push([`moment ${i}`, moment]));
  const values = state.map(([name, tensor]): [string, Float32Array] => [name, Float32Array.from(tensor.dataSync())]);
  tf.dispose([noise, classes, x, labels, ...moments.flat()]);
  model.dispose();
  return { losses, state: values };
}

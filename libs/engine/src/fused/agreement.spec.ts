import { expect, describe, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from '../start.js';
import { availableEngines, errorsOn, normal, tolerance, valueAndGradients, valuesOn } from '../testing/engines.js';
import { attention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from './cross-entropy.js';
import { dropoutMask } from './dropout-mask.js';
import { dropout, dropPath } from './dropout.js';
import { gatedResidual } from './gated-residual.js';
import { gelu } from './gelu.js';
import { hasKernel } from './kernel.js';
import { layerNorm } from './layer-norm.js';
import { lstm, type LstmWeights } from './lstm.js';
import { adamW, clipFactor, globalNorm, sgd } from './optimizer.js';

type Op = (...x: tf.Tensor[]) => tf.Tensor;
type Row = [name: string, shapes: number[][], op: Op];

const lengths = (...shape: number[]): string => `[${shape.join(' ')}]`;

const norms: Row[] = [
  [64, 3],
  [7, 33, 5],
  [4, 1, 50, 16],
  [3, 5, 6, 17],
  [2, 3, 2, 2, 3],
].flatMap((shape): Row[] => {
  const shapes = [shape, shape.slice(-1), shape.slice(-1)];
  return [
    [`batchNorm of ${lengths(...shape)}`, shapes, (x, gamma, beta) => batchNorm(x, gamma, beta, 1e-3).y],
    [`batchNorm and ReLU of ${lengths(...shape)}`, shapes, (x, gamma, beta) => batchNorm(x, gamma, beta, 1e-3, true).y],
    [`layerNorm of ${lengths(...shape)}`, shapes, (x, gamma, beta) => layerNorm(x, gamma, beta, 1e-3)],
  ];
});

const residuals: Row[] = [
  [3, 7, 5],
  [2, 50, 64],
].map((shape) => [
  `gatedResidual of ${lengths(...shape)}`,
  [shape, [shape[0], 1, shape[2]], shape],
  (x, gate, shortcut) => gatedResidual(x, gate, shortcut),
]);

const gelus: Row[] = (['none', 'tanh'] as const).map((approximate) => [
  `gelu, approximation ${approximate}`,
  [[3, 700]],
  (x) => gelu(tf.mul(x, 3), approximate),
]);

const lstms: Row[] = [
  [1, 1, 1, 1],
  [2, 5, 3, 7],
  [3, 7, 2, 33],
  [2, 5, 12, 64],
].flatMap(([batch, time, inputs, units]) => {
  const direction = [[inputs, 4 * units], [units, 4 * units], [4 * units]];
  const rows: [string, number, boolean, boolean][] = [
    ['sequence', 1, false, false],
    ['sequence backwards', 1, true, false],
    ['sequence in both directions', 2, false, false],
    ['last output', 1, false, true],
    ['last outputs in both directions', 2, false, true],
  ];
  return rows.map(([what, directions, reverse, last]): Row => {
    const run: Op = (x, ...w) => {
      const scaled = w.map((weights) => tf.mul(weights, 0.3)); // or the gates saturate
      const list = Array.from({ length: directions }, (_, d) => {
        const [kernel, recurrent, bias] = scaled.slice(3 * d, 3 * d + 3);
        return { kernel, recurrent, bias } as LstmWeights;
      });
      const y = lstm(x as tf.Tensor3D, list, reverse);
      const ends = list.map((_, d) => tf.slice(y, [0, d === 0 ? time - 1 : 0, d * units], [-1, 1, units]));
      return last ? tf.concat(ends, 2) : y;
    };
    const shapes = [[batch, time, inputs], ...Array.from({ length: directions }, () => direction).flat()];
    return [`lstm of ${lengths(batch, time, inputs)}, ${units} units: ${what}`, shapes, run];
  });
});

const attentions: Row[] = [
  [2, 1, 1, 1],
  [2, 1, 7, 3],
  [1, 2, 48, 4],
  [2, 5, 20, 16],
  [1, 1, 97, 33],
].flatMap(([batch, heads, time, depth]) =>
  [0, 0.2].flatMap((rate) =>
    [false, true].map((isBiased): Row => {
      const one = [batch, time, heads, depth];
      const run: Op = (...x) => {
        // heads that lie inside, as a layer's do: views, where the engine has strides
        const [q, k, v] = x.slice(0, 3).map((y) => tf.transpose(y, [0, 2, 1, 3]) as tf.Tensor4D);
        return attention(q, k, v, { rate, seed: 11, step: 12, ...(isBiased && { bias: x[3] as tf.Tensor3D }) });
      };
      const what = `${isBiased ? 'with' : 'without'} bias, dropout ${rate}`;
      return [
        `attention of ${lengths(batch, heads, time, depth)} ${what}`,
        [one, one, one, ...(isBiased ? [[heads, time, time]] : [])],
        run,
      ];
    }),
  ),
);

const losses: Row[] = [
  [33, 5],
  [4, 71],
].flatMap((shape): Row[] => [
  [
    `softmaxCrossEntropy of ${lengths(...shape)}`,
    [shape],
    (x) => softmaxCrossEntropy(x as tf.Tensor2D, tf.softmax(normal(shape as [number, number], 5))),
  ],
  [
    `softmaxCrossEntropy of ${lengths(...shape)}, labels that don't sum to 1`,
    [shape],
    (x) => softmaxCrossEntropy(x as tf.Tensor2D, tf.sigmoid(normal(shape as [number, number], 5))),
  ],
  [
    `sigmoidCrossEntropy of ${lengths(...shape)}`,
    [shape],
    (x) => sigmoidCrossEntropy(tf.mul(x, 5), tf.sigmoid(normal(shape as [number], 5))),
  ],
]);

/** Bit for bit; `toEqual` takes seconds for so many numbers. */
const isSame = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

const others = (await availableEngines()).filter((engine) => engine !== 'cpu');

describe.each(others)('the %s engine agrees with ops composed on cpu', (engine) => {
  test('it has the fused kernels, or composes as cpu does', async () => {
    await startEngine(engine);
    const names = 'BatchNorm GatedResidual LayerNorm Gelu Lstm Attention SoftmaxCrossEntropy SigmoidCrossEntropy'.split(
      ' ',
    );
    const gradients = names.filter((name) => hasKernel(`Cardio${name}Grad`));
    expect(gradients).toEqual(engine === 'torch' ? names : []);
  });

  test.each([...norms, ...residuals, ...gelus, ...lstms, ...attentions, ...losses])('%s', async (_, shapes, op) => {
    const errors = await errorsOn(engine, () => valueAndGradients(shapes, op));
    expect(Math.max(...errors)).toBeLessThan(tolerance);
  });

  test('batchNorm gives mean and variance', async () => {
    const errors = await errorsOn(engine, () => {
      const { mean, variance } = batchNorm(tf.add(normal([9, 40, 6], 1), 2), normal([6], 2), normal([6], 3));
      return [mean, variance];
    });
    expect(Math.max(...errors)).toBeLessThan(tolerance);
  });

  // more than one thread's share of numbers
  const big = [3, 12_000];
  test.each([
    [0.1, 0, 0],
    [0.5, -7, 1],
    [0.9, 123456789, 70_000],
  ])('dropout at %d, seed %d, step %d: the mask of every engine, bit for bit', async (rate, seed, step) => {
    const f = (): tf.Tensor[] => valueAndGradients([big], (x) => dropout(x, { rate, seed, step }));
    const [cpu, here] = [await valuesOn('cpu', f), await valuesOn(engine, f)];
    here.forEach(({ data }, i) => expect(isSame(data, cpu[i].data)).toBe(true));
    const [ones] = await valuesOn(engine, () => [dropout(tf.ones(big), { rate, seed, step })]);
    expect(isSame(ones.data, dropoutMask(36_000, rate, seed, step))).toBe(true);
  });

  test('dropPath: the mask of every engine, bit for bit', async () => {
    const f = (): tf.Tensor[] => valueAndGradients([[300, 4, 3]], (x) => dropPath(x, { rate: 0.3, seed: 8, step: 9 }));
    expect(await valuesOn(engine, f)).toEqual(await valuesOn('cpu', f));
  });

  describe('optimizers', () => {
    /** A filter (whose memory the torch engine rearranges), a matrix of several threads' share, a vector and a number. */
    const shapes = [[1, 7, 4, 8], [200, 200], [33], []]; // prettier-ignore
    const weightDecays = [0.1, 0.01, 0, 0];
    const steps = 5; // five steps of three or four roundings: 2e-6 of the largest

    /** Parameters, then the state, after steps with gradients clipped to a norm of 1. */
    const descend = (
      states: number,
      step: (p: tf.Variable[], g: tf.Tensor[], state: tf.Variable[][], gradScale: number, number: number) => void,
    ): tf.Tensor[] => {
      const parameters = shapes.map((shape, i) => tf.variable(normal(shape as [number], i)));
      const state = Array.from({ length: states }, () => shapes.map((shape) => tf.variable(tf.zeros(shape), false)));
      tf.conv2d(tf.ones([1, 1, 20, 4]) as tf.Tensor4D, parameters[0] as unknown as tf.Tensor4D, 1, 'same').dispose();
      for (let n = 1; n <= steps; n++) {
        const gradients = shapes.map((shape, i) => normal(shape as [number], 100 * n + i));
        const norm = globalNorm(gradients).dataSync()[0];
        step(parameters, gradients, state, clipFactor(norm, 1), n);
        tf.dispose(gradients);
      }
      const results = [...parameters, ...state.flat()].map((variable) => tf.clone(variable));
      tf.dispose([...parameters, ...state.flat()]);
      return results;
    };

    test('AdamW, with decay of some, clipped by the global norm', async () => {
      const options = { learningRate: 0.01, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecays };
      const f = (): tf.Tensor[] =>
        descend(2, (p, g, [first, second], gradScale, step) =>
          adamW(p, g, first, second, { ...options, gradScale, step }),
        );
      expect(Math.max(...(await errorsOn(engine, f)))).toBeLessThan(2e-6);
    });

    test.each([0, 0.9])('SGD with momentum %d, with decay of some, clipped by the global norm', async (momentum) => {
      const f = (): tf.Tensor[] =>
        descend(momentum > 0 ? 1 : 0, (p, g, [velocities], gradScale) =>
          sgd(p, g, velocities, { learningRate: 0.1, momentum, weightDecays, gradScale }),
        );
      expect(Math.max(...(await errorsOn(engine, f)))).toBeLessThan(2e-6);
    });

    test('the global norm of many tensors', async () => {
      const f = (): tf.Tensor[] => [globalNorm(shapes.map((shape, i) => normal(shape as [number], i)))];
      expect(Math.max(...(await errorsOn(engine, f)))).toBeLessThan(1e-6);
    });
  });
});

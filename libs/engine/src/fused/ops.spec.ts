import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import { startEngine } from '../start.js';
import { availableEngines, normal } from '../testing/engines.js';
import { startContractBackend } from '../testing/contract.js';
import { caseError, errorOf, finiteDifferenceError, golden, tensorOf, type Descent } from '../testing/golden.js';
import { attention } from './attention.js';
import { batchNorm } from './batch-norm.js';
import { sigmoidCrossEntropy, softmaxCrossEntropy } from './cross-entropy.js';
import { dropoutMask } from './dropout-mask.js';
import { dropout, dropPath } from './dropout.js';
import { gatedResidual } from './gated-residual.js';
import { gelu } from './gelu.js';
import { layerNorm } from './layer-norm.js';
import { lstm, type LstmWeights } from './lstm.js';
import { adamW, clipFactor, globalNorm, sgd } from './optimizer.js';

/** Sums of up to 36 float32 products: a few units in the last place of the largest. */
const tolerance = 2e-6;

const weightsOf = (parameters: tf.Tensor[]): LstmWeights[] =>
  Array.from({ length: parameters.length / 3 }, (_, d) => {
    const [kernel, recurrent, bias] = parameters.slice(3 * d, 3 * d + 3);
    return { kernel, recurrent, bias } as LstmWeights;
  });
const heads = (x: tf.Tensor): tf.Tensor4D => x as tf.Tensor4D;

describe.each([...(await availableEngines()), 'contract'] as const)('on the %s engine', (engine) => {
  let calls: string[] = [];
  beforeAll(async () => {
    if (engine !== 'contract') return void (await startEngine(engine));
    await startEngine('cpu');
    calls = await startContractBackend();
  });

  describe('values and gradients are those of PyTorch', () => {
    test.each(golden.batchNorm)('batchNorm, epsilon $epsilon, of $y.shape', (c) => {
      expect(caseError(c, (x, gamma, beta) => batchNorm(x, gamma, beta, c.epsilon).y)).toBeLessThan(tolerance);
      const [x, gamma, beta] = c.inputs.map(tensorOf);
      const { mean, variance } = batchNorm(x, gamma, beta, c.epsilon);
      expect(errorOf(mean, c.mean)).toBeLessThan(tolerance);
      expect(errorOf(variance, c.variance)).toBeLessThan(tolerance);
    });

    test.each(golden.layerNorm)('layerNorm, epsilon $epsilon, of $y.shape', (c) =>
      expect(caseError(c, (x, gamma, beta) => layerNorm(x, gamma, beta, c.epsilon))).toBeLessThan(tolerance),
    );

    test.each(golden.gelu)('gelu, approximation $approximate', (c) =>
      expect(caseError(c, (x) => gelu(x, c.approximate))).toBeLessThan(tolerance),
    );

    test.each(golden.lstm)('lstm in $directions direction(s), reverse $reverse, to $y.shape', (c) =>
      expect(caseError(c, (x, ...w) => lstm(x as tf.Tensor3D, weightsOf(w), c.reverse))).toBeLessThan(tolerance),
    );

    test.each(golden.attention)('attention of $inputs.length inputs to $y.shape, scale $scale', (c) => {
      const f = (q: tf.Tensor, k: tf.Tensor, v: tf.Tensor, bias?: tf.Tensor): tf.Tensor =>
        attention(heads(q), heads(k), heads(v), { scale: c.scale, ...(bias && { bias: bias as tf.Tensor3D }) });
      expect(caseError(c, f as (...x: tf.Tensor[]) => tf.Tensor)).toBeLessThan(tolerance);
    });

    test.each(golden.softmaxCrossEntropy)('softmaxCrossEntropy, of logits up to 1000', (c) =>
      expect(
        caseError(c, (x) => softmaxCrossEntropy(x as tf.Tensor2D, tensorOf(c.labels) as tf.Tensor2D)),
      ).toBeLessThan(tolerance),
    );

    test.each(golden.sigmoidCrossEntropy)('sigmoidCrossEntropy, of logits up to 1000', (c) =>
      expect(caseError(c, (x) => sigmoidCrossEntropy(x, tensorOf(c.labels)))).toBeLessThan(tolerance),
    );
  });

  describe('gradients are those of finite differences', () => {
    const table: Record<string, [number[][], (...x: tf.Tensor[]) => tf.Tensor]> = {
      batchNorm: [[[5, 3], [3], [3]], (x, gamma, beta) => batchNorm(x, gamma, beta).y],
      'batchNorm and ReLU': [[[7, 3], [3], [3]], (x, gamma, beta) => batchNorm(x, gamma, beta, 1e-5, true).y],
      gatedResidual: [
        [
          [2, 4, 3],
          [2, 1, 3],
          [2, 4, 3],
        ],
        gatedResidual,
      ],
      layerNorm: [[[2, 2, 5], [5], [5]], (x, gamma, beta) => layerNorm(x, gamma, beta)],
      gelu: [[[9]], (x) => gelu(x)],
      'gelu by tanh': [[[9]], (x) => gelu(x, 'tanh')],
      lstm: [[[2, 3, 2], [2, 8], [2, 8], [8], [2, 8], [2, 8], [8]], (x, ...w) => lstm(x as tf.Tensor3D, weightsOf(w))],
      'attention with bias and dropout': [
        [
          [2, 2, 3, 2],
          [2, 2, 3, 2],
          [2, 2, 3, 2],
          [2, 3, 3],
        ],
        (q, k, v, bias) =>
          attention(heads(q), heads(k), heads(v), { bias: bias as tf.Tensor3D, rate: 0.3, seed: 3, step: 4 }),
      ],
      dropout: [[[4, 5]], (x) => dropout(x, { rate: 0.4, seed: 1, step: 2 })],
      dropPath: [[[6, 2, 2]], (x) => dropPath(x, { rate: 0.4, seed: 1, step: 2 })],
    };
    test.each(Object.entries(table))('%s', (_, [shapes, f]) => {
      const inputs = shapes.map((shape, i) => normal(shape as [number], i + 1));
      expect(finiteDifferenceError(inputs, f)).toBeLessThan(2e-3);
    });
  });

  test('dropout is the published mask, and drops nothing at rate 0', () => {
    const ones = tf.ones([10, 13]);
    const dropped = dropout(ones, { rate: 0.3, seed: 5, step: 7 });
    expect(dropped.dataSync()).toEqual(dropoutMask(130, 0.3, 5, 7));
    expect(dropout(ones, { rate: 0, seed: 5, step: 7 }).dataSync()).toEqual(ones.dataSync());
  });

  test('dropPath drops whole examples by the same mask', () => {
    const mask = dropoutMask(8, 0.5, 3, 1);
    const dropped = dropPath(tf.ones([8, 2, 3]), { rate: 0.5, seed: 3, step: 1 });
    expect([...dropped.dataSync()]).toEqual([...mask].flatMap((factor) => Array(6).fill(factor)));
    expect(new Set(mask)).toEqual(new Set([0, 2]));
  });

  test('attention drops weights by the mask over [B, N, T, T]', () => {
    // equal keys give equal weights, 1/T, and the values 1 give their sum
    const [q, v] = [tf.zeros([2, 2, 4, 3]), tf.ones([2, 2, 4, 3])] as tf.Tensor4D[];
    const out = attention(q, q, v, { rate: 0.5, seed: 9, step: 2 });
    const mask = tf.reshape(dropoutMask(64, 0.5, 9, 2), [2, 2, 4, 4]);
    const expected = tf.tile(tf.mean(mask, -1, true), [1, 1, 1, 3]);
    expect([...out.dataSync()]).toEqual([...expected.dataSync()]);
  });

  describe('optimizers', () => {
    const errorsOf = (
      run: Descent,
      step: (variables: tf.Variable[], gradients: tf.Tensor[], scale: number, number: number) => void,
    ): number => {
      const variables = run.start.map((numbers) => tf.variable(tensorOf(numbers)));
      const errors = run.steps.flatMap(({ gradients, norm, after }, i) => {
        const tensors = gradients.map(tensorOf);
        const actualNorm = globalNorm(tensors).dataSync()[0];
        step(variables, tensors, clipFactor(actualNorm, 1), i + 1);
        return [Math.abs(actualNorm / norm - 1), ...variables.map((variable, v) => errorOf(variable, after[v]))];
      });
      return Math.max(...errors);
    };
    const zeros = (run: Descent): tf.Variable[] => run.start.map(({ shape }) => tf.variable(tf.zeros(shape), false));

    test('AdamW with clipping takes the steps of torch.optim.AdamW', () => {
      const [first, second] = [zeros(golden.adamW), zeros(golden.adamW)];
      const options = { ...golden.adamW, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecays: [0.1, 0] };
      const error = errorsOf(golden.adamW, (p, g, gradScale, step) =>
        adamW(p, g, first, second, { ...options, gradScale, step }),
      );
      expect(error).toBeLessThan(tolerance);
    });

    test.each(golden.sgd)('SGD with momentum $momentum and clipping takes the steps of torch.optim.SGD', (run) => {
      const velocities = run.momentum > 0 ? zeros(run) : undefined;
      const error = errorsOf(run, (p, g, gradScale) =>
        sgd(p, g, velocities, { ...run, weightDecays: [0.1, 0], gradScale }),
      );
      expect(error).toBeLessThan(tolerance);
    });

    test('a step leaves tensors alone that share their memory with a parameter', () => {
      const start = tf.ones([3]);
      const [parameter, copy] = [tf.variable(start), tf.clone(start)];
      sgd([parameter], [tf.ones([3])], undefined, { learningRate: 1, momentum: 0, weightDecays: [0] });
      expect([...parameter.dataSync()]).toEqual([0, 0, 0]);
      expect([...copy.dataSync(), ...start.dataSync()]).toEqual([1, 1, 1, 1, 1, 1]);
    });

    test('the norm of no tensors is 0', () => expect(globalNorm([]).dataSync()[0]).toBe(0));
  });

  if (engine === 'contract') {
    test('every op and gradient ran the kernel of its name', () => {
      const withGradient =
        'BatchNorm GatedResidual LayerNorm Gelu Lstm Attention SoftmaxCrossEntropy SigmoidCrossEntropy'.split(' ');
      const names = withGradient.flatMap((name) => [`Cardio${name}`, `Cardio${name}Grad`]);
      const rest = ['CardioBatchMoments', 'CardioDropout', 'CardioGlobalNorm', 'CardioAdamW', 'CardioSgd'];
      expect([...new Set(calls)].sort()).toEqual([...names, ...rest].sort());
    });
  }
});

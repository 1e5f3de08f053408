import { createRandom } from '@cardio/core';
import { softmaxCrossEntropy, startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../../engine/src/testing/engines.js';
import {
  attentionMaps,
  attentionRollout,
  gradCam,
  inputGradients,
  integratedGradients,
  modelFactory,
  type SaliencyInputs,
} from '../index.js';

const length = 49;
const tiny = (name: string, more: object = {}): tfl.LayersModel =>
  modelFactory.create(name, { inputLength: length, inputChannels: 2, numClasses: 3, preset: 'tiny', seed: 3, ...more });
const noise = (batch: number, seed: number): tf.Tensor3D => tf.randomNormal([batch, length, 2], 0, 1, 'float32', seed);
const numbers = (x: tf.Tensor): number[] => [...x.dataSync()];
const logitsOf = (model: tfl.LayersModel, inputs: SaliencyInputs): number[][] =>
  (model.predict(inputs.length === 1 ? inputs[0] : [...inputs]) as tf.Tensor2D).arraySync();

/** Gives biases, norms and tables values other than zeros and ones, at which a transformer's norms have nothing to norm. */
function moveFromStart(model: tfl.LayersModel): void {
  for (const weight of model.weights.filter(
    ({ shape, originalName }) => shape.length === 1 || /table/.test(originalName),
  )) {
    const first = weight.read();
    tf.tidy(() => void weight.write(tf.add(first, tf.randomUniform(first.shape, -0.3, 0.3, 'float32', 5))));
  }
}

/** Gaussian bumps at the given middles in noise: `[B, T, 1]`. */
function bumps(middles: readonly (number | undefined)[], samples: number, seed: number): tf.Tensor3D {
  const random = createRandom(seed);
  const signal = (middle: number | undefined): number[] =>
    Array.from({ length: samples }, (_, t) => {
      const bump = middle === undefined ? 0 : 2 * Math.exp(-(((t - middle) / 3) ** 2));
      return bump + 0.1 * random.normal();
    });
  return tf.tensor3d(middles.flatMap(signal), [middles.length, samples, 1]);
}

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));
  const isSlow = engine === 'cpu'; // minutes for what follows

  test.each(isSlow ? ['heartbeit'] : modelFactory.names)(
    'integrated gradients of %s add up to the difference of the logits, with features beside the signal too',
    (name) => {
      const model = tiny(name, { inputFeatures: 2 });
      moveFromStart(model);
      const inputs: SaliencyInputs = [noise(2, 1), tf.randomNormal([2, 2], 0, 1, 'float32', 2)];
      const target = [0, 2];
      const attributions = integratedGradients(model, inputs, target, { steps: 128 });
      expect(attributions.shape).toEqual([2, length, 2]);
      const [at, from] = [logitsOf(model, inputs), logitsOf(model, [tf.zerosLike(inputs[0]), inputs[1]])];
      const sums = numbers(tf.sum(attributions, [1, 2]));
      const expected = target.map((k, i) => at[i][k] - from[i][k]);
      const scale = Math.max(...expected.map(Math.abs));
      expected.forEach((difference, i) => expect(Math.abs(sums[i] - difference) / scale).toBeLessThan(1e-2));
      model.dispose();
    },
  );

  describe.each(modelFactory.names)('%s', (name) => {
    test('input gradients are the slopes of the logit', () => {
      const model = tiny(name);
      const [x, way] = [noise(1, 1), noise(1, 2)];
      const slope = numbers(tf.sum(tf.mul(inputGradients(model, [x], 1), way)))[0];
      const h = 1e-3; // float32: rounding 1e-7 / h, bends of ReLUs in between h
      const logit = (by: number): number => logitsOf(model, [tf.add(x, tf.mul(way, by)) as tf.Tensor3D])[0][1];
      const expected = (logit(h) - logit(-h)) / (2 * h);
      expect(Math.abs(slope - expected)).toBeLessThan(2e-2 * Math.max(Math.abs(expected), 0.1));
      model.dispose();
    });

    test('Grad-CAM has a value that is not negative for each sample, and leaves no tensors and the model as it was', () => {
      const model = tiny(name);
      const x = noise(2, 1);
      const before = logitsOf(model, [x]);
      const { numTensors } = tf.memory();
      const cam = gradCam(model, [x], 0);
      expect(tf.memory().numTensors).toBe(numTensors + 1);
      expect(cam.shape).toEqual([2, length]);
      expect(numbers(cam).every((value) => value >= 0 && Number.isFinite(value))).toBe(true);
      expect(logitsOf(model, [x])).toEqual(before);
      model.dispose();
    });
  });

  test('the gradients of a linear model are its weights, and its integrated gradients the weighted samples', () => {
    const input = tfl.input({ shape: [4, 2] });
    const flat = tfl.layers.flatten().apply(input) as tfl.SymbolicTensor;
    const model = tfl.model({
      inputs: input,
      outputs: tfl.layers.dense({ units: 2 }).apply(flat) as tfl.SymbolicTensor,
    });
    const [weights] = model.getWeights();
    const column = numbers(tf.slice(weights, [0, 1], [-1, 1]));
    const x = tf.randomNormal<tf.Rank.R3>([1, 4, 2], 0, 1, 'float32', 1);
    expect(numbers(inputGradients(model, [x], 1))).toEqual(column);
    const [from, at] = [numbers(tf.fill([8], 0.5)), numbers(x)];
    const attributions = numbers(integratedGradients(model, [x], 1, { steps: 2, baseline: tf.fill([1, 4, 2], 0.5) }));
    attributions.forEach((value, i) => expect(value).toBeCloseTo(column[i] * (at[i] - from[i]), 5));
    const gradients = (): unknown => inputGradients(model, [x], 2);
    expect(gradients).toThrow('`target` must be a class from 0 to 1, or one for each of the 1 examples; received 2.');
  });

  if (!isSlow)
    test.each(['resnet1d_wang', 'se_resnet1d'])(
      '%s that learned to tell a bump from none is shown to look at the bump',
      (name) => {
        const samples = 128;
        const input = { inputLength: samples, inputChannels: 1, numClasses: 2, preset: 'tiny', dropout: 0, seed: 1 };
        const model = modelFactory.create(name, input);
        const random = createRandom(4);
        const optimizer = tf.train.adam(0.01);
        const y = tf.tensor2d(Array.from({ length: 32 }, (_, i) => (i % 2 ? [0, 1] : [1, 0])));
        for (let step = 0; step < 30; step++) {
          tf.tidy(() => {
            const middles = Array.from({ length: 32 }, (_, i) =>
              i % 2 ? random.uniform(10, samples - 10) : undefined,
            );
            const x = bumps(middles, samples, step);
            optimizer.minimize(
              () => tf.mean(softmaxCrossEntropy(model.apply(x, { training: true }) as tf.Tensor2D, y)) as tf.Scalar,
            );
          });
        }
        const middles = [20, 40, 64, 90, 110];
        const x = bumps(middles, samples, 99);
        const places = (map: tf.Tensor): number[] => numbers(tf.argMax(map, 1));
        // the steps of the last map are 4 or 16 samples long and what one sees is longer
        places(gradCam(model, [x], 1)).forEach((place, i) =>
          expect(Math.abs(place - middles[i])).toBeLessThanOrEqual(16),
        );
        const attributions = tf.sum(integratedGradients(model, [x], 1), 2);
        places(attributions).forEach((place, i) => expect(Math.abs(place - middles[i])).toBeLessThanOrEqual(8));
        model.dispose();
      },
    );

  describe.each(['ecg_transformer', 'heartbeit'])('%s', (name) => {
    const create = (): tfl.LayersModel => {
      const model = tiny(name);
      moveFromStart(model);
      return model;
    };

    test('rows of attention sum to 1', () => {
      const maps = attentionMaps(create(), [noise(2, 1)]);
      expect(maps.map(({ layer }) => layer)).toEqual(['block1_attention', 'block2_attention']);
      for (const { weights } of maps) {
        expect(weights.shape).toEqual([2, 2, 3, 3]);
        numbers(tf.sum(weights, 3)).forEach((sum) => expect(sum).toBeCloseTo(1, 5));
      }
    });

    test('the weights are those of the forward pass: values mixed by them are what the layers gave', () => {
      const model = create();
      const x = noise(2, 1);
      for (const { layer: layerName, weights } of attentionMaps(model, [x])) {
        const layer = model.getLayer(layerName);
        const [given, output] = tfl
          .model({ inputs: model.inputs, outputs: [[layer.input].flat()[0], layer.output as tfl.SymbolicTensor] })
          .predict(x) as tf.Tensor[];
        const [kernel, offset, outKernel, outOffset] = layer.getWeights();
        const qkv = tf.add(tf.matMul(tf.reshape(given, [6, 16]), kernel), offset);
        const v = tf.transpose(tf.reshape(tf.split(qkv, 3, 1)[2], [2, 3, 2, 8]), [0, 2, 1, 3]); // [B, N, P, D]
        const mixed = tf.reshape(tf.transpose(tf.matMul(weights, v), [0, 2, 1, 3]), [6, 16]);
        const expected = numbers(tf.add(tf.matMul(mixed, outKernel), outOffset));
        numbers(output).forEach((value, i) => expect(Math.abs(value - expected[i])).toBeLessThan(1e-5));
      }
    });

    test('the rollout is the product of the layers, spread over the samples of each patch', () => {
      const model = create();
      const x = noise(2, 1);
      const through = attentionMaps(model, [x]).map(({ weights }) =>
        tf.mul(tf.add(tf.mean(weights, 1), tf.eye(3)), 0.5),
      );
      const shares = tf.mean(tf.matMul(through[1], through[0]), 1).arraySync() as number[][];
      const rollout = attentionRollout(model, [x]).arraySync();
      // 49 samples in 3 patches of 20: 5 zeros before them, 6 after
      rollout.forEach((row, i) => {
        row.forEach((value, t) => expect(value).toBeCloseTo(shares[i][Math.floor((t + 5) / 20)], 5));
        expect(shares[i].reduce((a, b) => a + b)).toBeCloseTo(1, 5);
      });
    });
  });

  test('a model without attention says what to take', () => {
    expect(() => attentionMaps(tiny('cnn_lstm'), [noise(1, 1)])).toThrow('no attention. Take gradCam');
  });

  test('an unknown layer is answered with those there are', () => {
    expect(() => gradCam(tiny('cnn_lstm'), [noise(1, 1)], 0, 'conv9')).toThrow(/conv1, norm1, pool1.*received "conv9"/);
  });
});

import { describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { startEngine, type EngineName } from './start.js';
import { normal, relativeError, tolerance, valuesOn } from './testing/engines.js';

// TensorFlow is 814 MB, so these run on demand: README.md, "The tensorflow engine".
const wanted = process.env['CARDIO_TEST_TENSORFLOW'] === '1';
if (!wanted) console.warn('Skipped: the tests of the tensorflow engine run with CARDIO_TEST_TENSORFLOW=1.');

(wanted ? describe : describe.skip)('with TensorFlow', () => {
  test('it starts, says which TensorFlow, and is the one tfjs-core', async () => {
    const info = await startEngine('tensorflow');
    expect(info).toMatchObject({ name: 'tensorflow', version: expect.stringMatching(/^TensorFlow 2\.\d+/) });
    expect(['cpu', 'gpu']).toContain(info.device);
    expect(tf.getBackend()).toBe('tensorflow');
  });

  const x = (): tf.Tensor3D => normal([4, 50, 3], 1) as tf.Tensor3D;
  const filter = (): tf.Tensor3D => normal([5, 3, 8], 2) as tf.Tensor3D;
  const functions: [string, () => tf.Tensor[]][] = [
    ['matMul', () => [tf.matMul(normal([4, 6, 5], 1), normal([4, 5, 7], 2))]],
    ['conv1d, stride 2', () => [tf.conv1d(x(), filter(), 2, 'same')]],
    [
      'gradients of conv1d',
      () =>
        tf.grads((a, b) => tf.sum(tf.square(tf.conv1d(a as tf.Tensor3D, b as tf.Tensor3D, 1, 'same'))))([
          x(),
          filter(),
        ]),
    ],
    [
      'softmax and its gradient',
      () => [tf.softmax(normal([3, 5], 1)), tf.grad((a) => tf.sum(tf.square(tf.softmax(a))))(normal([3, 5], 1))],
    ],
    ['mean over batch and time', () => [tf.mean(x(), [0, 1])]],
    ['max-pool', () => [tf.pool(x(), 2, 'max', 'same', 1, 2)]],
  ];
  test.each(functions)('%s is as on cpu', async (_, compute) => {
    const [expected, actual] = [await valuesOn('cpu', compute), await valuesOn('tensorflow', compute)];
    expected.forEach(({ shape, data }, i) => {
      expect(actual[i].shape).toEqual(shape);
      expect(relativeError(actual[i].data, data)).toBeLessThan(tolerance);
    });
  });

  test('a training step of a small model is as on cpu', async () => {
    const weightsAfterStep = async (engine: EngineName): Promise<Float32Array[]> => {
      await startEngine(engine);
      const seeded = (seed: number) => tfl.initializers.glorotUniform({ seed });
      const model = tfl.sequential({
        layers: [
          tfl.layers.conv1d({
            filters: 8,
            kernelSize: 5,
            inputShape: [50, 3],
            kernelInitializer: seeded(1),
            activation: 'relu',
          }),
          tfl.layers.batchNormalization(),
          tfl.layers.maxPooling1d({ poolSize: 2 }),
          tfl.layers.globalAveragePooling1d(),
          tfl.layers.dense({ units: 4, kernelInitializer: seeded(2) }),
        ],
      });
      const labels = tf.oneHot(tf.tensor1d([0, 1, 2, 3], 'int32'), 4);
      const loss = (): tf.Scalar =>
        tf.losses.softmaxCrossEntropy(labels, model.apply(x(), { training: true }) as tf.Tensor);
      const optimizer = tf.train.sgd(0.1);
      optimizer.minimize(loss);
      return model.getWeights().map((weight) => weight.dataSync().slice() as Float32Array);
    };
    const [expected, actual] = [await weightsAfterStep('cpu'), await weightsAfterStep('tensorflow')];
    // Errors of the gradient, 1e-5 of it, times the rate; a weight that is near zero is not divided by.
    actual.forEach((weight, i) =>
      weight.forEach((value, k) => expect(Math.abs(value - expected[i][k])).toBeLessThan(1e-5)),
    );
  });
});

import { expect, test } from '@jest/globals';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import type { LayersModel } from '@tensorflow/tfjs-layers';
import { startEngine, type EngineName } from '../start.js';
import { normal, relativeError } from '../testing/engines.js';
import { cnnLstm, seResnet } from '../testing/models.js';

const smallResnet = (): LayersModel => seResnet({ samples: 128, leads: 3, widths: [8, 16], kernel: 5 });
const smallLstm = (): LayersModel => cnnLstm({ samples: 32, leads: 2, widths: [4, 6], units: 5 });

function lossAndGradients(
  model: LayersModel,
  x: tf.Tensor,
  y: tf.Tensor,
): { value: tf.Scalar; grads: tf.NamedTensorMap } {
  const loss = () => tf.losses.sigmoidCrossEntropy(y, model.apply(x, { training: true }) as tf.Tensor) as tf.Scalar;
  return tf.variableGrads(
    loss,
    model.trainableWeights.map((weight) => weight.read() as tf.Variable),
  );
}

/** The loss, then the gradient of every weight, in the order of the weights; the weights are seeded. */
async function gradientsOn(
  engine: EngineName,
  create: () => LayersModel,
  samples: number,
  leads: number,
): Promise<Float32Array[]> {
  await startEngine(engine);
  const model = create();
  model.trainableWeights.forEach((weight, i) => {
    const read = weight.read();
    weight.write(tf.tidy(() => tf.mul(normal(read.shape as [number], i), weight.name.includes('gamma') ? 1 : 0.2)));
  });
  const x = normal<tf.Rank.R3>([6, samples, leads], 1001);
  const y = tf.cast(tf.greater(normal<tf.Rank.R2>([6, 5], 1002), 0), 'float32');
  const { value, grads } = lossAndGradients(model, x, y);
  const tensors = [value, ...model.trainableWeights.map((weight) => grads[(weight.read() as tf.Variable).name])];
  const values = tensors.map((tensor) => Float32Array.from(tensor.dataSync()));
  tf.dispose([x, y, tensors]);
  model.dispose();
  return values;
}

// Each of the some fifteen layers adds rounding of a few 1e-7, and batch normalisation divides it by small deviations. Measured: 2e-6.
const tolerance = 2e-5;

test.each([
  ['SE-ResNet', smallResnet, 128, 3],
  ['CNN-LSTM', smallLstm, 32, 2],
] as const)(
  'every gradient of a whole %s is that of the cpu engine',
  async (_, create, samples, leads) => {
    const expected = await gradientsOn('cpu', create, samples, leads);
    const actual = await gradientsOn('wasm', create, samples, leads);
    expected.forEach((gradient, i) => {
      expect(gradient.some((value) => Math.abs(value) > 1e-6)).toBe(true);
      expect(relativeError(actual[i], gradient)).toBeLessThan(tolerance);
    });
  },
  60_000,
);

test.each([
  ['SE-ResNet', smallResnet, 128, 3],
  ['CNN-LSTM', smallLstm, 32, 2],
] as const)(
  'memory stays flat over 50 training steps of %s',
  async (_, create, samples, leads) => {
    await startEngine('wasm');
    const backend = tf.backend() as BackendWasm;
    const model = create();
    const x = normal<tf.Rank.R3>([16, samples, leads], 1);
    const y = tf.zeros([16, 5]);
    const optimizer = tf.train.adam(1e-3);
    const step = (): void => {
      const { value, grads } = lossAndGradients(model, x, y);
      optimizer.applyGradients(grads as Record<string, tf.Variable>);
      tf.dispose([value, grads]);
    };
    const usage = () => ({
      tensors: tf.memory().numTensors,
      buffers: backend.numDataIds(),
      heap: (backend.wasm as unknown as { HEAPU8: Uint8Array }).HEAPU8.length,
    });
    for (let i = 0; i < 5; i++) step();
    const before = usage();
    for (let i = 0; i < 50; i++) step();
    expect(usage()).toEqual(before);
  },
  60_000,
);

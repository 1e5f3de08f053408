import { beforeAll, describe, expect, test } from '@jest/globals';
import { startEngine } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// tools of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
// eslint-disable-next-line @nx/enforce-module-boundaries
import { reload } from '../../engine/src/testing/reload.js';
import { modelFactory } from './index.js';

const create = (more: object = {}) =>
  modelFactory.create('cnn_lstm', {
    ...{ inputLength: 11, inputChannels: 43, numClasses: 4, preset: 'beats', seed: 1 },
    ...more,
  });
const beats = (seed: number): tf.Tensor3D => tf.randomUniform([2, 11, 43], -1, 1, 'float32', seed);

describe.each(await availableEngines())('preset beats of cnn_lstm on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  test('has the parameters of the README, and one step per beat', () => {
    const model = create();
    expect(model.countParams()).toBe(24_816);
    expect(model.getLayer('lstm1').outputShape).toEqual([null, 11, 48]);
    expect(model.outputs[0].shape).toEqual([null, 4]);
    model.dispose();
  });

  test.each([
    [11, 5],
    [1, 0],
    [4, 2],
  ])('of %d beats classifies number %d', (inputLength, middle) => {
    const model = create({ inputLength });
    const outputs = ['lstm1', 'middle_step'].map((name) => model.getLayer(name).output as tfl.SymbolicTensor);
    const x = tf.randomUniform([2, inputLength, 43], -1, 1, 'float32', 1);
    const [steps, step] = tfl.model({ inputs: model.inputs, outputs }).predict(x) as [tf.Tensor3D, tf.Tensor2D];
    expect(step.dataSync()).toEqual(tf.squeeze(tf.slice(steps, [0, middle, 0], [-1, 1, -1]), [1]).dataSync());
    model.dispose();
  });

  test('gradients reach every weight', () => {
    const model = create();
    const loss = (): tf.Scalar =>
      tf.mean(tf.square(tf.sub(model.apply(beats(1), { training: true }) as tf.Tensor, 1))) as tf.Scalar;
    const { grads } = tf.variableGrads(
      loss,
      model.trainableWeights.map((w) => w.read() as tf.Variable),
    );
    for (const [name, gradient] of Object.entries(grads)) {
      expect([name, (tf.max(tf.abs(gradient)).dataSync() as Float32Array)[0] > 0]).toEqual([name, true]);
    }
    model.dispose();
  });

  test('saves and loads with the same outputs', async () => {
    const model = create();
    const loaded = await reload(model);
    expect((loaded.predict(beats(3)) as tf.Tensor).dataSync()).toEqual(
      (model.predict(beats(3)) as tf.Tensor).dataSync(),
    );
    [model, loaded].forEach((one) => one.dispose());
  });
});

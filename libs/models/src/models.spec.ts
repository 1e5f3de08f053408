import { beforeAll, describe, expect, test } from '@jest/globals';
import { startEngine } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

// tools of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
// eslint-disable-next-line @nx/enforce-module-boundaries
import { reload } from '../../engine/src/testing/reload.js';
import { modelFactory } from './index.js';

/** One row per model of the factory, with the parameters of its default size for 12 leads x 1000 samples and 5 classes. */
const models: { name: string; parameters: number }[] = [
  { name: 'se_resnet1d', parameters: 35_518_897 },
  { name: 'cnn_lstm', parameters: 3_694_085 },
  { name: 'ecg_transformer', parameters: 19041285 },
  { name: 'heartbeit', parameters: 85264553 },
];

test('every model of the factory has a row here', () => expect(models.map((m) => m.name)).toEqual(modelFactory.names));

describe('whatever the engine', () => {
  beforeAll(() => startEngine());

  test.each(models)('$name has the documented number of parameters', ({ name, parameters }) => {
    const model = modelFactory.create(name, { inputLength: 1000, inputChannels: 12, numClasses: 5 });
    expect(model.countParams()).toBe(parameters);
    model.dispose();
  });

  test('kernels and channels of cnn_lstm must pair up', () => {
    expect(() =>
      modelFactory.create('cnn_lstm', { inputLength: 100, inputChannels: 1, numClasses: 2, kernels: [3, 3] }),
    ).toThrow('`kernels` must have one entry per entry of `channels` (4); received 2.');
  });

  test('a preset is one of the known ones', () => {
    expect(() =>
      modelFactory.create('cnn_lstm' as string, { inputLength: 100, inputChannels: 1, numClasses: 2, preset: 'huge' }),
    ).toThrow(/preset.*received "huge"/);
  });

  test('the heads of heartbeit must divide its width', () => {
    expect(() =>
      modelFactory.create('heartbeit', { inputLength: 100, inputChannels: 1, numClasses: 2, preset: 'tiny', heads: 5 }),
    ).toThrow('`heads` must divide the width 16; received 5 (layer `block1_attention`).');
  });
});

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  describe.each(models)('$name', ({ name }) => {
    const tiny = (more: object = {}): tfl.LayersModel =>
      modelFactory.create(name, {
        inputLength: 100,
        inputChannels: 3,
        numClasses: 4,
        preset: 'tiny',
        seed: 1,
        ...more,
      });

    test.each([
      [1, 37, 1, 2],
      [2, 100, 3, 4],
      [3, 250, 12, 71],
    ])('returns logits for %d x %d samples x %d leads, %d classes', (batch, inputLength, inputChannels, numClasses) => {
      const model = tiny({ inputLength, inputChannels, numClasses });
      const logits = model.predict(
        tf.randomNormal([batch, inputLength, inputChannels], 0, 1, 'float32', 3),
      ) as tf.Tensor;
      expect(logits.shape).toEqual([batch, numClasses]);
      expect([...logits.dataSync()].every(Number.isFinite)).toBe(true);
      model.dispose();
    });

    test('takes extra features as a second input', () => {
      const model = tiny({ inputFeatures: 5 });
      expect(model.inputNames).toEqual(['ecg', 'features']);
      const x = tf.randomNormal([2, 100, 3], 0, 1, 'float32', 3);
      const logits = (features: tf.Tensor): Float32Array =>
        (model.predict([x, features]) as tf.Tensor).dataSync() as Float32Array;
      expect(logits(tf.zeros([2, 5]))).not.toEqual(logits(tf.ones([2, 5])));
      model.dispose();
    });

    test('gradients reach every weight', () => {
      const model = tiny();
      const x = tf.randomNormal([4, 100, 3], 0, 1, 'float32', 3);
      const loss = (): tf.Scalar =>
        tf.mean(tf.square(tf.sub(model.apply(x, { training: true }) as tf.Tensor, 1))) as tf.Scalar;
      const variables = model.trainableWeights.map((w) => w.read() as tf.Variable);
      const { grads } = tf.variableGrads(loss, variables);
      for (const variable of variables) {
        const largest = (tf.max(tf.abs(grads[variable.name])).dataSync() as Float32Array)[0];
        expect([variable.name, largest > 0 && Number.isFinite(largest)]).toEqual([variable.name, true]);
      }
      model.dispose();
    });

    test('the same seed gives the same weights, another seed others', () => {
      const weights = (seed: number): number[] => {
        const model = tiny({ seed });
        const values = model.getWeights().flatMap((w) => [...w.dataSync()]);
        model.dispose();
        return values;
      };
      expect(weights(1)).toEqual(weights(1));
      expect(weights(1)).not.toEqual(weights(2));
    });

    test('saves and loads with the same outputs', async () => {
      const model = tiny();
      const loaded = await reload(model);
      const x = tf.randomNormal([2, 100, 3], 0, 1, 'float32', 3);
      expect((loaded.predict(x) as tf.Tensor).dataSync()).toEqual((model.predict(x) as tf.Tensor).dataSync());
      model.dispose();
      loaded.dispose();
    });
  });

  test.each(['ecg_transformer', 'heartbeit'])('%s completes the last patch with zeros', (name) => {
    const create = (inputLength: number): tfl.LayersModel =>
      modelFactory.create(name, { inputLength, inputChannels: 2, numClasses: 3, preset: 'tiny' });
    const [part, whole] = [create(37), create(40)];
    expect(part.getLayer('patches').outputShape).toEqual([null, 2, 16]);
    const x = tf.randomNormal<tf.Rank.R3>([2, 37, 2], 0, 1, 'float32', 3);
    const completed = tf.pad(x, [[0, 0], [1, 2], [0, 0]]); // prettier-ignore
    expect((part.predict(x) as tf.Tensor).dataSync()).toEqual((whole.predict(completed) as tf.Tensor).dataSync());
    part.dispose();
    whole.dispose();
  });
});

import { readFileSync } from 'node:fs';

import { beforeAll, describe, expect, test } from '@jest/globals';
import { startEngine } from '@cardio/engine';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

// tools of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
// eslint-disable-next-line @nx/enforce-module-boundaries
import { reload } from '../../engine/src/testing/reload.js';
import { heartbeit, heartbeitEncoder, modelFactory } from './index.js';

/** The least length that each model takes in its tiny form; as many samples as its strides make one step of, or two patches. */
const models: { name: string; least: number }[] = [
  { name: 'se_resnet1d', least: 16 },
  { name: 'cnn_lstm', least: 8 },
  { name: 'ecg_transformer', least: 21 },
  { name: 'heartbeit', least: 21 },
  { name: 'xresnet1d101', least: 16 },
  { name: 'inception1d', least: 1 },
  { name: 'resnet1d_wang', least: 4 },
];

/** The rows `| name | tiny | small | base | …` of the README: parameters for 12 leads x 1000 samples and 5 classes. */
const documented = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim().replaceAll(/[`,]/g, '')))
  .filter(([, name]) => modelFactory.names.includes(name))
  .flatMap(([, name, ...counts]) =>
    ['tiny', 'small', 'base'].map((preset, i) => [name, preset, Number(counts[i])] as const),
  );

test('every model of the factory has a row here and in the README', () => {
  expect(models.map(({ name }) => name)).toEqual(modelFactory.names);
  expect([...new Set(documented.map(([name]) => name))]).toEqual(modelFactory.names);
});

describe('whatever the engine', () => {
  beforeAll(() => startEngine());

  test.each(documented)('%s, %s, has the %d parameters of the README', (name, preset, parameters) => {
    const model = modelFactory.create(name, { inputLength: 1000, inputChannels: 12, numClasses: 5, preset });
    expect(model.countParams()).toBe(parameters);
    model.dispose();
  });

  test.each(models)(
    '$name of one seed has the same weights each time, of 0 as well, and others of another seed',
    ({ name }) => {
      const weights = (seed: number): Float32Array[] => {
        const input = { inputLength: 100, inputChannels: 2, numClasses: 2 };
        const model = modelFactory.create(name, { ...input, preset: 'tiny', seed });
        const values = model.getWeights().map((weight) => weight.dataSync() as Float32Array);
        model.dispose();
        return values;
      };
      const [zero, again, one] = [weights(0), weights(0), weights(1)];
      expect(again).toEqual(zero);
      expect(one).not.toEqual(zero);
    },
  );

  test('a number that is given wins over the preset', () => {
    const input = { inputLength: 100, inputChannels: 1, numClasses: 2 };
    const model = modelFactory.create('cnn_lstm', { ...input, preset: 'tiny', lstmUnits: 5 });
    expect(model.getLayer('lstm1').outputShape).toEqual([null, 10]);
    expect(model.getLayer('conv3').outputShape).toEqual([null, 25, 32]);
  });

  test.each(models.filter(({ least }) => least > 1))('$name says that it takes $least samples at least', (model) => {
    const create = (): unknown =>
      modelFactory.create(model.name, {
        ...{ inputLength: model.least - 1, inputChannels: 2, numClasses: 2 },
        preset: 'tiny',
      });
    expect(create).toThrow(`must be at least ${model.least} for this ${model.name}`);
    expect(create).toThrow(`received ${model.least - 1}. Take longer windows`);
  });

  test('a kernel that has no middle is refused', () => {
    const input = { inputLength: 100, inputChannels: 1, numClasses: 2 };
    expect(() => modelFactory.create('xresnet1d101', { ...input, kernel: 4 })).toThrow('must be odd (received 4)');
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

  test('the encoder of heartbeit under another head has the weights of the classifier by name and value', () => {
    const input = { inputLength: 100, inputChannels: 2, numClasses: 2, preset: 'tiny' as const, seed: 5 };
    const { layers, embed, encode } = heartbeitEncoder(heartbeit.config.parse(input));
    const ecg = tfl.input({ shape: [100, 2] });
    const other = tfl.model({ inputs: ecg, outputs: layers.dense(encode(embed(ecg)), 'codes', 7) }); // of each patch
    expect(other.outputs[0].shape).toEqual([null, 5, 7]);
    const named = (model: tfl.LayersModel): Record<string, number[]> =>
      Object.fromEntries(model.weights.map((weight) => [weight.originalName, [...weight.read().dataSync()]]));
    const encoder = Object.fromEntries(Object.entries(named(other)).filter(([name]) => !name.startsWith('codes')));
    expect(named(modelFactory.create('heartbeit', input))).toMatchObject(encoder);
    expect(Object.keys(encoder)).toContain('block2_attention/qkv_kernel');
  });

  test('the heads of heartbeit must divide its width', () => {
    expect(() =>
      modelFactory.create('heartbeit', { inputLength: 100, inputChannels: 1, numClasses: 2, preset: 'tiny', heads: 5 }),
    ).toThrow('`heads` must divide the width 16; received 5 (layer `block1_attention`).');
  });
});

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  describe.each(models)('$name', ({ name, least }) => {
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
      [2, least, 1, 2],
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

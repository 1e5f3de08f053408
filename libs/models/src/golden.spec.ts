import { readFileSync } from 'node:fs';

import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
import { modelFactory } from './index.js';

/** What PyTorch computed of a tiny model with known weights: see the scripts beside the files. */
interface Golden {
  readonly logits: number[];
  /** Of each weight, of the sum of logits times a wave: its size and first element. */
  readonly gradients: Record<string, [norm: number, first: number]>;
}
type WithLengths = { parameters: number; cases: (Golden & { length: number })[] };

const read = <T>(file: string): T => JSON.parse(readFileSync(new URL(`../golden/${file}`, import.meta.url), 'utf8'));
const transformers = read<Record<'ecg_transformer' | 'heartbeit', Golden>>('transformers.json');
const ptbxl = read<Record<'xresnet1d101' | 'inception1d' | 'resnet1d_wang', WithLengths>>('ptbxl.json');
const convolutional = ['xresnet1d101', 'inception1d', 'resnet1d_wang'] as const;

interface Case extends Golden {
  readonly name: string;
  readonly length: number;
  /** What turns dropout off. */
  readonly still: object;
  /** Whether the gradients are those in training. */
  readonly training: boolean;
}
const cases: Case[] = [
  { name: 'ecg_transformer', length: 37, still: { dropout: 0 }, training: true, ...transformers.ecg_transformer },
  { name: 'heartbeit', length: 37, still: { dropout: 0, dropPath: 0 }, training: true, ...transformers.heartbeit },
  ...convolutional.flatMap((name) =>
    ptbxl[name].cases.map((each) => ({ name, still: { dropout: 0 }, training: false, ...each })),
  ),
];

/** The numbers of `wave` in the scripts. */
function wave(name: string, shape: number[]): tf.Tensor {
  const phase = [...name].reduce((sum, letter) => sum + letter.charCodeAt(0), 0);
  const plus = /gamma|variance/.test(name) ? 1 : 0;
  const size = tf.util.sizeFromShape(shape);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, i) => 0.3 * Math.sin(0.7 * i ** 2 + phase) + plus),
    shape,
  );
}

test.each(convolutional)('%s has as many parameters as the network of the PTB-XL benchmark', async (name) => {
  await startEngine('cpu');
  const model = modelFactory.create(name, { inputLength: 250, inputChannels: 12, numClasses: 5 });
  expect(model.countParams()).toBe(ptbxl[name].parameters);
  model.dispose();
});

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  describe.each(cases)('$name with known weights and $length samples', ({ name, length, still, ...golden }) => {
    const { logits, gradients, training } = golden;
    const create = (): tfl.LayersModel => {
      const input = { inputLength: length, inputChannels: 2, numClasses: 3, preset: 'tiny' };
      const model = modelFactory.create(name, { ...input, ...still });
      for (const weight of model.weights) weight.write(wave(weight.originalName, weight.shape as number[]));
      return model;
    };
    const x = (): tf.Tensor => tf.mul(wave('ecg', [3, length, 2]), 3);
    // float32 against float64, some twenty products deep
    const tolerance = 1e-5;

    test('gives the logits of PyTorch', () => {
      const actual = (create().predict(x()) as tf.Tensor).dataSync();
      logits.forEach((expected, i) => expect(Math.abs(actual[i] - expected)).toBeLessThan(tolerance));
    });

    test('has the gradients of PyTorch at every weight', () => {
      const model = create();
      const variables = model.trainableWeights.map((weight) => weight.read() as tf.Variable);
      const loss = () => tf.sum(tf.mul(model.apply(x(), { training }) as tf.Tensor, wave('loss', [3, 3]))) as tf.Scalar;
      const { grads } = tf.variableGrads(loss, variables);
      expect(model.trainableWeights.map((w) => w.originalName).sort()).toEqual(Object.keys(gradients).sort());
      for (const [i, { originalName }] of model.trainableWeights.entries()) {
        const values = grads[variables[i].name].dataSync();
        const [norm, first] = gradients[originalName];
        const actual = [Math.hypot(...values) / norm - 1, (values[0] - first) / norm].map(Math.abs);
        expect([originalName, actual.every((error) => error < tolerance)]).toEqual([originalName, true]);
      }
    });
  });
});

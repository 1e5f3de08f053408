import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';

import { maskedPrediction } from './pretraining.js';
import { batchOf, leads, time, waves } from './testing.js';

beforeAll(() => startEngine('wasm'));

const [patches, codes] = [4, 3];
/** Takes a signal and a mask; the logits are its weights, whatever it is given: `[B, 4, 3]`. */
function constantModel(logits: readonly number[]): tfl.LayersModel {
  const ecg = tfl.input({ shape: [time, leads], name: 'ecg' });
  const mask = tfl.input({ shape: [patches], name: 'mask' });
  const flat = tfl.layers.flatten().apply(ecg);
  const both = tfl.layers.concatenate().apply([flat as tfl.SymbolicTensor, mask]);
  const head = tfl.layers.dense({ units: patches * codes, kernelInitializer: 'zeros' });
  const output = tfl.layers.reshape({ targetShape: [patches, codes] }).apply(head.apply(both));
  const model = tfl.model({ inputs: [ecg, mask], outputs: output as tfl.SymbolicTensor });
  head.setWeights([tf.zeros([time * leads + patches, patches * codes]), tf.tensor1d([...logits])]);
  return model;
}
const logits = [2, 0, 0, 0, 1, 0, 0, 0, 3, 1, 1, 1];
const batch = batchOf(waves(2, 1), [0, 1]);
const truth = [0, 1, 0, 2, 0, 2, 2, 1];
const hidden = [1, 1, 0, 0, 0, 1, 1, 0];
const objective = (model: tfl.LayersModel) =>
  maskedPrediction(model, {
    codebook: 'a',
    codesOf: () => tf.tensor1d(truth, 'int32'),
    mask: () => Float32Array.from(hidden),
    seed: 0,
  });
const crossEntropy = (row: readonly number[], code: number): number =>
  Math.log(row.reduce((sum, value) => sum + Math.exp(value), 0)) - row[code];
const rowOf = (i: number): number[] => logits.slice((i % patches) * codes, (i % patches) * codes + codes);
const expected = hidden.reduce((sum, h, i) => sum + h * crossEntropy(rowOf(i), truth[i]), 0) / 4;

describe('masked prediction', () => {
  test('is the mean cross-entropy of the hidden patches alone', () => {
    const loss = tf.tidy(() => objective(constantModel(logits)).loss(batch, { step: 0, training: true }).dataSync()[0]);
    expect(loss).toBeCloseTo(expected, 5);
  });

  test('validates by accuracy on hidden patches, and says how evenly codes are used', async () => {
    const before = tf.memory().numTensors;
    const model = constantModel(logits);
    const made = tf.memory().numTensors - before;
    const { loss, scores } = await objective(model).evaluate((async function* () { yield batch; })()); // prettier-ignore
    expect(loss).toBeCloseTo(expected, 5);
    // predicted are 0, 1, 2, 0 in each signal; hidden are patches 0 and 1, and 1 and 2, with the codes 0 1, and 2 2
    expect(scores['maskedAccuracy']).toBe(3 / 4);
    const perplexity = (counts: number[]): number =>
      Math.exp(counts.reduce((sum, n) => sum - (n / 8) * Math.log(n / 8), 0));
    expect(scores['perplexity']).toBeCloseTo(perplexity([3, 2, 3]), 10);
    expect(scores['usage']).toBe(1);
    expect(tf.memory().numTensors - before).toBe(made);
  });

  test('hides others at each step, the same for the same step', () => {
    const model = constantModel(logits);
    const masks: string[] = [];
    const drawn = maskedPrediction(model, {
      codebook: 'a',
      codesOf: () => tf.tensor1d(truth, 'int32'),
      mask: (size, random) => {
        const mask = Float32Array.from({ length: size * patches }, (_, i) => (i === 0 || random.next() < 0.5 ? 1 : 0));
        masks.push(mask.join(''));
        return mask;
      },
      seed: 7,
    });
    for (const step of [0, 1, 0]) tf.tidy(() => void drawn.loss(batch, { step, training: true }));
    expect(masks[0]).not.toBe(masks[1]);
    expect(masks[2]).toBe(masks[0]);
  });
});

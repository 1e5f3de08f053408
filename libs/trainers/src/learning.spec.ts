import { startEngine } from '@cardio/engine';
import { beforeAll, expect, test } from '@jest/globals';

import { batchOf, classes, loaderOf, tinyModel, waves } from './testing.js';
import { ClassificationTrainer } from './trainer.js';

beforeAll(() => startEngine('wasm'));

test('a small convolutional net learns to tell two kinds of waves it has not seen', async () => {
  const trainer = new ClassificationTrainer(tinyModel(), {
    task: 'multi-class',
    classes,
    trainLoader: loaderOf(waves(120, 1), 12, { seed: 1 }),
    valLoader: loaderOf(waves(40, 2), 40),
    epochs: 12,
    learningRate: 0.03,
  });
  const history = await trainer.train();
  const { evaluation, labels, probabilities } = await trainer.evaluate(loaderOf(waves(100, 3), 32));
  expect(evaluation.summary['accuracy']).toBeGreaterThan(0.95);
  expect([labels.length, probabilities.length]).toEqual([200, 200]);
  expect(history.epochs[history.epochs.length - 1].train.loss).toBeLessThan(history.epochs[0].train.loss / 2);
});

test('a multi-label task with extra features learns, and predicts with sigmoids', async () => {
  const set = waves(32, 1);
  const loader = loaderOf(set, 8, { seed: 1, features: true });
  const trainer = new ClassificationTrainer(tinyModel({ features: true }), {
    task: 'multi-label',
    classes,
    trainLoader: loader,
    valLoader: loader,
    epochs: 4,
    learningRate: 0.1,
  });
  const { best } = await trainer.train();
  expect(best?.score).toBeGreaterThan(0.95);
  const probabilities = await trainer.predict(batchOf(set, [0, 1], true));
  expect(probabilities).toHaveLength(4);
  expect(probabilities[0] + probabilities[1]).not.toBeCloseTo(1, 6);
});

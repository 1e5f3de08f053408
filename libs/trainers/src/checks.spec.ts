import { startEngine } from '@cardio/engine';
import { beforeAll, describe, expect, test } from '@jest/globals';

// a tool of the engine's own tests, which it does not publish
// eslint-disable-next-line @nx/enforce-module-boundaries
import { availableEngines } from '../../engine/src/testing/engines.js';
import { readWeights } from './model-weights.js';
import { classes, loaderOf, tinyModel, waves } from './testing.js';
import { ClassificationTrainer, type TrainerOptions } from './trainer.js';

const set = waves(64, 1);
const options = (more: Partial<TrainerOptions> = {}): TrainerOptions => ({
  task: 'multi-class',
  classes,
  trainLoader: loaderOf(set, 8, { seed: 1 }),
  valLoader: loaderOf(set, 8),
  learningRate: 0.03,
  epochs: 8,
  ...more,
});

describe.each(await availableEngines())('on the %s engine', (engine) => {
  beforeAll(() => startEngine(engine));

  test('the same seed gives the same bits', async () => {
    const runs = [];
    for (let i = 0; i < 2; i++) {
      const model = tinyModel({ dropout: 0.5 });
      const { epochs } = await new ClassificationTrainer(model, options({ epochs: 2 })).train();
      runs.push({ weights: await readWeights(model), epochs: epochs.map((e) => ({ ...e, seconds: 0 })) });
    }
    expect(runs[1]).toEqual(runs[0]);
  });
});

describe('checks', () => {
  beforeAll(() => startEngine('wasm'));

  test('one batch is overfitted when the model and its gradients are right', async () => {
    const { epochs } = await new ClassificationTrainer(
      tinyModel({ dropout: 0 }),
      options({ overfitOneBatch: true, patience: 1, monitor: 'loss' }),
    ).train();
    expect(epochs).toHaveLength(8);
    expect(epochs[7].step).toBe(160);
    expect(epochs[7].train.loss).toBeLessThan(0.02);
    expect(epochs[7].validation).toMatchObject({ accuracy: 1 });
  });

  test('a fast run passes two batches through everything', async () => {
    const { epochs, stopped } = await new ClassificationTrainer(tinyModel(), options({ fastDevRun: true })).train();
    expect(stopped).toBe('completed');
    expect(epochs.map(({ step }) => step)).toEqual([2]);
  });
});

describe('finding a learning rate', () => {
  beforeAll(() => startEngine('wasm'));

  test('gives a curve up to where the loss diverges, a rate with which it learns, and leaves the model as it was', async () => {
    const model = tinyModel({ dropout: 0 });
    const before = await readWeights(model);
    const trainer = new ClassificationTrainer(model, options({ optimizer: 'sgd', gradientClipNorm: 0 }));
    const { curve, suggestion } = await trainer.findLearningRate({ from: 1e-4, to: 1e4, steps: 80 });
    expect(await readWeights(model)).toEqual(before);
    expect(curve[0].learningRate).toBeCloseTo(1e-4, 12);
    expect(curve[1].learningRate / curve[0].learningRate).toBeCloseTo(1e8 ** (1 / 79), 9);
    expect(curve.length).toBeLessThan(80);
    expect(suggestion).toBeGreaterThan(1e-3);
    expect(suggestion).toBeLessThan(10);
    const { epochs } = await new ClassificationTrainer(
      model,
      options({ optimizer: 'sgd', gradientClipNorm: 0, learningRate: suggestion ?? 0 }),
    ).train();
    expect(epochs[7].train.loss).toBeLessThan(epochs[0].train.loss / 2);
  });
});

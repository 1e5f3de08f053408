import { readFileSync } from 'node:fs';

import { expect, test } from '@jest/globals';

import { trainingConfig, type TrainingConfig } from '../config.js';
import { learningRateAt, momentumAt } from './learning-rate.js';
import { observePlateau, onNoPlateau } from './plateau.js';

type Course = { rates: number[]; momenta: number[] };
const { schedules: golden } = JSON.parse(
  readFileSync(new URL('../../golden/recipes.json', import.meta.url), 'utf8'),
) as {
  schedules: {
    'one-cycle': Course;
    step: Course;
    plateau: Record<'score' | 'loss', Course & { values: number[] }>;
  };
};

const config = (more: Partial<TrainingConfig> = {}): TrainingConfig =>
  trainingConfig.parse({ learningRate: 2, epochs: 10, ...more });
/** The rates of all steps of 6 epochs of 5 steps from 0.4 down. */
const everyStep = (f: (at: { epoch: number; step: number; stepsPerEpoch: number }) => number | undefined) =>
  Array.from({ length: 30 }, (_, i) => f({ epoch: Math.floor(i / 5), step: i % 5, stepsPerEpoch: 5 }));
const expectClose = (received: (number | undefined)[], expected: number[]): void =>
  received.forEach((value, i) => expect(Math.abs((value ?? NaN) / expected[i] - 1)).toBeLessThan(1e-9));

test('a constant rate is constant', () => {
  for (const step of [0, 1, 3]) {
    expect(learningRateAt(config(), { epoch: step * 3, step, stepsPerEpoch: 4 })).toBe(2);
  }
});

test('a warm-up rises linearly and reaches the rate with its last step', () => {
  const at = (i: number) => ({ epoch: Math.floor(i / 4), step: i % 4, stepsPerEpoch: 4 });
  const rates = [0, 1, 2, 3, 4].map((i) => learningRateAt(config({ warmupEpochs: 1 }), at(i)));
  expect(rates).toEqual([0.5, 1, 1.5, 2, 2]);
});

test('a cosine starts at the rate, is half way at the middle and ends near 0', () => {
  const rate = (epoch: number, step = 0): number =>
    learningRateAt(config({ schedule: 'cosine', warmupEpochs: 2 }), { epoch, step, stepsPerEpoch: 100 });
  expect(rate(2)).toBe(2);
  expect(rate(6)).toBeCloseTo(1, 12);
  expect(rate(9, 99)).toBeLessThan(1e-4);
});

test("one-cycle equals PyTorch's OneCycleLR, the momentum too", () => {
  const cycle = config({ schedule: 'one-cycle', learningRate: 0.4, epochs: 6, cycleMomentum: true });
  expectClose(everyStep((at) => learningRateAt(cycle, at)), golden['one-cycle'].rates); // prettier-ignore
  expectClose(everyStep((at) => momentumAt(cycle, at)), golden['one-cycle'].momenta); // prettier-ignore
  expect(momentumAt({ ...cycle, cycleMomentum: false }, { epoch: 0, step: 0, stepsPerEpoch: 5 })).toBeUndefined();
});

test('a one-cycle of one or two steps is finite', () => {
  for (const epochs of [1, 2]) {
    for (let epoch = 0; epoch < epochs; epoch++) {
      const rate = learningRateAt(config({ schedule: 'one-cycle', epochs }), { epoch, step: 0, stepsPerEpoch: 1 });
      expect(Number.isFinite(rate)).toBe(true);
    }
  }
});

test("steps equal PyTorch's StepLR", () => {
  const steps = config({ schedule: 'step', learningRate: 0.4, epochs: 6, scheduleEpochs: 2, scheduleFactor: 0.3 });
  expectClose(everyStep((at) => learningRateAt(steps, at)), golden.step.rates); // prettier-ignore
});

test.each(['score', 'loss'] as const)("a plateau of a %s equals PyTorch's ReduceLROnPlateau", (kind) => {
  const { values, rates } = golden.plateau[kind];
  const options = { lowerIsBetter: kind === 'loss', patience: 1, scheduleFactor: 0.3 };
  const plateau = config({ schedule: 'plateau', learningRate: 0.4, epochs: 6 });
  let state = onNoPlateau;
  values.forEach((value, epoch) => {
    const rate = learningRateAt(plateau, { epoch, step: 2, stepsPerEpoch: 5 }, state.factor);
    expect(rate).toBeCloseTo(rates[5 * epoch], 12);
    state = observePlateau(state, value, options);
  });
  expect(state.factor).toBeLessThan(1);
  expect(observePlateau(state, null, options).badEpochs).toBe(state.badEpochs + 1);
});

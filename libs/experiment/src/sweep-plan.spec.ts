import { describe, expect, test } from '@jest/globals';

import type { SweepConfig } from './sweep-config.js';
import { planRounds, planTrials } from './sweep-plan.js';

const random = (trials: number, parameters: SweepConfig['parameters'], seed = 0): SweepConfig => ({
  experiment: {},
  search: { strategy: 'random', trials, seed },
  parameters,
});

test('a grid has every combination, the last parameter changing fastest', () => {
  const parameters = { a: { choice: ['x', 'y'] }, b: { int: [1, 3] as [number, number] } };
  const trials = planTrials({ experiment: {}, search: { strategy: 'grid' }, parameters });
  expect(trials.map(({ a, b }) => `${String(a)}${String(b)}`)).toEqual(['x1', 'x2', 'x3', 'y1', 'y2', 'y3']);
});

describe('drawn trials', () => {
  const lr = { lr: { logUniform: [1e-4, 1e-2] as [number, number] } };

  test('are the same for the same seed, and more of them begin with the same', () => {
    expect(planTrials(random(20, lr)).slice(0, 5)).toEqual(planTrials(random(5, lr)));
    expect(planTrials(random(5, lr, 1))).not.toEqual(planTrials(random(5, lr)));
  });

  test('of a log-uniform number are below the geometric mean of its range half of the time', () => {
    const values = planTrials(random(2000, lr)).map((trial) => Number(trial['lr']));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(1e-4);
    expect(Math.max(...values)).toBeLessThanOrEqual(1e-2);
    const below = values.filter((value) => value < 1e-3).length / values.length;
    expect(Math.abs(below - 0.5)).toBeLessThan(0.045); // four standard deviations of a share of 2000
  });

  test('of a uniform number have the mean of its range; of whole numbers both ends occur', () => {
    const trials = planTrials(random(1000, { u: { uniform: [0, 1] }, n: { int: [2, 4] } }));
    const mean = trials.reduce((sum, { u }) => sum + Number(u), 0) / trials.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(0.037); // four standard deviations
    expect([...new Set(trials.map(({ n }) => n))].sort()).toEqual([2, 3, 4]);
  });

  test('are all different, so that there are no more than combinations', () => {
    const trials = planTrials(random(10, { a: { choice: [1, 2] }, b: { choice: [1, 2] } }));
    expect(trials).toHaveLength(4);
    expect(new Set(trials.map((trial) => JSON.stringify(trial))).size).toBe(4);
  });
});

// Brackets of table 1 of Li et al. 2018 (Hyperband, JMLR 18-185): R = 81, eta = 3.
test.each([
  [81, 1, ['81@1', '27@3', '9@9', '3@27', '1@81']],
  [34, 3, ['34@3', '11@9', '3@27', '1@81']],
  [15, 9, ['15@9', '5@27', '1@81']],
  [8, 27, ['8@27', '2@81']],
  [5, 81, ['5@81']],
])(
  'successive halving of %d trials from %d to 81 epochs has the rounds of Hyperband',
  (trials, minEpochs, expected) => {
    const search = { strategy: 'successive-halving' as const, trials, seed: 0, eta: 3, minEpochs, maxEpochs: 81 };
    expect(planRounds({ search }, trials).map((round) => `${round.trials}@${round.epochs}`)).toEqual(expected);
  },
);

import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { auroc, evaluateGroups, evaluateScores, type Scores } from './index.js';

interface Golden {
  task: 'multi-class' | 'multi-label';
  k: number;
  scores: number[];
  labels: number[];
  auroc: (number | null)[];
  confusion?: number[][];
  [score: string]: unknown;
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Golden>;
};

const scoresOf = (g: Golden): Scores => ({
  task: g.task,
  classes: Array.from({ length: g.k }, (_, i) => `c${i}`),
  probabilities: g.scores,
  labels: g.labels,
});

/** Equal up to the rounding of a different order of additions. */
const expectClose = (actual: number | null, expected: unknown): void => {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? NaN) - (expected as number))).toBeLessThanOrEqual(1e-12);
};

describe.each(Object.entries(golden.cases))('scikit-learn agrees on %s', (_, g) => {
  const evaluation = evaluateScores(scoresOf(g));

  test.each(Object.keys(evaluation.summary))('%s', (name) => expectClose(evaluation.summary[name], g[name]));
  test('AUROC of each class', () => evaluation.perClass.forEach((c, i) => expectClose(c.auroc, g.auroc[i])));
  if (g.confusion) test('confusion matrix', () => expect(evaluation.confusion).toEqual(g.confusion));
  for (const name of ['sensitivity', 'positivePredictivity'] as const) {
    const expected = g[name] as (number | null)[] | undefined;
    if (expected) test(name, () => evaluation.perClass.forEach((c, i) => expectClose(c[name], expected[i])));
  }
});

test('kappa of complete chance agreement is undefined', () => {
  const evaluation = evaluateScores({
    task: 'multi-class',
    classes: ['a', 'b'],
    probabilities: [1, 0, 1, 0],
    labels: [1, 0, 1, 0],
  });
  expect(evaluation.summary.kappa).toBeNull();
  expect(evaluation.summary.accuracy).toBe(1);
});

test('constant scores have an AUROC of one half', () => expect(auroc([3, 3, 3, 3], [0, 1, 1, 0])).toBe(0.5));

describe('AAMI EC57', () => {
  const classes = ['N', 'S', 'V', 'F'];
  const oneHot = (names: string): number[] => [...names].flatMap((name) => classes.map((c) => (c === name ? 1 : 0)));
  const scores: Scores = { task: 'multi-class', classes, labels: oneHot('VVFFN'), probabilities: oneHot('VNVFV') };
  const ventricular = (options?: { forgiven: [string, string][] }) => evaluateScores(scores, options).perClass[2];

  test('a fusion beat called ventricular is not a false positive', () => {
    expect(ventricular()).toMatchObject({ support: 2, predicted: 3, sensitivity: 0.5, positivePredictivity: 1 / 3 });
    expect(ventricular({ forgiven: [['F', 'V']] })).toMatchObject({
      support: 2,
      predicted: 3,
      sensitivity: 0.5,
      positivePredictivity: 1 / 2,
    });
  });

  test('it is still a missed fusion beat', () => {
    expect(evaluateScores(scores, { forgiven: [['F', 'V']] }).perClass[3].sensitivity).toBe(0.5);
  });
});

test('groups are evaluated apart and name what is undefined in them', () => {
  const groups = evaluateGroups(
    {
      task: 'multi-class',
      classes: ['a', 'b'],
      labels: [1, 0, 0, 1, 1, 0],
      probabilities: [0.9, 0.1, 0.2, 0.8, 0.3, 0.7],
    },
    ['x', 'y', 'x'],
  );
  expect(groups.map(({ key, evaluation }) => [key, evaluation.examples, evaluation.summary.accuracy])).toEqual([
    ['x', 2, 0.5],
    ['y', 1, 1],
  ]);
  expect(groups[0].evaluation.perClass[1].sensitivity).toBeNull();
  expect(groups[0].evaluation.notes[0]).toContain('No example of b');
});

test('arrays that do not fit the classes are an error', () => {
  expect(() =>
    evaluateScores({ task: 'multi-label', classes: ['a', 'b'], labels: [1, 0, 1], probabilities: [0, 0, 0] }),
  ).toThrow('N x 2');
});

import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { createRandom } from '@cardio/core';

import { auroc, evaluateGroups, evaluateScores, type Scores } from './index.js';

interface Golden {
  task: 'multi-class' | 'multi-label';
  k: number;
  scores: number[];
  labels: (number | null)[];
  perClass: Record<string, number | null | Record<string, number>>[];
  summary: Record<string, number | null>;
  calibration: Record<string, number | null>;
  confusion: number[][] | null;
}
const golden = JSON.parse(readFileSync(new URL('../golden/metrics.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Golden>;
};

const scoresOf = (g: Golden): Scores => ({
  task: g.task,
  classes: Array.from({ length: g.k }, (_, i) => `c${i}`),
  probabilities: g.scores,
  labels: g.labels.map((label) => label ?? NaN),
});

/** Equal up to the rounding of a different order of additions. */
const expectClose = (actual: number | null, expected: unknown): void => {
  if (expected === null) expect(actual).toBeNull();
  else expect(Math.abs((actual ?? NaN) - (expected as number))).toBeLessThanOrEqual(1e-12);
};

describe.each(Object.entries(golden.cases))('scikit-learn agrees on %s', (_, g) => {
  const evaluation = evaluateScores(scoresOf(g));

  test('names', () => expect(Object.keys(evaluation.summary).sort()).toEqual(Object.keys(g.summary).sort()));
  test.each(Object.keys(g.summary))('%s', (name) => expectClose(evaluation.summary[name], g.summary[name]));
  test.each(['logLoss', 'brier', 'ece'] as const)('%s', (name) =>
    expectClose(evaluation.calibration[name], g.calibration[name]),
  );
  test('confusion matrix', () => expect(evaluation.confusion).toEqual(g.confusion));
  test.each(Object.keys(g.perClass[0]))('%s of each class', (name) =>
    evaluation.perClass.forEach((scores, c) => {
      const actual = scores[name as keyof typeof scores];
      if (name === 'counts') expect(actual).toEqual(g.perClass[c][name]);
      else expectClose(actual as number | null, g.perClass[c][name]);
    }),
  );
  test('what is undefined has a reason, and nothing else', () => {
    const undefinedIn = (values: object): string[] =>
      Object.entries(values).flatMap(([name, value]) => (value === null ? [name] : []));
    const { summary, calibration, perClass, undefinedBecause } = evaluation;
    expect(Object.keys(undefinedBecause).sort()).toEqual(undefinedIn({ ...summary, ...calibration }).sort());
    for (const scores of perClass) {
      expect(Object.keys(scores.undefinedBecause)).toEqual(undefinedIn(scores));
      for (const reason of Object.values(scores.undefinedBecause)) expect(reason).toMatch(/^\w.*[^.]$/);
    }
  });
});

test('float32 gives what the same numbers give in float64, in long arrays too', () => {
  const random = createRandom(3);
  const probabilities = Float32Array.from({ length: 2 * 700 }, () => random.next());
  const labels = Float32Array.from(probabilities, (p) => (random.next() < p ? 1 : 0));
  const given = { task: 'multi-label', classes: ['a', 'b'], labels } as const;
  expect(evaluateScores({ ...given, probabilities })).toEqual(
    evaluateScores({ ...given, probabilities: [...probabilities] }),
  );
});

test('values that are no probabilities have areas, but no calibration', () => {
  const { summary, calibration, undefinedBecause } = evaluateScores({
    task: 'multi-label',
    classes: ['a'],
    probabilities: [-2, 3, 0.5],
    labels: [0, 1, 0],
  });
  expect(summary.macroAuroc).toBe(1);
  expect(calibration).toEqual({ logLoss: null, brier: null, ece: null });
  expect(undefinedBecause['brier']).toBe('not all values are probabilities in [0, 1]');
});

test('a probability that is NaN is an error', () => {
  const given = { task: 'multi-label', classes: ['a'], probabilities: [0.5, NaN], labels: [0, 1] } as const;
  expect(() => evaluateScores(given)).toThrow('Score 1 is NaN');
});

test('thresholds decide what is predicted', () => {
  const given = { task: 'multi-label', classes: ['a', 'b'], probabilities: [0.3, 0.3], labels: [1, 0] } as const;
  const { perClass, summary } = evaluateScores(given, { thresholds: [0.2, 0.4] });
  expect(perClass.map(({ counts }) => counts)).toEqual([
    { tp: 1, fp: 0, fn: 0, tn: 0 },
    { tp: 0, fp: 0, fn: 0, tn: 1 },
  ]);
  expect(summary.exactMatch).toBe(1);
});

test('examples of a multi-class task with an unknown label are left out, and said to be', () => {
  const { examples, perClass, notes } = evaluateScores({
    task: 'multi-class',
    classes: ['a', 'b'],
    probabilities: [0.9, 0.1, 0.2, 0.8, 0.5, 0.5],
    labels: [1, 0, 0, 1, NaN, NaN],
  });
  expect(examples).toBe(2);
  expect(perClass[0].unknown).toBe(1);
  expect(notes).toEqual(['The labels of 1 of 3 examples are unknown: they are left out.']);
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

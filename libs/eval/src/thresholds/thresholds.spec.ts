import { readFileSync } from 'node:fs';

import { isCardioError } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import type { Scores } from '../scores.js';
import { chooseThresholds, type ThresholdRule } from './choose.js';
import { evaluateDecisions, predictWith, thresholdValues } from './predict-with.js';
import { testScores, validationScores, type ValidationScores } from './split-scores.js';

interface Best {
  readonly cut: number;
  readonly below: number | null;
  readonly [count: string]: number | null;
}
interface Golden {
  readonly labels: number[];
  readonly scores: number[];
  readonly best: { readonly by: ThresholdRule; readonly is: Best | null }[];
}
const golden = JSON.parse(readFileSync(new URL('../../golden/thresholds.json', import.meta.url), 'utf8')) as {
  cases: Record<string, Golden>;
};
const oneClass = (labels: number[], probabilities: number[]): ValidationScores =>
  validationScores({ task: 'multi-label', classes: ['a'], labels, probabilities });

describe.each(Object.entries(golden.cases))('scikit-learn agrees on %s', (_, { labels, scores, best }) => {
  test.each(best)('$by', ({ by, is }) => {
    const validation = oneClass(labels, scores);
    const chosen = chooseThresholds(validation, { by });
    const [{ threshold, reason }] = chosen.classes;
    if (is === null) {
      expect(threshold).toBeNull();
      expect(reason).toContain('fulfils');
      return;
    }
    expect(threshold).toBeLessThanOrEqual(is.cut);
    expect(threshold).toBe(is.below === null ? is.cut : is.below + (is.cut - is.below) / 2);
    const [decided] = evaluateDecisions(chosen, validation);
    expect(decided.counts).toEqual({ tp: is.tp, fp: is.fp, fn: is.fn, tn: is.tn });
    expect(decided.f1).toBeCloseTo(is.f1 ?? NaN, 12);
    expect(decided.positivePredictivity).toBeCloseTo(is.precision ?? NaN, 12);
    expect(decided.sensitivity).toBeCloseTo(is.recall ?? NaN, 12);
    expect(decided.specificity).toBeCloseTo(is.specificity ?? NaN, 12);
  });
});

describe('test predictions', () => {
  const plain: Scores = { task: 'multi-label', classes: ['a'], labels: [1, 0], probabilities: [0.9, 0.1] };

  test('can not be passed to the choice: neither types nor run time let them', () => {
    const test = testScores(plain);
    // @ts-expect-error scores of the test split
    expect(() => chooseThresholds(test, { by: 'f1' })).toThrow('received "test"');
    // @ts-expect-error scores of no named split
    expect(() => chooseThresholds(plain, { by: 'f1' })).toThrow('no named split');
  });

  test('can not be renamed either', () => {
    // @ts-expect-error scores of the test split
    expect(() => validationScores(testScores(plain))).toThrow('of the test split');
    // @ts-expect-error scores of the validation split
    expect(() => testScores(validationScores(plain))).toThrow('of the validation split');
    expect(validationScores(validationScores(plain)).split).toBe('validation');
    try {
      // @ts-expect-error scores of the test split
      validationScores(testScores(plain));
    } catch (error) {
      expect(isCardioError(error) && error.code).toBe('usage');
    }
  });
});

test('a class without positives or negatives keeps the declared fallback, with the reason', () => {
  const validation = validationScores({
    task: 'multi-label',
    classes: ['none', 'all', 'some'],
    labels: [0, 1, 1, 0, 1, 0],
    probabilities: [0.1, 0.2, 0.4, 0.9, 0.8, 0.2],
  });
  const thresholds = chooseThresholds(validation, { by: 'f1' });
  expect(thresholds).toEqual({
    by: 'f1',
    chosenOn: 'validation',
    fallback: 0.5,
    classes: [
      { name: 'none', threshold: null, reason: 'No validation example is none.', positives: 0, negatives: 2 },
      { name: 'all', threshold: null, reason: 'Every validation example is all.', positives: 2, negatives: 0 },
      { name: 'some', threshold: expect.closeTo(0.3, 12), reason: null, positives: 1, negatives: 1 },
    ],
  });
  expect(thresholdValues(thresholds, validation.classes)).toEqual([0.5, 0.5, expect.closeTo(0.3, 12)]);
  expect([...predictWith(thresholds, validation)]).toEqual([0, 0, 1, 1, 1, 0]);
  expect(JSON.parse(JSON.stringify(thresholds))).toEqual(thresholds);
  expect(evaluateDecisions(thresholds, validation)[0]).toMatchObject({ threshold: 0.5, sensitivity: null });
});

test('an unknown label has no part', () => {
  const [known, withUnknown] = [
    oneClass([1, 0, 1, 0], [0.9, 0.3, 0.4, 0.2]),
    oneClass([1, NaN, 0, 1, 0], [0.9, 0.95, 0.3, 0.4, 0.2]),
  ].map((scores) => chooseThresholds(scores, { by: 'youden' }));
  expect(withUnknown).toEqual(known);
  expect(evaluateDecisions(null, oneClass([1, NaN, 0], [0.9, 0.95, 0.3]))[0].counts).toEqual({
    tp: 1,
    fp: 0,
    fn: 0,
    tn: 1,
  });
});

test('neighbouring numbers have none between them: the threshold is the score', () => {
  const low = 0.5;
  const high = 0.5 + 2 ** -53;
  expect(high).toBeGreaterThan(low);
  expect(chooseThresholds(oneClass([0, 1], [low, high]), { by: 'f1' }).classes[0].threshold).toBe(high);
});

describe('a multi-class task', () => {
  const validation = validationScores({
    task: 'multi-class',
    classes: ['a', 'b', 'c'],
    labels: [1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0],
    probabilities: [0.6, 0.3, 0.1, 0.4, 0.35, 0.25, 0.3, 0.25, 0.45, 0.5, 0.4, 0.1],
  });

  test('takes the class of the highest probability without thresholds', () => {
    expect([...predictWith(null, validation)]).toEqual([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 0, 0]);
    expect(evaluateDecisions(null, validation).map((c) => [c.threshold, c.sensitivity])).toEqual([
      [null, 1],
      [null, 0],
      [null, 1],
    ]);
  });

  test('has a threshold of each class against the rest', () => {
    const decided = evaluateDecisions(chooseThresholds(validation, { by: 'youden' }), validation);
    expect(decided.map((c) => [c.sensitivity, c.specificity])).toEqual([
      [1, 1],
      [1, 1],
      [1, 1],
    ]);
  });
});

test.each([
  [{ sensitivity: 1.5 }, 'by.sensitivity'],
  [{ specificity: 0 }, 'by.specificity'],
  [{ fBeta: NaN }, 'by.fBeta'],
] as const)('%j is refused', (by, message) => {
  expect(() => chooseThresholds(oneClass([0, 1], [0, 1]), { by })).toThrow(message);
});

test('probabilities that are NaN and thresholds of other classes are errors', () => {
  expect(() => chooseThresholds(oneClass([0, 1], [0, NaN]), { by: 'f1' })).toThrow('is NaN');
  const thresholds = chooseThresholds(oneClass([0, 1], [0, 1]), { by: 'f1' });
  expect(() =>
    predictWith(thresholds, { task: 'multi-label', classes: ['b'], labels: [1], probabilities: [1] }),
  ).toThrow('received scores of b');
});

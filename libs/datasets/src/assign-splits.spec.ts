import { describe, expect, test } from '@jest/globals';
import { assertFilled, assignSplits, foldNotes, nonStandardNote, planOf } from './assign-splits.js';
import type { SplitName } from './dataset.js';

const patients = Array.from({ length: 4000 }, (_, i) => `p${i}`);
const fractions = { validation: 0.1, test: 0.2 };
const sizes = (splits: ReadonlyMap<string, SplitName>): number[] =>
  (['train', 'validation', 'test'] satisfies SplitName[]).map(
    (name) => [...splits.values()].filter((split) => split === name).length,
  );

describe('a division by hash', () => {
  test('has the parts asked for, within the chance of a draw', () => {
    const [train, validation, test] = sizes(assignSplits(patients, { seed: 1, fractions }));
    // Binomial: 400 and 800 expected with deviations of 19 and 25; four of them.
    expect(Math.abs(validation - 400)).toBeLessThan(76);
    expect(Math.abs(test - 800)).toBeLessThan(101);
    expect(train + validation + test).toBe(4000);
  });

  test('leaves everybody where they are when patients are added or come in another order', () => {
    const before = assignSplits(patients.slice(0, 100), { seed: 1, fractions });
    const after = assignSplits(patients.toReversed(), { seed: 1, fractions });
    for (const [patient, split] of before) expect(after.get(patient)).toBe(split);
  });

  test('is another one for another seed', () => {
    const [a, b] = [1, 2].map((seed) => assignSplits(patients, { seed, fractions }));
    expect(patients.filter((patient) => a.get(patient) !== b.get(patient)).length).toBeGreaterThan(1000);
  });

  test('must leave somebody to train', () =>
    expect(() => assignSplits(['a'], { seed: 0, fractions: { validation: 0.5, test: 0.5 } })).toThrow(
      'leave no patient to train on',
    ));
});

describe('folds', () => {
  test.each([
    ['by hash', undefined],
    ['by strata', (patient: string) => String(Number(patient.slice(1)) % 3)],
  ])('%s validate and test each patient once', (_, stratum) => {
    const counts = new Map<string, Record<SplitName, number>>();
    for (let fold = 0; fold < 5; fold++) {
      for (const [patient, split] of assignSplits(patients, { seed: 3, folds: 5, fold, ...(stratum && { stratum }) })) {
        const own = counts.get(patient) ?? { train: 0, validation: 0, test: 0 };
        own[split]++;
        counts.set(patient, own);
      }
    }
    expect(counts.size).toBe(4000);
    for (const own of counts.values()) expect(own).toEqual({ train: 3, validation: 1, test: 1 });
  });

  test('without a fold that tests validate each patient once', () => {
    expect(sizes(assignSplits(patients, { seed: 3, folds: 2, fold: 1, test: 'none' }))[2]).toBe(0);
  });

  test('of strata are equal to one patient, and so is each stratum in them', () => {
    const few = patients.slice(0, 20);
    const stratum = (patient: string): string => (Number(patient.slice(1)) < 8 ? 'ill' : 'well');
    for (let fold = 0; fold < 4; fold++) {
      const splits = assignSplits(few, { seed: 0, folds: 4, fold, stratum });
      const validating = few.filter((patient) => splits.get(patient) === 'validation');
      expect([validating.length, validating.filter((patient) => stratum(patient) === 'ill').length]).toEqual([5, 2]);
    }
  });

  test.each([
    [{ folds: 5, fold: 5 }, '`fold` is 5, but there are 5 folds, numbered 0 to 4.'],
    [{ folds: 2, fold: 0 }, 'at least 3 are needed to train'],
  ])('%j are refused', (plan, message) => expect(() => assignSplits(patients, { seed: 0, ...plan })).toThrow(message));
});

describe('a configuration', () => {
  const config = { splitSeed: 4, folds: 5, fold: 4, allowNonStandard: false };

  test('becomes a plan and a note', () => {
    expect(planOf({ ...config, testFraction: 0.3 }, { test: 'none' })).toEqual({
      ...{ seed: 4, folds: 5, fold: 4, test: 'none' },
      fractions: { validation: 0.1, test: 0.3 },
    });
    expect(foldNotes(config)).toEqual(['Cross-validation by patient: fold 4 of 5 (from 0) validates, fold 0 tests.']);
    expect(foldNotes({ fold: 0 })).toEqual([]);
  });

  test('that breaks a protocol must say so, and then the report does', () => {
    expect(() => nonStandardNote(config, 'fold 3 tests')).toThrow(
      'This breaks the published protocol: fold 3 tests. Scores would not be comparable',
    );
    expect(nonStandardNote({ allowNonStandard: true }, 'fold 3 tests')).toBe(
      'Not comparable with published results: fold 3 tests.',
    );
  });
});

test('empty splits are an error or, for the test split, a note', () => {
  const of = (...splits: SplitName[]) => splits.map((split, i) => ({ split, patientId: `p${i}` }));
  expect(assertFilled(of('train', 'validation', 'test'))).toEqual([]);
  expect(assertFilled(of('train', 'validation'))).toEqual([
    'No record is in the test split, so there is nothing to test on.',
  ]);
  expect(() => assertFilled(of('train', 'test'))).toThrow(
    'None of the 2 records (2 patients) is in the validation split',
  );
});

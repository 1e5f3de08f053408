import { describe, expect, test } from '@jest/globals';
import { validate } from '@cardio/core';
import { dividePtbxl, ptbxlConfig } from './ptbxl-config.js';

const divide = (more: object = {}) =>
  dividePtbxl(validate(ptbxlConfig, { dataDir: 'ptb-xl', ...more }, 'dataset `ptbxl`'));
const folds = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10];
const in_ = (division: ReturnType<typeof divide>, split: string): number[] =>
  folds.filter((fold) => division.splitOf(fold) === split);

describe('the folds of PTB-XL', () => {
  test('are 1-8, 9 and 10 as published', () => {
    const division = divide();
    expect([in_(division, 'validation'), in_(division, 'test'), division.notes]).toEqual([[9], [10], []]);
  });

  test('may be others only if that is said', () => {
    expect(() => divide({ testFold: 3 })).toThrow(
      'This breaks the published protocol: fold 9 validates and fold 3 tests instead of 9 and 10.',
    );
    const division = divide({ testFold: 3, allowNonStandard: true });
    expect([in_(division, 'validation'), in_(division, 'test')]).toEqual([[9], [3]]);
    expect(division.notes).toEqual([
      'Not comparable with published results: fold 9 validates and fold 3 tests instead of 9 and 10.',
    ]);
    expect(() => divide({ testFold: 9, allowNonStandard: true })).toThrow('are both 9');
  });

  test('in cross-validation validate each of 1-9 once, and 10 tests', () => {
    const validated = Array.from({ length: 3 }, (_, fold) => in_(divide({ folds: 3, fold }), 'validation'));
    expect(validated).toEqual([
      [1, 4, 7],
      [2, 5, 8],
      [3, 6, 9],
    ]);
    expect(in_(divide({ folds: 3, fold: 1 }), 'test')).toEqual([10]);
    const last = divide({ folds: 9, fold: 8 });
    expect([in_(last, 'validation'), in_(last, 'train')]).toEqual([[9], [1, 2, 3, 4, 5, 6, 7, 8]]);
    expect(last.notes[0]).toContain('fold 8 of 9');
    expect(() => divide({ folds: 10 })).toThrow('`folds` is 2 to 9');
  });
});

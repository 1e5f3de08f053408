import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import {
  aamiScores,
  betaScores,
  challenge2020Score,
  cpsc2018Score,
  decideAtLeastOne,
  fmax,
  jkIndex,
  parseChallengeWeights,
} from '../index.js';

const golden = JSON.parse(readFileSync(new URL('../../golden/protocols.json', import.meta.url), 'utf8')) as {
  challenge2020: {
    weights: string;
    classes: string[];
    labels: number[];
    given: number[];
    score: number;
    merged: { classes: string[]; labels: number[]; given: number[] };
    fBeta: number;
    gBeta: number;
  };
  benchmark: {
    classes: number;
    labels: number[];
    scores: number[];
    thresholds: number[];
    given: number[];
    fmax: number;
    fBeta: number;
    gBeta: number;
  };
  cpsc2018: { labels: number[][]; predicted: number[]; scores: Record<string, number> };
};

describe('PhysioNet Challenge 2020', () => {
  const { weights: csv, score, merged, ...decisions } = golden.challenge2020;
  const weights = parseChallengeWeights(csv);

  test('the score is that of its script', () =>
    expect(challenge2020Score(decisions, weights).value).toBeCloseTo(score, 13));

  test('equivalent classes are one', () => expect(weights.classes).toEqual(merged.classes));

  test('a perfect prediction has 1, always normal 0', () => {
    const { classes, labels } = decisions;
    expect(challenge2020Score({ classes, labels, given: labels }, weights).value).toBe(1);
    const normal = labels.map((_, i) => (classes[i % classes.length] === '426783006' ? 1 : 0));
    expect(challenge2020Score({ classes, labels, given: normal }, weights).value).toBe(0);
  });

  test('records that are all normal have no score, and a reason', () => {
    const classes = ['426783006', '164889003'];
    expect(challenge2020Score({ classes, labels: [1, 0], given: [0, 1] }, weights)).toEqual({
      value: null,
      reason: 'a perfect prediction earns no more than calling every record normal',
    });
  });

  test('F-beta and G-beta are those of its script', () => {
    const scores = betaScores(merged.labels, merged.given, merged.classes.length);
    expect(scores.fBeta.value).toBeCloseTo(golden.challenge2020.fBeta, 13);
    expect(scores.gBeta.value).toBeCloseTo(golden.challenge2020.gBeta, 13);
  });

  test('names such as a|b are sets of equivalent classes', () => {
    expect(parseChallengeWeights(',1|2,3\n1|2,1,0.5\n3,0.5,1\n', [['1', '2']])).toEqual({
      classes: ['1', '3'],
      matrix: [
        [1, 0.5],
        [0.5, 1],
      ],
    });
  });

  test('a table that can be no weights is an error', () => {
    expect(() => parseChallengeWeights(',a,b\na,1,0\n')).toThrow('2 columns and 1 rows');
    expect(() => parseChallengeWeights(',a,b\na,1,x\nb,0,1\n')).toThrow('square table');
    expect(() => parseChallengeWeights(',a,b,c\na,1,0,1\nb,0,1,0\nc,1,0,1\n', [['a', 'b']])).toThrow(
      'b and a are scored as one class, but their weights for a differ',
    );
    expect(() => challenge2020Score(decisions, { classes: ['1'], matrix: [[1]] })).toThrow('no normal class 426783006');
  });
});

describe('PTB-XL benchmark', () => {
  const { classes, labels, scores, thresholds, given, ...expected } = golden.benchmark;

  test('decisions, F-beta and G-beta are those of its code', () => {
    expect([...decideAtLeastOne(scores, thresholds)]).toEqual(given);
    const beta = betaScores(labels, given, classes);
    expect(beta.fBeta.value).toBeCloseTo(expected.fBeta, 13);
    expect(beta.gBeta.value).toBeCloseTo(expected.gBeta, 13);
    expect(beta.leftOut).toEqual([]);
  });

  test('Fmax is that of its code', () => {
    const names = Array.from({ length: classes }, (_, c) => `c${c}`);
    const all = { task: 'multi-label', classes: names, labels } as const;
    expect(fmax({ ...all, probabilities: scores }).value).toBeCloseTo(expected.fmax, 13);
    expect(fmax({ ...all, probabilities: Float32Array.from(scores) }).value).toBeCloseTo(expected.fmax, 13);
  });

  test('Fmax of an example without a true class is undefined', () => {
    const all = { task: 'multi-label', classes: ['a'], probabilities: [0.5, 0.5] } as const;
    expect(fmax({ ...all, labels: [1, 0] })).toEqual({ value: null, reason: '1 of 2 examples have no true class' });
    expect(fmax({ ...all, labels: [1, NaN] }).value).toBe(1);
  });
});

describe('CPSC2018', () => {
  const { labels, predicted, scores } = golden.cpsc2018;

  test('the scores are those of its script', () => {
    const ours = cpsc2018Score(labels, predicted);
    ours.perClass.forEach(({ value }, c) => expect(value).toBeCloseTo(scores[`F1${c + 1}`], 13));
    expect(ours.f1.value).toBeCloseTo(scores['F1'], 13);
    expect(ours.af.value).toBeCloseTo(scores['Faf'], 13);
    expect(ours.block.value).toBeCloseTo(scores['Fblock'], 13);
    expect(ours.prematureContraction.value).toBeCloseTo(scores['Fpc'], 13);
    expect(ours.stChange.value).toBeCloseTo(scores['Fst'], 13);
    expect(ours.confusion.flat().reduce((a, b) => a + b)).toBe(scores['Total File Number']);
  });

  test('a class that is nowhere leaves the score undefined', () => {
    expect(cpsc2018Score([[0], [1]], [0, 1]).f1).toEqual({
      value: null,
      reason: 'I-AVB, LBBB, RBBB, PAC, PVC, STD, STE is neither true nor predicted in any record',
    });
  });

  test('a record needs a label and a prediction from 0 to 8', () => {
    expect(() => cpsc2018Score([[]], [1])).toThrow('Record 0 has the labels [] and the prediction 1');
    expect(() => cpsc2018Score([[1]], [9])).toThrow('the prediction 9');
  });
});

describe('AAMI EC57', () => {
  const classes = ['N', 'S', 'V', 'F', 'Q'];
  // What de Chazal et al. (2004) called S and V on DS2. No score depends on how many F and Q they called V, so any number will do, nor on how the rest of
  // each row is divided: it is put under N. Row sums are those of DS2.
  const called = [
    [1904, 303],
    [1395, 252],
    [321, 2504],
    [1, 7],
    [0, 6],
  ];
  const matrix = [44259, 1837, 3221, 388, 7].map((sum, truth) => {
    const [s, v] = called[truth];
    return [sum - s - v, s, v, 0, 0];
  });

  test('scores are those that de Chazal et al. published', () => {
    const { sveb, veb } = aamiScores(matrix, classes);
    expect([sveb.sensitivity, sveb.positivePredictivity].map((x) => (100 * (x ?? NaN)).toFixed(1))).toEqual([
      '75.9',
      '38.5',
    ]);
    expect([veb.sensitivity, veb.positivePredictivity].map((x) => (100 * (x ?? NaN)).toFixed(1))).toEqual([
      '77.7',
      '81.9',
    ]);
    expect((100 * (sveb.falsePositiveRate ?? NaN)).toFixed(1)).toBe('4.7');
    expect((100 * (veb.falsePositiveRate ?? NaN)).toFixed(1)).toBe('1.2');
  });

  test('jk is kappa and the four scores in equal parts', () => {
    // kappa: 3 of 4 agree, by chance 6 of 16. Se and +P of S 1/2 and 1, of V 1 and 1/2.
    const small = [
      [1, 0, 0],
      [0, 1, 1],
      [0, 0, 1],
    ];
    expect(jkIndex(small, ['N', 'S', 'V'])).toBeCloseTo((12 - 5) / (16 - 5) / 2 + 3 / 8, 14);
    expect(jkIndex(small, ['N', 'S', 'V'], [['S', 'V']])).toBeCloseTo((12 - 5) / (16 - 5) / 2 + 3.5 / 8, 14);
    expect(
      jkIndex(
        [
          [4, 0, 0],
          [0, 0, 0],
          [0, 0, 1],
        ],
        ['N', 'S', 'V'],
      ),
    ).toBeNull();
    expect(jkIndex(small, ['N', 'A', 'B'])).toBeNull();
  });
});

import { readFileSync } from 'node:fs';

import { describe, expect, test } from '@jest/globals';

import { binaryCurve, fBeta, precisionRecallCurve, reliabilityCurve, rocCurve } from '../index.js';

type Points = Record<string, (number | null)[]>;
const golden = JSON.parse(readFileSync(new URL('../../golden/metrics.json', import.meta.url), 'utf8')) as {
  curves: Record<
    string,
    {
      labels: number[];
      scores: number[];
      roc: Points;
      precisionRecall: Points;
      reliability: Record<'uniform' | 'quantile', Points>;
      fBeta: Record<string, number>;
    }
  >;
};

const expectPoints = (actual: object | null, expected: Points): void => {
  for (const [name, values] of Object.entries(expected)) {
    const points = (actual as Record<string, Float64Array>)[name];
    expect(points.length).toBe(values.length);
    values.forEach((value, i) => expect(points[i]).toBeCloseTo(value ?? Infinity, 14));
  }
};

describe.each(Object.entries(golden.curves))('scikit-learn has the same points of %s', (_, g) => {
  test('ROC', () => expectPoints(rocCurve(g.scores, g.labels), g.roc));
  test('precision and recall', () => expectPoints(precisionRecallCurve(g.scores, g.labels), g.precisionRecall));
  test.each(['uniform', 'quantile'] as const)('reliability in %s bins', (binning) => {
    const curve = reliabilityCurve(g.scores, g.labels, { bins: 7, binning });
    expectPoints(curve, g.reliability[binning]);
    expect(curve.counts.reduce((a, b) => a + b)).toBe(g.labels.length);
  });
  test.each(Object.keys(g.fBeta))('F with beta %s', (beta) => {
    const { thresholds, truePositives, falsePositives, positives } = binaryCurve(g.scores, g.labels);
    const at = thresholds.findLastIndex((t) => t >= 0.5);
    const [tp, fp] = [truePositives[at], falsePositives[at]];
    expect(fBeta({ tp, fp, fn: positives - tp, tn: NaN }, Number(beta))).toBeCloseTo(g.fBeta[beta], 14);
  });
});

test('without positives there is neither curve, without negatives no ROC curve', () => {
  expect(rocCurve([0.1, 0.2], [0, 0])).toBeNull();
  expect(precisionRecallCurve([0.1, 0.2], [0, 0])).toBeNull();
  expect(rocCurve([0.1, 0.2], [1, 1])).toBeNull();
  expect(precisionRecallCurve([0.1, 0.2], [1, 1])?.precision).toEqual(Float64Array.of(1, 1, 1));
});

test('examples whose label is unknown have no part', () => {
  expect(binaryCurve([0.9, 0.8, 0.7], [1, NaN, 0])).toEqual(binaryCurve([0.9, 0.7], [1, 0]));
});

test('what is no probability can have no reliability', () => {
  expect(() => reliabilityCurve([0.5, 1.5], [0, 1])).toThrow('Probability 1 is 1.5');
});

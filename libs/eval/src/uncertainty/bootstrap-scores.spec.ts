import { createRandom } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import {
  benchmarkMacroAuroc,
  benchmarkText,
  bootstrapScores,
  compareScores,
  evaluateScores,
  type Scores,
} from '../index.js';
import { rowsOf } from '../scores.js';
import { classScoreNames, summaryNames, weightedScores } from './weighted-scores.js';

/** Scores with ties, and unknown labels where asked for; each class has positives and negatives. */
function example(task: Scores['task'], n: number, { seed = 1, unknown = 0, skill = 0.3 } = {}): Scores {
  const random = createRandom(seed);
  const k = 4;
  const labels = new Float32Array(n * k);
  for (let row = 0; row < n; row++) {
    const truth = row < k ? row : random.integer(k);
    for (let c = 0; c < k; c++) {
      const given = task === 'multi-class' ? c === truth : row === c || (row !== (c + 1) % k && random.next() < 0.2);
      labels[row * k + c] = row >= k && random.next() < unknown ? NaN : given ? 1 : 0;
    }
  }
  const other = createRandom(seed + 100);
  const probabilities = labels.map((label) => Math.round(100 * (0.7 * other.next() + (label > 0.5 ? skill : 0))) / 100);
  return { task, classes: ['N', 'S', 'V', 'F'], labels, probabilities };
}

describe.each([
  ['multi-label', {}],
  ['multi-label', { unknown: 0.1 }],
  ['multi-class', {}],
] as const)('a sample of %s %o', (task, options) => {
  test('has the scores of an evaluation of its rows', () => {
    const scores = example(task, 60, options);
    const evaluationOptions =
      task === 'multi-class' ? { forgiven: [['F', 'V']] as const } : { thresholds: [0.3, 0.4, 0.5, 0.6] };
    const weighted = weightedScores(scores, evaluationOptions);
    const random = createRandom(2);
    for (let times = 0; times < 20; times++) {
      const rows = Array.from({ length: 60 }, () => random.integer(60));
      const counts = new Uint32Array(60);
      for (const row of rows) counts[row]++;
      const { summary, perClass } = evaluateScores(rowsOf(scores, rows), evaluationOptions);
      const expected = [
        ...summaryNames[task].map((name) => summary[name]),
        ...perClass.flatMap((one) => classScoreNames.map((name) => one[name])),
      ];
      [...weighted.of(counts)].forEach((value, i) => expect(value).toBeCloseTo(expected[i] ?? NaN, 12));
      const all = perClass.every(({ auroc }) => auroc !== null);
      expect(weighted.hasAll(counts)).toBe(all);
    }
  });
});

test('estimates are the scores of the evaluation, and lie in their intervals', () => {
  const scores = example('multi-label', 200);
  const { summary, perClass } = evaluateScores(scores);
  const intervals = bootstrapScores(scores, { resamples: 200 });
  for (const [name, { estimate, low, high, resamples }] of Object.entries(intervals.summary)) {
    expect(estimate).toBeCloseTo(summary[name] ?? NaN, 12);
    expect(low).toBeLessThan(estimate ?? NaN);
    expect(high).toBeGreaterThan(estimate ?? NaN);
    expect(resamples).toBe(200);
  }
  intervals.perClass.forEach((one, c) => {
    expect(one.name).toBe(scores.classes[c]);
    for (const name of classScoreNames) expect(one[name].estimate).toBeCloseTo(perClass[c][name] ?? NaN, 12);
  });
});

test('a class without positives has no interval, and none is drawn for', () => {
  const scores: Scores = {
    task: 'multi-label',
    classes: ['a', 'b'],
    labels: [1, 0, 0, 0],
    probabilities: [0.8, 0.1, 0.2, 0.3],
  };
  const { summary, perClass } = bootstrapScores(scores, { resamples: 20 });
  expect(perClass[1].auroc).toMatchObject({ estimate: null, reason: 'the score is undefined on the data' });
  expect(summary.macroAuroc.estimate).toBe(1);
});

test('without drawing again, the samples that lack a class are not counted for it', () => {
  const labels = Float32Array.from({ length: 30 }, (_, i) => (i === 0 ? 1 : 0));
  const scores: Scores = {
    task: 'multi-label',
    classes: ['a'],
    labels,
    probabilities: labels.map((l, i) => (l ? 0.5 : i / 30)),
  };
  const { resamples } = bootstrapScores(scores, { redraw: false }).perClass[0].auroc;
  expect(resamples / 1000).toBeCloseTo(1 - (29 / 30) ** 30, 1); // the chance that a row is drawn
  expect(bootstrapScores(scores).perClass[0].auroc.resamples).toBe(1000);
});

describe('two predictions of the same examples', () => {
  const good = example('multi-label', 300, { skill: 0.4 });
  const poor: Scores = { ...good, probabilities: example('multi-label', 300, { skill: 0.1 }).probabilities };

  test('differ with an interval away from 0 and a small p value', () => {
    const { estimate, low, pValue, resamples } = compareScores(good, poor).summary.macroAuroc;
    const difference = (evaluateScores(good).summary.macroAuroc ?? 0) - (evaluateScores(poor).summary.macroAuroc ?? 0);
    expect(estimate).toBeCloseTo(difference, 12);
    expect(low).toBeGreaterThan(0);
    expect(pValue).toBe(2 / (1 + resamples));
  });

  test('that are the same do not differ', () => {
    expect(compareScores(good, good).summary.macroAuroc).toMatchObject({ estimate: 0, low: 0, high: 0, pValue: 1 });
  });

  test('must be of the same examples', () => {
    expect(() => compareScores(good, example('multi-label', 300, { seed: 2 }))).toThrow(
      'their classes or labels differ',
    );
  });
});

test('unknown labels of a multi-class task are an error', () => {
  const scores: Scores = {
    task: 'multi-class',
    classes: ['a', 'b'],
    labels: [1, 0, NaN, NaN],
    probabilities: [1, 0, 0, 1],
  };
  expect(() => bootstrapScores(scores)).toThrow('unknown (NaN)');
});

describe('the notation of the PTB-XL benchmark', () => {
  test('cuts the larger distance off, in thousandths', () => {
    expect(benchmarkText(0.925, 0.9171, 0.932)).toBe('0.925(07)');
    expect(benchmarkText(0.5, 0.48805, 0.51)).toBe('0.500(11)');
    expect(benchmarkText(null, null, null)).toBe('--');
  });

  test('is of the 5th and 95th percentile of 100 samples of records', () => {
    const scores = example('multi-label', 200);
    const { macroAuroc } = bootstrapScores(scores, { resamples: 100, level: 0.9 }).summary;
    const { point, low, high, text } = benchmarkMacroAuroc(scores);
    expect({ estimate: point, low, high }).toEqual({
      estimate: macroAuroc.estimate,
      low: macroAuroc.low,
      high: macroAuroc.high,
    });
    expect(text).toBe(benchmarkText(point, low, high));
  });
});

import { createRandom } from '@cardio/core';
import { describe, expect, test } from '@jest/globals';

import { evaluateScores } from '../evaluation.js';
import type { Scores } from '../scores.js';
import { bootstrapScores } from '../uncertainty/bootstrap-scores.js';
import { ageBands } from './age-bands.js';
import { evaluateSubgroups } from './subgroups.js';

const random = createRandom(7);
const n = 120;
const labels = Array.from({ length: n * 2 }, (_, i) => (random.next() < [0.5, 0.1][i % 2] ? 1 : 0));
const scores: Scores = {
  task: 'multi-label',
  classes: ['often', 'rare'],
  labels,
  probabilities: labels.map((label) => 0.3 * label + 0.7 * random.next()),
};
const sex = Array.from({ length: n }, (_, i) => (i % 10 === 9 ? null : i % 2 ? 'male' : 'female'));
const patients = Array.from({ length: n }, (_, i) => `p${Math.floor(i / 4)}`);
const only = (rows: number[]): Scores => ({
  ...scores,
  labels: rows.flatMap((row) => labels.slice(row * 2, row * 2 + 2)),
  probabilities: rows.flatMap((row) => Array.from(scores.probabilities).slice(row * 2, row * 2 + 2)),
});

describe('by one attribute', () => {
  const [{ attribute, groups }] = evaluateSubgroups(scores, { sex }, { patients, bootstrap: false });

  test('every example is in one group, those of whom it is unknown in the last', () => {
    expect(attribute).toBe('sex');
    expect(groups.map(({ name, examples }) => [name, examples])).toEqual([
      ['female', 60],
      ['male', 48],
      ['unknown', 12],
    ]);
  });

  test('a group has the scores of its examples alone', () => {
    for (const { name, summary, perClass } of groups) {
      const rows = [...sex.keys()].filter((row) => (sex[row] ?? 'unknown') === name);
      const alone = evaluateScores(only(rows));
      expect(Object.fromEntries(Object.entries(summary).map(([key, { value }]) => [key, value]))).toEqual(
        alone.summary,
      );
      expect(perClass.map(({ auroc }) => auroc.value)).toEqual(alone.perClass.map(({ auroc }) => auroc));
      expect(perClass.map(({ positives }) => positives)).toEqual(alone.perClass.map(({ support }) => support));
      expect(perClass.every(({ positives, negatives }) => positives + negatives === rows.length)).toBe(true);
    }
  });

  test('patients are counted once', () => {
    expect(groups.map((group) => group.patients)).toEqual([
      30,
      new Set(patients.filter((_, i) => sex[i] === 'male')).size,
      new Set(patients.filter((_, i) => sex[i] === null)).size,
    ]);
  });

  test('classes with fewer than 10 positives are marked', () => {
    const marked = groups.flatMap(({ perClass }) => perClass.map(({ positives, few }) => few === positives < 10));
    expect(marked.every(Boolean)).toBe(true);
    expect(groups[0].perClass.map(({ few }) => few)).toEqual([false, true]);
  });
});

test('intervals are those of the bootstrap of the group alone, by its patients', () => {
  const [{ groups }] = evaluateSubgroups(scores, { sex }, { patients, bootstrap: { resamples: 200, seed: 5 } });
  const rows = [...sex.keys()].filter((row) => sex[row] === 'male');
  const { summary, perClass } = bootstrapScores(only(rows), {
    clusters: rows.map((row) => patients[row]),
    redraw: false,
    ...{ resamples: 200, seed: 5 },
  });
  const male = groups[1];
  expect(male.summary['macroAuroc'].interval).toEqual([summary['macroAuroc'].low, summary['macroAuroc'].high]);
  expect(male.perClass[0].auroc.interval).toEqual([perClass[0].auroc.low, perClass[0].auroc.high]);
  for (const { value, interval } of [male.summary['macroAuroc'], male.perClass[0].auroc]) {
    expect(interval?.[0]).toBeLessThan(value ?? NaN);
    expect(interval?.[1]).toBeGreaterThan(value ?? NaN);
  }
  expect(male.summary['fmax'].interval).toBeNull();
});

test('several classes: examples whose label is unknown are counted, and have no part in scores and intervals', () => {
  const known: Scores = {
    task: 'multi-class',
    classes: ['a', 'b'],
    labels: labels.flatMap((label, i) => (i % 2 ? [] : [label, 1 - label])),
    probabilities: Array.from(scores.probabilities).flatMap((p, i) => (i % 2 ? [] : [p, 1 - p])),
  };
  const more: Scores = {
    ...known,
    labels: [NaN, NaN, ...Array.from(known.labels)],
    probabilities: [1, 0, ...Array.from(known.probabilities)],
  };
  const options = { bootstrap: { resamples: 50 } };
  const [[a], [b]] = [
    evaluateSubgroups(known, { all: patients.map(() => 'x') }, { ...options, patients }),
    evaluateSubgroups(more, { all: ['x', ...patients.map(() => 'x')] }, { ...options, patients: ['q', ...patients] }),
  ];
  expect(b.groups[0]).toEqual({ ...a.groups[0], examples: n + 1, patients: a.groups[0].patients + 1 });
});

test('thresholds decide in groups as in the whole', () => {
  const thresholds = [0.3, 0.4];
  const [{ groups }] = evaluateSubgroups(scores, { all: patients.map(() => 1) }, { thresholds, bootstrap: false });
  expect(groups[0].summary['macroF1'].value).toBe(evaluateScores(scores, { thresholds }).summary['macroF1']);
  expect(groups[0].summary['macroF1'].interval).toBeNull();
});

test('a group that is too small is listed, without scores and with the reason', () => {
  const site = Array.from({ length: n }, (_, i) => (i < 4 ? 10 : i < 40 ? 9 : NaN));
  const [{ groups }] = evaluateSubgroups(scores, { site });
  expect(groups.map(({ name, patients: count }) => [name, count])).toEqual([
    ['9', 36],
    ['10', 4],
    ['unknown', 80],
  ]);
  const nothing = { value: null, interval: null, reason: 'the group has 4 of at least 10 examples' };
  expect(groups[1].summary['macroAuroc']).toEqual(nothing);
  expect(groups[1].perClass[0].auroc).toEqual(nothing);
  expect(groups[1].perClass[0].positives + groups[1].perClass[0].negatives).toBe(4);
});

test('a class that a group does not have, or has only, is null with the reason', () => {
  const group = labels.map((_, i) => labels[i * 2 + 1]).slice(0, n);
  const [{ groups }] = evaluateSubgroups(scores, { group }, { minExamples: 1, bootstrap: false });
  expect(groups.map(({ name, perClass }) => [name, perClass[1].auroc.value, perClass[1].auroc.reason])).toEqual([
    ['0', null, 'no example has the class'],
    ['1', null, 'every example has the class'],
  ]);
});

test('lists that are not of all examples are errors', () => {
  expect(() => evaluateSubgroups(scores, { sex: ['male'] })).toThrow('`sex` must have one value for each of the 120');
  expect(() => evaluateSubgroups(scores, { sex }, { patients: ['p'] })).toThrow('`patients` must have one value');
});

describe('age bands', () => {
  test('run from their first year to below the next', () => {
    expect(ageBands([0, 17.9, 18, 39, 40, 64, 65, 79.99, 80, 90])).toEqual([
      ...['0-17', '0-17', '18-39', '18-39', '40-64', '40-64', '65-79', '65-79', '80+', '80+'],
    ]);
    expect(ageBands([59, 60], [60])).toEqual(['0-59', '60+']);
  });

  test('of an unknown age are unknown, and sort by age', () => {
    const ages = ageBands([null, NaN, -1, undefined, 100, 5, 70, 30], [18, 65, 100]);
    expect(ages).toEqual([null, null, null, null, '100+', '0-17', '65-99', '18-64']);
    const [{ groups }] = evaluateSubgroups(only([...ages.keys()]), { age: ages });
    expect(groups.map(({ name }) => name)).toEqual(['0-17', '18-64', '65-99', '100+', 'unknown']);
  });

  test.each([[[]], [[0, 18]], [[40, 18]], [[18.5]]])('with the edges %j are refused', (edges) => {
    expect(() => ageBands([1], edges)).toThrow('whole numbers of years');
  });
});

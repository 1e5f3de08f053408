import { expect, test } from '@jest/globals';

import { aggregateRows, type Scores } from './index.js';

const scores: Scores = {
  task: 'multi-label',
  classes: ['a', 'b'],
  probabilities: [0.25, 0.5, 1, 0, 0.75, 0.25, 0.5, 0.125],
  labels: [1, 0, 0, NaN, 1, 0, 1, 0],
};
const keys = ['p', 'q', 'p', 'p'];

test('the largest probability of each class is that of the rows together', () => {
  const { probabilities, labels, keys: order } = aggregateRows(scores, keys, 'max');
  expect([...probabilities]).toEqual([0.75, 0.5, 1, 0]);
  expect([...labels]).toEqual([1, 0, 0, NaN]);
  expect(order).toEqual(['p', 'q']);
});

test('or the mean', () => {
  expect([...aggregateRows(scores, keys, 'mean').probabilities]).toEqual([0.5, 0.2916666567325592, 1, 0]);
});

test('a row for itself stays as it is', () => {
  expect([...aggregateRows(scores, ['p', 'q', 'r', 's'], 'mean').probabilities]).toEqual(scores.probabilities);
});

test('rows of different labels are no one question', () => {
  expect(() => aggregateRows(scores, ['p', 'p', 'q', 'q'], 'max')).toThrow('Rows of `p` differ in label a');
  expect(() => aggregateRows(scores, ['p'], 'max')).toThrow('1 keys for 4 rows');
});

import { expect, test } from '@jest/globals';

import { worstMistakes } from './mistakes.js';

const examples = (patients: readonly string[]) =>
  patients.map((patientId, i) => ({ id: String(i), recordId: String(i), patientId }));

test('multi-class: the wrong class of the highest probability, those with the least for the truth first', () => {
  const predictions = {
    examples: examples(['p', 'q', 'r', 's']),
    classes: ['A', 'B', 'C'],
    probabilities: Float32Array.of(0.5, 0.25, 0.25, 0.125, 0.75, 0.125, 0.5, 0.5, 0, 0, 0, 1),
    labels: Float32Array.of(1, 0, 0, 1, 0, 0, 0, 1, 0, 1, 0, 0),
  };
  expect(worstMistakes(predictions, 'multi-class', 10)).toEqual([
    { row: 3, about: 2, probability: 1, truth: [0], predicted: [2] },
    { row: 1, about: 1, probability: 0.75, truth: [0], predicted: [1] },
    { row: 2, about: 0, probability: 0.5, truth: [1], predicted: [0] },
  ]);
});

test('multi-label: the class farthest from its truth, unknown ones left out', () => {
  const predictions = {
    examples: examples(['p', 'q', 'r']),
    classes: ['A', 'B'],
    probabilities: Float32Array.of(0.75, 0.875, 0.25, 1, 0.125, 0.25),
    labels: Float32Array.of(1, 0, 0, NaN, 1, 0),
  };
  expect(worstMistakes(predictions, 'multi-label', 10)).toEqual([
    { row: 0, about: 1, probability: 0.875, truth: [0], predicted: [0, 1] },
    { row: 2, about: 0, probability: 0.125, truth: [0], predicted: [] },
  ]);
});

test('they are of as many patients as there are, then of whoever has more', () => {
  const predictions = {
    examples: examples(['p', 'p', 'p', 'p', 'q']),
    classes: ['A'],
    probabilities: Float32Array.of(0.9, 0.89, 0.88, 0.87, 0.6),
    labels: new Float32Array(5),
  };
  const rows = (most: number): number[] => worstMistakes(predictions, 'multi-label', most).map(({ row }) => row);
  expect(rows(2)).toEqual([0, 4]);
  expect(rows(4)).toEqual([0, 1, 4, 2]);
  expect(rows(10)).toEqual([0, 1, 2, 3, 4]);
});

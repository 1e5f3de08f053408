import { evaluateScores } from '@cardio/eval';
import { expect, test } from '@jest/globals';

import type { EvaluationResult } from '../evaluate.js';
import { confusionImage, rocImage, rocPoints } from './charts.js';

const evaluationOf = (
  task: 'multi-class' | 'multi-label',
  labels: number[],
  probabilities: number[],
): EvaluationResult => ({
  evaluation: evaluateScores({ task, classes: ['N', 'V'], labels, probabilities }),
  loss: 0,
  labels: Float32Array.from(labels),
  probabilities: Float32Array.from(probabilities),
  ids: [],
});
const labels = [1, 0, 1, 0, 0, 1];
const probabilities = [0.9, 0.1, 0.2, 0.8, 0.3, 0.7];

test('a ROC curve has a point for each distinct score, and none without positives or negatives', () => {
  // Fawcett (2006), table 1 and figure 3: 20 instances, 10 positive; the first scores and the curve through them
  const truth = [1, 1, 0, 1, 1, 1, 0, 0, 1, 0, 1, 0, 1, 0, 0, 0, 1, 0, 1, 0];
  const scores = [.9, .8, .7, .6, .55, .54, .53, .52, .51, .505, .4, .39, .38, .37, .36, .35, .34, .33, .3, .1]; // prettier-ignore
  const points = rocPoints(scores, truth);
  expect(points).toHaveLength(21);
  expect(points.slice(0, 5)).toEqual([
    { x: 0, y: 0 },
    { x: 0, y: 0.1 },
    { x: 0, y: 0.2 },
    { x: 0.1, y: 0.2 },
    { x: 0.1, y: 0.3 },
  ]);
  const area = points.slice(1).reduce((sum, { x, y }, i) => sum + ((x - points[i].x) * (y + points[i].y)) / 2, 0);
  const both = truth.flatMap((t) => [t, 1 - t]);
  const given = scores.flatMap((s) => [s, 1 - s]);
  expect(area).toBeCloseTo(evaluationOf('multi-class', both, given).evaluation.perClass[0].auroc ?? 0, 12);
  expect(rocPoints([0.5, 0.5, 0.2], [1, 0, NaN])).toEqual([
    { x: 0, y: 0 },
    { x: 1, y: 1 },
  ]);
  expect(rocPoints([0.5], [1])).toEqual([]);
});

test('a confusion matrix is the darker the larger the share of its row', () => {
  const image = confusionImage(evaluationOf('multi-class', labels, probabilities));
  if (!image) throw new Error('no image');
  const dots = new Set<string>();
  for (let i = 0; i < image.rgb.length; i += 3) dots.add([...image.rgb.subarray(i, i + 3)].join());
  // N: 1 of 2 right, V: 1 of 1
  expect([...dots].sort()).toEqual(['0,0,0', '128,150,181', '247,251,255', '255,255,255', '8,48,107']);
});

test('a multi-label task has ROC curves only', () => {
  const result = evaluationOf('multi-label', labels, probabilities);
  expect(confusionImage(result)).toBeUndefined();
  const { width, height, rgb } = rocImage(result);
  expect(rgb).toHaveLength(width * height * 3);
});

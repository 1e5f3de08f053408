/**
 * The pictures of `docs/figures.md`, which double as snapshots: made-up numbers, drawn again and compared byte by byte.
 * `UPDATE_FIGURES=1` writes them anew; look at them before you commit.
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import {
  codebookUsageFigure,
  confusionFigure,
  ecgPaper,
  forestFigure,
  learningCurvesFigure,
  precisionRecallFigure,
  reliabilityFigure,
  rocFigure,
  scoreHistogramFigure,
} from './index.js';

const folder = new URL('../../docs/figures/', import.meta.url);
const grid = (n: number): number[] => Array.from({ length: n + 1 }, (_, i) => i / n);

/** A smooth ROC curve whose area is `area`: tpr = fpr ^ (1 / area - 1); dense where fpr is small. */
const rate = grid(200).map((x) => x ** 8);
const rocOf = (area: number) => ({
  falsePositiveRate: rate,
  truePositiveRate: rate.map((fpr) => fpr ** (1 / area - 1)),
});
const rocBandOf = (area: number) => ({
  falsePositiveRate: rate,
  lower: rocOf(area - 0.03).truePositiveRate,
  upper: rocOf(area + 0.03).truePositiveRate,
});

/** By Bayes, from the ROC curve and the prevalence. */
const precisionRecallOf = (area: number, prevalence: number) => {
  const recall = rocOf(area).truePositiveRate;
  return {
    recall,
    precision: recall.map((tpr, i) =>
      tpr > 0 ? (prevalence * tpr) / (prevalence * tpr + (1 - prevalence) * rate[i]) : 1,
    ),
  };
};

const classes = [
  { name: 'NORM', area: 0.95, prevalence: 0.44 },
  { name: 'MI', area: 0.92, prevalence: 0.25 },
  { name: 'STTC', area: 0.93, prevalence: 0.24 },
  { name: 'CD', area: 0.91, prevalence: 0.22 },
  { name: 'HYP', area: 0.88, prevalence: 0.12 },
];

const reliability = (name: string, bend: (p: number) => number) => {
  const meanPredicted = grid(9).map((_, i) => (i + 0.5) / 10);
  return {
    name,
    curve: {
      meanPredicted,
      fractionPositive: meanPredicted.map(bend),
      counts: meanPredicted.map((p) => Math.round(400 * Math.abs(0.5 - p) + 40)),
    },
  };
};

const learningRun = (name: string, speed: number, overfit: number) => ({
  name,
  epochs: grid(29).map((_, i) => ({
    epoch: i + 1,
    learningRate: 0.001 * (1 + Math.cos((Math.PI * i) / 30)),
    train: { loss: 0.1 + 0.5 * Math.exp(-speed * i) },
    validation: {
      loss: 0.18 + 0.42 * Math.exp(-speed * i) + overfit * i * i,
      macroAuroc: 0.93 - 0.3 * Math.exp(-speed * i) - overfit * i * i,
    },
    best: i === 14,
  })),
});

const beta = (seed: number, count: number, power: number): number[] => {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => random.next() ** power);
};

const ecg = {
  leads: ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'],
  sampleRateHz: 250,
};
const beat = (t: number): number =>
  0.1 * Math.exp(-(((t - 0.2) / 0.03) ** 2)) +
  Math.exp(-(((t - 0.4) / 0.012) ** 2)) +
  0.25 * Math.exp(-(((t - 0.65) / 0.05) ** 2));
const perLead = (at: (seconds: number, lead: number) => number): Float32Array[] =>
  ecg.leads.map((_, k) => Float32Array.from({ length: 2500 }, (_, i) => at(i / 250, k)));

const examples: Record<string, () => Promise<string>> = {
  roc: () =>
    rocFigure({
      classes: classes.map(({ name, area }) => ({ name, curve: rocOf(area) })),
      average: { curve: rocOf(0.918), band: rocBandOf(0.918), interval: [0.888, 0.948] },
    }),
  'precision-recall': () =>
    precisionRecallFigure({
      classes: classes.map(({ name, area, prevalence }) => ({
        name,
        prevalence,
        curve: precisionRecallOf(area, prevalence),
      })),
    }),
  confusion: () =>
    confusionFigure({
      classes: ['N', 'S', 'V', 'F', 'Q'],
      counts: [
        [42_210, 1204, 390, 380, 12],
        [402, 1331, 98, 4, 0],
        [151, 72, 2930, 68, 1],
        [131, 1, 66, 190, 0],
        [3, 0, 4, 0, 0],
      ],
    }),
  reliability: () =>
    reliabilityFigure({
      curves: [
        reliability('before', (p) => p ** 1.6),
        reliability('after temperature', (p) => p + 0.02 * Math.sin(9 * p)),
      ],
    }),
  'score-histogram': () =>
    scoreHistogramFigure({
      classes: [
        { name: 'AF', positives: beta(1, 300, 0.3), negatives: beta(2, 3000, 4), threshold: 0.42 },
        { name: 'PVC', positives: beta(3, 90, 0.7), negatives: beta(4, 3210, 3), threshold: 0.3 },
      ],
    }),
  'learning-curves': () =>
    learningCurvesFigure(
      { runs: [learningRun('resnet1d_wang', 0.25, 0.0001), learningRun('cnn_lstm', 0.12, 0.00005)] },
      { learningRate: true },
    ),
  'codebook-usage': () =>
    codebookUsageFigure({ counts: Array.from({ length: 512 }, (_, i) => (i < 470 ? Math.round(9000 / (i + 4)) : 0)) }),
  forest: () =>
    forestFigure(
      {
        rows: [
          { group: 'sex', label: 'female', count: 1031, value: 0.924, interval: [0.908, 0.939] },
          { group: 'sex', label: 'male', count: 1167, value: 0.917, interval: [0.901, 0.931] },
          { group: 'age', label: 'under 40', count: 214, value: 0.951, interval: [0.91, 0.98] },
          { group: 'age', label: '40 to 64', count: 934, value: 0.926, interval: [0.91, 0.941] },
          { group: 'age', label: '65 and over', count: 1021, value: 0.902, interval: [0.887, 0.918] },
          { group: 'age', label: 'unknown', count: 8, value: 0.86, interval: [0.7, 0.98], few: true },
          { group: 'device', label: 'AT-60', count: 3, value: null },
        ],
      },
      { score: 'macro AUROC', reference: 0.92 },
    ),
  ecg: () =>
    Promise.resolve(
      ecgPaper(
        { ...ecg, samples: perLead((t, k) => (k === 3 ? -1 : 1 - k / 20) * beat(t % 0.85)) },
        {
          title: 'A made-up ECG',
          overlay: perLead((t, k) => (k < 6 ? 0 : Math.exp(-((((t % 0.85) - 0.4) / 0.05) ** 2)))),
        },
      ),
    ),
};

test.each(Object.keys(examples))('the picture of %s is as it was', async (name) => {
  const svg = await examples[name]();
  expect(svg.length).toBeLessThan(60_000);
  expect(await examples[name]()).toBe(svg);
  const file = new URL(`${name}.svg`, folder);
  if (process.env['UPDATE_FIGURES']) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(file, svg);
  }
  expect(svg).toBe(readFileSync(file, 'utf8'));
});

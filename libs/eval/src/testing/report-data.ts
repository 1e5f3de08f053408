import { ecgPaper } from '../figures/index.js';
import type { ReportData } from '../report/report-data.js';

/** A report of two classes with all that a report can have, and texts that try to become markup. */
export function reportData(): ReportData {
  const samples = Float32Array.from({ length: 1000 }, (_, i) => Math.sin(i / 10));
  const svg = ecgPaper({ samples: Array<Float32Array>(12).fill(samples), sampleRateHz: 100, leads });
  return {
    run: { id: 'run-1', created: '2026-11-23T10:00:00.000Z', checkpoint: 'best' },
    dataset: {
      ...{ name: 'hearts', title: 'Hearts & <minds>', version: '1.0', url: 'https://example.org/?a=1&b=2' },
      ...{ licence: 'CC BY 4.0', citation: '<script>alert("citation")</script>', absent: 2, bad: 1 },
      notes: ['<img src=x onerror=alert(1)>'],
    },
    task: { name: 'task', kind: 'multi-label', classes: ['A', '<b>B</b>'], aggregate: 'max' },
    window: { samples: 1000, sampleRateHz: 100, leads },
    preparation: ['{"step":"select-leads"}'],
    model: { name: 'net', parameters: 1234567 },
    training: {
      ...{ epochs: 3, batchSize: 32, optimizer: 'adamw', learningRate: 0.001 },
      chosen: { epoch: 2, score: { name: 'macroAuroc', value: 0.9, interval: null } },
    },
    splits: [
      { name: 'train', examples: 1000, patients: 900, positives: [500, 20] },
      { name: 'validation', examples: 100, patients: 90, positives: [50, 2] },
      { name: 'test', examples: 101, patients: 91, positives: [51, 3] },
    ],
    sharedPatients: [],
    test: {
      examples: 101,
      patients: 91,
      scores: [
        { name: 'macroAuroc', value: 0.8765, interval: [0.81, 0.9312] },
        { name: 'ownScore', value: null, interval: null },
      ],
      classes: [
        { ...scores, name: 'A', positives: 51, auroc: 0.9, aurocInterval: [0.85, 0.95] },
        { ...scores, name: '<b>B</b>', positives: 3, auroc: null, aurocInterval: null },
      ],
      notes: [],
      intervals: { level: 0.95, resamples: 1000 },
    },
    figures: {},
    mistakes: [
      {
        ...{ id: 'r"1"', patientId: 'p1', truth: ['A'], predicted: [], about: 'A', probability: 0.01, explained: true },
        ...{ attributes: { sex: 'female', ageYears: 71 }, svg },
      },
    ],
    subgroups: [
      {
        attribute: 'sex',
        score: 'macroAuroc',
        groups: [{ name: 'female', examples: 50, patients: 45, value: 0.9, interval: [0.8, 1], few: ['<b>B</b>'] }],
      },
    ],
    calibration: { method: 'temperature', measures: [{ name: 'ece', before: 0.123, after: 0.045 }] },
    thresholds: {
      by: 'f1',
      classes: [
        { ...decided, name: 'A', threshold: 0.4, reason: null },
        { ...decided, name: '<b>B</b>', threshold: null, reason: 'No validation example is B.' },
      ],
    },
    reproduce: { commands: ['git checkout abc', "npx cardio train --run-id 'a b'"], facts: [['seed', '0']] },
  };
}

const leads = ['I', 'II', 'III', 'aVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const scores = { predicted: 49, auprc: 0.8, sensitivity: 0.7, positivePredictivity: 0.75, f1: 0.72 };
const decided = { sensitivity: 0.8, specificity: 0.7, positivePredictivity: 0.6, f1: 0.69 };

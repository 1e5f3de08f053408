import { describe, expect, test } from '@jest/globals';
import type { RunRow } from '@cardio/experiment';

import { compareText, listText } from './runs.js';

const row: RunRow = {
  id: '2026-11-23-120000-ptbxl-xresnet1d101',
  dir: 'runs/2026-11-23-120000-ptbxl-xresnet1d101',
  started: '2026-11-23T12:00:00.000Z',
  dataset: 'mimic-iv-ecg-of-somebody',
  model: 'a_model_with_a_very_long_name',
  state: 'unfinished',
  epochs: { done: 12, most: 100 },
  validation: { name: 'macroAuroc', value: 0.9256, epoch: 11 },
  test: null,
};
const widest = (text: string): number => Math.max(...text.split('\n').map((line) => line.length));

describe('runs list', () => {
  test('fits 80 columns, with the whole id and a dash for what is not there', () => {
    const text = listText([row, { ...row, id: 'b', state: 'evaluated', test: { name: 'macroAuroc', value: 0.9 } }]);
    expect(widest(text)).toBeLessThanOrEqual(80);
    const [, first, id, second] = text.split('\n');
    expect(first).toMatch(/^2026-11-23 12:00 .* epoch 12\/100 +0\.926 +–$/);
    expect(id.trim()).toBe(row.id);
    expect(second).toMatch(/evaluated +0\.926 +0\.900$/);
  });
});

describe('runs compare', () => {
  const comparison = {
    runs: [row, row, row, row],
    config: [{ path: 'training.learningRate', values: [0.001, 0.01, null, { long: 'x'.repeat(90) }] }],
    scores: [{ name: 'macroAuroc', values: [0.9, null, 0.8, 0.7] }],
    sameData: true,
    sameTest: false,
  };

  test('has a column for each of four runs in 80 columns', () => {
    const text = compareText(comparison);
    const tables = text.split('\n').filter((line) => !line.startsWith('[') && !/tested|made/.test(line));
    expect(widest(tables.join('\n'))).toBeLessThanOrEqual(80);
    expect(text).toMatch(/macroAuroc +0\.900 +– +0\.800 +0\.700/);
    expect(text).toMatch(/training\.learningRate +0\.001 +0\.01 +–/);
  });

  test('says what can be compared and what cannot', () => {
    expect(compareText(comparison)).toContain('They were NOT tested on the same rows');
    expect(compareText({ ...comparison, sameTest: null })).toContain('is not known');
    expect(compareText({ ...comparison, config: [] })).toContain('The configurations are the same.');
  });
});

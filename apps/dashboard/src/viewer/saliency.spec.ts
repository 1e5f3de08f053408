import { expect, test } from '@jest/globals';

import { toEcgRecord } from './ecg-record.js';
import { overlayOf } from './saliency.js';

const signal = { samples: [new Float32Array(8), new Float32Array(8)], leads: ['I', 'aVL'], sampleRateHz: 200 };
const record = toEcgRecord('x', signal);
const window = (id: string, values: number[][]) => ({ id, about: 'NORM', values });

test('saliency at half the rate covers two samples each, the largest is 1, and leads go by name', () => {
  const overlay = overlayOf(record, { leads: ['AVL'], sample_rate_hz: 100, windows: [window('x', [[1, -4, 2]])] });
  expect(overlay).toEqual([new Float32Array(8), Float32Array.of(0.25, 0.25, -1, -1, 0.5, 0.5, 0, 0)]);
});

test('windows lie where their names say', () => {
  const windows = [window('x:0', [[1, 1]]), window('x:2', [[0.5, 0.5]])];
  const overlay = overlayOf(record, { leads: ['I'], sample_rate_hz: 100, windows });
  expect(overlay?.[0]).toEqual(Float32Array.of(1, 1, 1, 1, 0.5, 0.5, 0.5, 0.5));
});

test('windows of beats are named by their peaks, so nobody knows where they begin', () => {
  const windows = [window('x:77', [[1, 1]]), window('x:370', [[1, 1]])];
  expect(overlayOf(record, { leads: ['I'], sample_rate_hz: 100, windows })).toBeUndefined();
});

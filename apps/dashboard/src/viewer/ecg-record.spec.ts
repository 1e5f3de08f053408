import { expect, test } from '@jest/globals';

import { firstFrom, heartRate, secondsOf, toEcgRecord } from './ecg-record.js';

test('the first mark at or after a sample', () => {
  const marks = [3, 7, 7, 20].map((sample) => ({ sample }));
  expect([0, 3, 4, 7, 8, 20, 21].map((sample) => firstFrom(marks, sample))).toEqual([0, 0, 1, 1, 3, 3, 4]);
  expect(firstFrom([], 5)).toBe(0);
});

test('a record has a pyramid for each lead and knows its length', () => {
  const signal = { samples: [new Float32Array(1000), new Float32Array(1000)], leads: ['I', 'II'], sampleRateHz: 250 };
  const record = toEcgRecord('x', signal);
  expect(record.pyramids.map(({ samples }) => samples)).toEqual(signal.samples);
  expect(secondsOf(record)).toBe(4);
  const marks = [100, 300, 500, 620].map((sample) => ({ sample, symbol: 'N', text: '' }));
  expect(heartRate(toEcgRecord('x', signal, { marks }))).toBe(75);
  expect(heartRate(record)).toBeUndefined();
});

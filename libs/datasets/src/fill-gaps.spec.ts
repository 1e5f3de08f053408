import { expect, test } from '@jest/globals';
import { fillGaps } from './fill-gaps.js';
import { prepareSignal } from './prepare.js';

test.each([
  ['no gap', [1, 2], [1, 2]],
  ['gaps between samples, by a straight line', [0, NaN, NaN, 3, NaN, 5], [0, 1, 2, 3, 4, 5]],
  ['gaps at the ends, by the nearest sample', [NaN, NaN, 1, 2, NaN], [1, 1, 1, 2, 2]],
  ['a lead without any sample, not at all', [NaN, NaN], [NaN, NaN]],
  ['an empty lead', [], []],
])('fills %s', (_, lead, filled) => expect([...fillGaps(Float32Array.from(lead))]).toEqual(filled));

test('a preparation fills, then clips', () => {
  const signal = { samples: [Float32Array.of(-9, NaN, 1)], sampleRateHz: 10, leads: ['I'] };
  const steps = [{ step: 'fill-gaps' }, { step: 'clip', mv: 3 }] as const;
  expect([...prepareSignal(signal, { sampleRateHz: 10, steps }).samples[0]]).toEqual([-3, -3, 1]);
  expect(signal.samples[0][0]).toBe(-9);
});

import { expect, test } from '@jest/globals';

import { sheetLayout, sheetMargins, stackedLayout, twelveLeads } from './layout.js';

const shuffled = ['V6', 'i', 'II', 'III', 'AVR', 'aVL', 'aVF', 'V1', 'V2', 'V3', 'V4', 'V5'];

test('the twelve leads are found in any order and case, or not at all', () => {
  expect(twelveLeads(shuffled)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 0]);
  expect(twelveLeads(['MLII', 'V1'])).toBeUndefined();
});

test('a sheet shows the next quarter of ten seconds in each column, and all of them in lead II below', () => {
  const { strips, width } = sheetLayout(shuffled, twelveLeads(shuffled) ?? [], 25);
  expect(width).toBe(sheetMargins.left + 250 + sheetMargins.right);
  expect(strips).toHaveLength(13);
  const [first, , , fourth] = strips;
  expect([first.name, first.delaySeconds, first.x]).toEqual(['i', 0, 15]);
  expect([fourth.name, fourth.delaySeconds, fourth.x]).toEqual(['AVR', 2.5, 15 + 62.5]);
  expect(new Set(strips.slice(0, 12).map(({ y }) => y)).size).toBe(3);
  expect(strips[12]).toMatchObject({ name: 'II', rhythm: true, delaySeconds: 0, seconds: 10 });
});

test('stacked leads have a row each, twelve in their usual order', () => {
  expect(
    stackedLayout(shuffled)
      .strips.map(({ name }) => name)
      .slice(0, 4),
  ).toEqual(['i', 'II', 'III', 'AVR']);
  const two = stackedLayout(['MLII', 'V1']);
  expect(two.strips.map(({ y }) => y)).toEqual([25, 55]);
  expect(two.height).toBe(75);
});

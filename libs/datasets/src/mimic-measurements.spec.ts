import { describe, expect, test } from '@jest/globals';
import { intervalLabels, measurementOf, mimicIntervalClasses } from './mimic-measurements.js';

/** The example row of the database: RR 659, P 40-128, QRS 170-258, T to 518, axes 81, 77, 79. */
const example = [659, 40, 128, 170, 258, 518, 81, 77, 79];
const measured = (change: Record<number, number | string> = {}) =>
  measurementOf(example.map((value, i) => String(change[i] ?? value)));
const classesOf = (change: Record<number, number | string> = {}): string[] | undefined => {
  const bits = intervalLabels(measured(change));
  return bits === undefined ? undefined : mimicIntervalClasses.filter((_, k) => (bits >> k) & 1);
};

describe('measurements', () => {
  test('of a row are intervals, a rate and axes', () => {
    const { heartRateBpm, qtcMs, ...rest } = measured();
    expect(rest).toEqual({ prMs: 130, qrsMs: 88, qtMs: 348, pAxisDeg: 81, qrsAxisDeg: 77, tAxisDeg: 79 });
    expect(heartRateBpm).toBeCloseTo(91.05, 2);
    expect(qtcMs).toBeCloseTo(348 / 0.659 ** (1 / 3), 6);
  });

  test.each([
    ['a P wave that was not found', { 1: 29999, 2: 29999 }, ['prMs']],
    ['an RR of 65535', { 0: 65535 }, ['heartRateBpm', 'qtcMs']],
    ['an empty cell', { 7: '' }, ['qrsAxisDeg']],
    ['an axis of 29999', { 6: 29999 }, ['pAxisDeg']],
    ['a QRS that ends before it begins', { 4: 0 }, ['qrsMs']],
    ['no end of T', { 5: 29999 }, ['qtMs', 'qtcMs']],
  ])('are missing for %s', (_, change, missing) => {
    const found = Object.entries(measured(change)).flatMap(([name, value]) => (Number.isNaN(value) ? [name] : []));
    expect(found).toEqual(missing);
  });

  test('have axes above -180 up to 180 degrees', () =>
    expect([270, -90, 181, 180, -180].map((degrees) => measured({ 7: degrees }).qrsAxisDeg)).toEqual([
      -90, -90, -179, 180, 180,
    ]));
});

describe('interval classes', () => {
  test.each([
    ['nothing unusual', {}, []],
    ['a rate of 50', { 0: 1200, 5: 560 }, ['bradycardia', 'qtc-short']],
    ['a rate of 120', { 0: 500, 5: 490 }, ['tachycardia']],
    ['PR 90 ms', { 1: 80 }, ['pr-short']],
    ['PR 220 ms', { 1: 0, 3: 220, 4: 308, 5: 570 }, ['pr-prolonged']],
    ['no P wave', { 1: 29999, 2: 29999 }, ['pr-not-measured']],
    ['QRS 130 ms', { 4: 300 }, ['qrs-wide']],
    ['QT 420 ms at a rate of 91', { 5: 590 }, ['qtc-prolonged']],
    ['an axis of -45 degrees', { 7: -45 }, ['axis-left']],
    ['an axis of 100 degrees', { 7: 100 }, ['axis-right']],
    ['an axis of 200 degrees', { 7: 200 }, ['axis-extreme']],
  ])('of %s', (_, change, classes) => expect(classesOf(change)).toEqual(classes));

  test('are not known without a QRS axis', () => expect(classesOf({ 7: 29999 })).toBeUndefined());
});

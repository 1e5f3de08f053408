import { describe, expect, test } from '@jest/globals';
import { assertPlausible, millivoltsPer } from './units.js';

const ecgOf = (peak: number) => ({
  samples: [Float32Array.from({ length: 1000 }, (_, i) => (i % 200 === 100 ? peak : 0))],
  sampleRateHz: 250,
  leads: ['II'],
});

describe('units', () => {
  test.each([
    ['mV', 1],
    [' uV ', 1e-3],
    ['µV', 1e-3],
    ['μV', 1e-3],
    ['V', 1e3],
    ['nV', 1e-6],
    ['0.005 mV', 0.005],
    ['2.44uV', 2.44e-3],
    ['1e-3 V', 1],
    ['microvolt', 1e-3],
  ])('%j is %d mV', (unit, expected) => expect(millivoltsPer(unit)).toBeCloseTo(expected, 12));

  test.each(['mmHg', '', 'MV/s', '0 mV', 'adu', '-1 mV', '1.2.3 mV'])('%j is no unit of voltage', (unit) =>
    expect(millivoltsPer(unit)).toBeUndefined(),
  );
});

describe('the size of an ECG', () => {
  test.each([0.1, 1, 5, 50])('%d mV can be', (peak) =>
    expect(() => assertPlausible(ecgOf(peak), 'mV', {})).not.toThrow(),
  );

  test('an offset counts for nothing', () => {
    const { samples, ...rest } = ecgOf(1);
    expect(() =>
      assertPlausible({ ...rest, samples: samples.map((x) => x.map((v) => v + 300)) }, 'mV', {}),
    ).not.toThrow();
  });

  test.each([
    [2000, "likely in µV: state it (`fileUnit: 'uV'`)"],
    [0.002, "likely in V: state it (`fileUnit: 'V'`)"],
    [1.5e6, "likely in nV: state it (`fileUnit: 'nV'`)"],
    [1e9, 'State the unit of one step'],
  ])('a peak of %d "mV" names the likely unit', (peak, message) =>
    expect(() => assertPlausible(ecgOf(peak), 'mV', {})).toThrow(message),
  );

  test('no deviation at all is said to be flat', () =>
    expect(() => assertPlausible(ecgOf(0), 'mV', {})).toThrow('flat'));
});

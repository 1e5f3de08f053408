import { describe, expect, test } from '@jest/globals';
import { selectLeads, standardLeads } from './index.js';

const ptbxl = ['I', 'II', 'III', 'AVR', 'AVL', 'AVF', 'V1', 'V2', 'V3', 'V4', 'V5', 'V6'];
const signal = { samples: ptbxl.map((_, i) => Float32Array.of(i)), sampleRateHz: 100, leads: ptbxl };

describe('selecting leads', () => {
  test('finds each lead of PTB-XL, which writes AVR for aVR', () => {
    const selected = selectLeads(signal, standardLeads);
    expect(selected.leads).toEqual(standardLeads);
    expect(selected.samples.map((lead) => lead[0])).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  });

  test('follows the order asked for and keeps the rate', () =>
    expect(selectLeads(signal, ['v6', 'II'])).toEqual({
      samples: [Float32Array.of(11), Float32Array.of(1)],
      sampleRateHz: 100,
      leads: ['v6', 'II'],
    }));

  test('never takes one lead for another: MLII is not II', () =>
    expect(() => selectLeads(signal, ['MLII'])).toThrow(
      expect.objectContaining({
        message:
          "A lead to select must be one of the signal's: I, II, III, AVR, AVL, AVF, V1, V2, V3, V4, V5, V6. Received: MLII.",
        value: 'MLII',
        bound: expect.stringContaining('AVR'),
      }),
    ));

  test('knows other spellings on both sides', () => {
    const other = { ...signal, leads: ['MDC_ECG_LEAD_I', 'D2', 'Lead III', ...ptbxl.slice(3)] };
    expect(selectLeads(other, ['I', 'ecg II', 'DIII']).samples.map((lead) => lead[0])).toEqual([0, 1, 2]);
  });

  test('refuses to choose between two leads of one name, if one of them is asked for', () => {
    const twice = { ...signal, leads: ['I', 'Lead I', ...ptbxl.slice(2)] };
    expect(selectLeads(twice, ['III']).samples).toEqual([Float32Array.of(2)]);
    expect(() => selectLeads(twice, ['I'])).toThrow(
      'Lead `I` must be one lead of the signal. Received: I, Lead I. Leave out or rename all but one.',
    );
  });
});

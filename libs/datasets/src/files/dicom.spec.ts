import { describe, expect, test } from '@jest/globals';
import { readDicom } from './dicom.js';
import { expectedValues, goldenFile } from './golden-files.js';

const expected = expectedValues.dicom['explicit.dcm'];

describe('DICOM waveforms', () => {
  test.each(['explicit.dcm', 'implicit.dcm', 'deflated.dcm'])(
    '%s gives what pydicom reads in the original group',
    (name) => {
      const { signal, start, patient } = readDicom(goldenFile(name));
      expect({ start, patient }).toEqual({ start: '2026-03-01T10:11:12', patient: 'p17' });
      expect(signal).toMatchObject({ sampleRateHz: 250, leads: ['I', 'II', 'V1'] });
      // The padding value, which pydicom scales, is no sample.
      expect(signal.samples[0][7]).toBeNaN();
      const worst = signal.samples.map((lead, l) =>
        lead.reduce((most, v, i) => (l === 0 && i === 7 ? most : Math.max(most, Math.abs(v - expected[l][i]))), 0),
      );
      expect(Math.max(...worst)).toBeLessThan(1e-6);
    },
  );

  test.each([0, 100, 131, 140, 400, 1500, 3000, 5000])('a file cut at byte %d is an error', (length) =>
    expect(() => readDicom(goldenFile('explicit.dcm').subarray(0, length), { file: 'x.dcm' })).toThrow(/^x\.dcm: /),
  );

  test('a file that is no DICOM is an error', () =>
    expect(() => readDicom(new Uint8Array(500).fill(65))).toThrow("it can't be read as DICOM (500 bytes)"));
});

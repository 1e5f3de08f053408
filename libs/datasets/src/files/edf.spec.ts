import { describe, expect, test } from '@jest/globals';
import type { EcgFileOptions } from './ecg-file.js';
import { readEdf } from './edf.js';
import { differenceFrom, expectedValues, goldenFile, rounding } from './golden-files.js';

const text = (bytes: Uint8Array, at: number, field: string): Uint8Array => {
  const copy = bytes.slice();
  copy.set(new TextEncoder().encode(field), at);
  return copy;
};

describe('EDF', () => {
  const plain = goldenFile('plain.edf');

  test('gives what BioSig reads', () => {
    const file = readEdf(plain);
    expect(differenceFrom(file, expectedValues.biosig['plain.edf'])).toBeLessThan(rounding);
    expect(file.signal).toMatchObject({ sampleRateHz: 250, leads: ['I', 'II', 'V1'] });
    expect(file).toMatchObject({ start: '1991-02-02T10:11:12', patient: 'patient 17' });
  });

  test('EDF+: no annotations, no other rates, the whole year, the patient code', () => {
    const file = readEdf(goldenFile('plus.edf'));
    expect(file.signal.leads).toEqual(['II']);
    expect(differenceFrom(file, [expectedValues.biosig['plain.edf'][1]])).toBeLessThan(rounding);
    expect(file).toMatchObject({ start: '2091-02-02T10:11:12', patient: 'p17' });
  });

  test('reads the channels that are asked for, by label or lead', () => {
    expect(readEdf(plain, { leads: ['V1', 'ECG I'] }).signal.leads).toEqual(['V1', 'I']);
    expect(() => readEdf(plain, { leads: ['V2'] })).toThrow(
      'no channel `V2`. Its channels: ECG I (mV), ECG II (uV), ecg v1 (uV).',
    );
    expect(() => readEdf(goldenFile('plus.edf'), { leads: ['II', 'Resp'] })).toThrow(
      '`II` and `Resp` have 125 and 12 samples',
    );
  });

  test('takes the number of records from the size where the header has -1', () => {
    expect(readEdf(text(plain, 236, '-1  ')).signal.samples[0]).toHaveLength(500);
  });

  test.each<[string, Uint8Array, string, EcgFileOptions?]>([
    [
      'cut in its data',
      plain.subarray(0, 4000),
      'at byte 4000: the file ends, but its 4 data records of 750 bytes reach to byte 4024',
    ],
    ['cut in its header', plain.subarray(0, 300), 'at byte 288: a label takes 16 bytes, but 12 are left'],
    ['empty', new Uint8Array(0), 'at byte 0: the version takes 8 bytes, but 0 are left'],
    ['no EDF', text(plain, 0, 'hello   '), 'EDF begins with `0`'],
    ['with gaps', text(plain, 192, 'EDF+D'), 'EDF+D'],
    [
      'without a number',
      text(plain, 252, 'many'),
      'at byte 252: the number of channels must be a whole number of at least 1',
    ],
    ['promising 10⁸ records', text(plain, 236, '99999999'), 'reach to byte'],
    ['with another unit', text(plain, 256 + 3 * 96, 'mmHg    '), '`mmHg` is no unit of voltage'],
    ['of another rate than stated', plain, 'it says 250 Hz, but 500 Hz was stated', { sampleRateHz: 500 }],
  ])('refuses a file %s', (_, bytes, message, options = {}) => {
    expect(() => readEdf(bytes, { file: 'a.edf', ...options })).toThrow(message);
    expect(() => readEdf(bytes, { file: 'a.edf', ...options })).toThrow('a.edf: ');
  });
});

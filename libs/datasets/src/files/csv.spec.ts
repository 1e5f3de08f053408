import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from '@jest/globals';
import { readCsv } from './csv.js';
import type { EcgFileOptions } from './ecg-file.js';

const read = (text: string, options: EcgFileOptions = {}) =>
  readCsv(new TextEncoder().encode(text), { file: 'x.csv', ...options });
const values = (text: string, options?: EcgFileOptions) => read(text, options).signal.samples.map((lead) => [...lead]);
const at250 = { sampleRateHz: 250 };

describe('CSV', () => {
  test.each<[string, string, EcgFileOptions]>([
    ['commas', 'I,II\n1,2\n3,4\n5,6\n', at250],
    ['tabs', 'I\tII\n1\t2\n3\t4\n5\t6', at250],
    ['semicolons and decimal commas', 'I;II\r\n1,0;2,0\r\n3,0;4,0\r\n5,0;6,0\r\n', at250],
    ['blanks', '  I   II\n  1   2\n 3   4\n 5 6', at250],
    ['a delimiter at the end of lines', 'I,II,\n1,2,\n3,4,\n5,6,\n', at250],
    ['quotes, a byte order mark', '\uFEFF"I","II"\n"1","2"\n3,4\n5,6', at250],
    ['names given', '1,2\n3,4\n5,6', { ...at250, leads: ['I', 'II'] }],
    ['a time in seconds', 'time,I,II\n0,1,2\n0.004,3,4\n0.008,5,6', {}],
    ['a time in milliseconds', 'time_ms,I,II\n0,1,2\n4,3,4\n8,5,6', {}],
    ['a time without a name', '0.000,1,2\n0.004,3,4\n0.008,5,6', { leads: ['I', 'II'] }],
    ['a count of samples', 'sample,I,II\n0,1,2\n1,3,4\n2,5,6', at250],
    ['a comment with the rate', '# Sampling Rate (Hz):= 250.00\nI,II\n1,2\n3,4\n5,6', {}],
    ['units in the names', 'time (s),I (mV),II [uV]\n0,1,2000\n0.004,3,4000\n0.008,5,6000', {}],
    [
      'units in the second row',
      "'Elapsed time','I','II'\n'h:mm:ss.mmm','mV','mV'\n'0:00.000',1,2\n'0:00.004',3,4\n'0:00.008',5,6",
      {},
    ],
    ['a unit stated', 'I,II\n1000,2000\n3000,4000\n5000,6000', { ...at250, unit: 'uV' }],
    ['steps of an ADC', 'I,II\n200,400\n600,800\n1000,1200', { ...at250, unit: '0.005 mV' }],
    ['a row for each lead', '1,3,5\n2,4,6', { ...at250, leads: ['I', 'II'] }],
  ])('with %s', (_, text, options) => {
    const { signal } = read(text, options);
    expect(signal).toMatchObject({ sampleRateHz: 250, leads: ['I', 'II'] });
    expect(signal.samples).toEqual([Float32Array.of(1, 3, 5), Float32Array.of(2, 4, 6)]);
  });

  test('missing cells are NaN', () =>
    expect(values('I,II\n1,\nNaN,4\nnull,-', at250)).toEqual([
      [1, NaN, NaN],
      [NaN, 4, NaN],
    ]));

  test('rounded times give the whole rate', () => {
    const rows = Array.from({ length: 3600 }, (_, i) => `${(i / 360).toFixed(3)},${i % 7}`);
    expect(read(`t,II\n${rows.join('\n')}`).signal.sampleRateHz).toBe(360);
  });

  test('leads have their standard names', () =>
    expect(read('ECG I,Lead 2,avr,DIII,C3,MLII\n1,1,1,1,1,1\n2,2,2,2,2,2\n', at250).signal.leads).toEqual([
      'I',
      'II',
      'aVR',
      'III',
      'V3',
      'MLII',
    ]));

  test.each<[string, string, string, EcgFileOptions?]>([
    ['empty', '', 'no row of numbers'],
    ['of names only', 'I,II\n', 'no row of numbers'],
    ['without a rate', 'I,II\n1,2\n3,4', 'state it (`fileRateHz`)'],
    ['with a word', 'I,II\n1,2\n3,oops\n', 'line 3, column `II`: "oops" is no number', at250],
    ['with hexadecimal', 'I,II\n1,2\n3,Infinity\n', 'line 3, column `II`: "Infinity" is no number', at250],
    ['with a short row', 'I,II\n1,2\n\n3\n', 'line 4: 1 cells, expected 2 as in line 2', at250],
    ['with uneven times', 'time_s,I\n0,1\n0.004,1\n0.02,1\n0.012,3\n', 'not evenly spaced: sample 3'],
    ['with times in no unit', 'time,I\n0,1\n4,1\n8,3\n', 'name it `time_s` or `time_ms`'],
    [
      'of another rate',
      'time_s,I\n0,1\n0.004,1\n0.008,1',
      'it says 250 Hz, but 500 Hz was stated',
      { sampleRateHz: 500 },
    ],
    ['in another unit', 'I (uV)\n1\n2\n3', 'column `I` is in uV, but mV was stated', { ...at250, unit: 'mV' }],
    ['in no voltage', 'I\n1\n2\n3', '`mmHg` is no unit of voltage', { ...at250, unit: 'mmHg' }],
    ['with other leads', 'I,II\n1,2\n3,4', '2 columns of samples, but 1 leads were stated', { ...at250, leads: ['I'] }],
  ])('refuses a table %s', (_, text, message, options = {}) => expect(() => read(text, options)).toThrow(message));
});

const biosppy = fileURLToPath(new URL('../../../../../shared/data/reference/biosppy/ecg.txt', import.meta.url));
if (!existsSync(biosppy)) console.warn(`Skipped: a test on a real text file needs ${biosppy}, which is absent.`);
(existsSync(biosppy) ? test : test.skip)("BioSPPy's example has 15 s at the 1000 Hz of its comment", () => {
  const { signal } = readCsv(readFileSync(biosppy), { unit: '0.001 mV' });
  expect(signal.sampleRateHz).toBe(1000);
  expect(signal.samples.map(({ length }) => length)).toEqual([15_000]);
  expect([...signal.samples[0].subarray(0, 7)].map((v) => Math.round(v * 1000))).toEqual([
    2044, 2044, 2044, 2044, 2044, 2046, 2051,
  ]);
});

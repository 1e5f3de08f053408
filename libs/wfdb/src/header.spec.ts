import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parseHeader } from './index.js';
import { sharedData } from './shared-data.js';

describe('a header', () => {
  const lines = [
    '# a comment before',
    '',
    'a01 3 250.5/1000(12.5) 5000 12:04:00.5 22/09/2182',
    'a01.dat 16x2:3+24 74.36(-5)/uV 14 7 -8 -519 2 lead II, filtered ',
    '  b01.dat 212',
    'b01.dat 212 0 11 1024',
    '# Age: 23',
    '#Dx: 59118001',
    '',
  ];

  test.each([
    ['LF', '\n'],
    ['CRLF', '\r\n'],
  ])('gives every field of header(5), lines ending in %s', (_, newline) => {
    const header = parseHeader(lines.join(newline), 'a01.hea');
    expect(header).toEqual({
      ...{
        name: 'a01',
        segments: 1,
        parts: [],
        sampleRateHz: 250.5,
        counterFrequencyHz: 1000,
        baseCounter: 12.5,
        length: 5000,
      },
      ...{
        baseTime: '12:04:00.5',
        baseDate: '22/09/2182',
        comments: ['a comment before'],
        info: ['Age: 23', 'Dx: 59118001'],
      },
      signals: [
        {
          ...{ file: 'a01.dat', format: 16, samplesPerFrame: 2, skew: 3, byteOffset: 24 },
          ...{ gain: 74.36, baseline: -5, units: 'uV', adcResolution: 14, adcZero: 7, initialValue: -8 },
          ...{ checksum: 65017, blockSize: 2, description: 'lead II, filtered' },
        },
        {
          ...{ file: 'b01.dat', format: 212, samplesPerFrame: 1, skew: 0, byteOffset: 0 },
          ...{ gain: 200, baseline: 0, units: 'mV', adcResolution: 12, adcZero: 0, initialValue: 0 },
          ...{ checksum: undefined, blockSize: 0, description: '' },
        },
        {
          ...{ file: 'b01.dat', format: 212, samplesPerFrame: 1, skew: 0, byteOffset: 0 },
          ...{ gain: 200, baseline: 1024, units: 'mV', adcResolution: 11, adcZero: 1024, initialValue: 1024 },
          ...{ checksum: undefined, blockSize: 0, description: '' },
        },
      ],
    });
  });

  test('needs no more than a name and a number of signals', () => {
    expect(parseHeader('a 0', 'a.hea')).toMatchObject({ sampleRateHz: 250, length: undefined, signals: [] });
  });

  test('of several segments is told by its name', () => {
    const header = parseHeader('041s/2 3 125 2000\n041s01 1000\n~ 1000\n# two', '041s.hea');
    expect(header).toMatchObject({ segments: 2, signals: [], info: ['two'] });
    expect(header.parts).toEqual([
      { name: '041s01', length: 1000 },
      { name: '~', length: 1000 },
    ]);
  });

  test.each([
    ['', 'x.hea: the header has no record line; the file is empty or has comments only.'],
    ['x two 360', 'x.hea: line 1: the number of signals must be an integer of at least 0, found `two`.'],
    ['x', 'x.hea: line 1: the number of signals must be an integer of at least 0, found nothing.'],
    [
      'x 1 fast',
      'x.hea: line 1: the sampling frequency must be a number such as `360` or `360/24.5(0)`, found `fast`.',
    ],
    ['x 1 360 1e12', 'x.hea: line 1: the number of samples must be an integer of at least 0, found `1e12`.'],
    ['x/2 1\nx1 9', 'x.hea: the record line promises 2 segments, but 1 segment lines follow.'],
    ['x/1 1\nx1 -9', "x.hea: line 2: the segment's number of samples must be an integer of at least 0, found `-9`."],
    ['x 1\nx.dat 16x0', 'x.hea: line 2: the samples per frame must be an integer of at least 1, found `0`.'],
    ['x 2 360 10\nx.dat 16', 'x.hea: the record line promises 2 signals, but 1 signal lines follow.'],
    [
      'x 1 360 10\nx.dat',
      'x.hea: line 2: the format must be a number such as `212`, `16x2`, `16:3` or `16+24`, found nothing.',
    ],
    ['#\nx 1\nx.dat 16 1000/mV 12 O', 'x.hea: line 3: the ADC zero must be an integer, found `O`.'],
    [
      'x 1\nx.dat 16 much',
      'x.hea: line 2: the gain must be a number such as `200`, `1000/mV` or `1000(0)/mV`, found `much`.',
    ],
  ])('%j is refused with the line and the field', (text, message) => {
    expect(() => parseHeader(text, 'x.hea')).toThrow(expect.objectContaining({ message, code: 'data', file: 'x.hea' }));
  });
});

test.each([
  ['16x1+24', { format: 16, samplesPerFrame: 1, skew: 0, byteOffset: 24 }],
  ['212:3', { format: 212, samplesPerFrame: 1, skew: 3, byteOffset: 0 }],
  ['516x4', { format: 516, samplesPerFrame: 4, skew: 0, byteOffset: 0 }],
])('the format %s', (format, expected) => {
  expect(parseHeader(`x 1\nx.dat ${format}`, 'x.hea').signals[0]).toMatchObject(expected);
});

test.each([
  ['74.36482269503546', { gain: 74.36482269503546, baseline: 7, units: 'mV' }],
  ['30061.276794035417(-161790)/mV', { gain: 30061.276794035417, baseline: -161790, units: 'mV' }],
  ['0.833333(-100)/mmHg', { gain: 0.833333, baseline: -100, units: 'mmHg' }],
  ['1e3/NU', { gain: 1000, baseline: 7, units: 'NU' }],
  ['0', { gain: 200, baseline: 7, units: 'mV' }],
])('the gain %s', (gain, expected) => {
  expect(parseHeader(`x 1\nx.dat 16 ${gain} 16 7`, 'x.hea').signals[0]).toMatchObject(expected);
});

const formats = sharedData('wfdb-formats', describe);
formats.describe('the headers of wfdb-formats', () => {
  test('all parse, those of segments into as many as they say', () => {
    const files = readdirSync(formats.path, { recursive: true, encoding: 'utf8' }).filter((file) =>
      file.endsWith('.hea'),
    );
    const headers = files.map((file) => parseHeader(readFileSync(join(formats.path, file), 'latin1'), file));
    expect(headers.map(({ name }) => name)).toEqual(files.map((file) => basename(file, '.hea')));
    expect(
      headers
        .filter(({ parts }) => parts.length > 0)
        .map(({ name, segments }) => `${name}/${segments}`)
        .sort(),
    ).toEqual([
      '041s/2',
      'p000878-2137-10-26-16-57/36',
      's00001-2896-10-09-01-56/2',
      's00001-2896-10-10-00-31/21',
      'v102s/3',
    ]);
  });
});

describe.each([
  ['mitdb', 25, { sampleRateHz: 360, length: 650000 }, { format: 212, gain: 200, baseline: 1024, units: 'mV' }],
  ['ptb-xl', 69, {}, { format: 16, gain: 1000, baseline: 0, units: 'mV', description: 'I' }],
  ['mimic-iv-ecg', 1, { baseDate: '22/09/2182', info: ['<subject_id>: 12177274'] }, { format: 16, gain: 200 }],
  ['icentia11k', 1, { sampleRateHz: 250, length: 1048577 }, { format: 16, gain: 74.36482269503546, checksum: 1667 }],
  ['cpsc2018', 11, { sampleRateHz: 500 }, { format: 16, byteOffset: 24, gain: 1000 }],
])('the headers of %s', (folder, count, header, signal) => {
  const shared = sharedData(folder, describe);
  shared.describe('beside the repository', () => {
    test('all parse', () => {
      const files = readdirSync(shared.path, { recursive: true, encoding: 'utf8' }).filter((file) =>
        file.endsWith('.hea'),
      );
      expect(files).toHaveLength(count);
      for (const file of files) {
        const parsed = parseHeader(readFileSync(join(shared.path, file), 'utf8'), file);
        if (folder !== 'mimic-iv-ecg') expect(parsed.name).toBe(basename(file, '.hea'));
        expect(parsed).toMatchObject(header);
        expect(parsed.signals[0]).toMatchObject(signal);
        expect(parsed.signals.every(({ description }) => description !== '')).toBe(true);
      }
    });
  });
});

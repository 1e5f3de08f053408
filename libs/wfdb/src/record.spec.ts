import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Signal } from '@cardio/core';
import { decodeRecord, encodeRecord, parseHeader, readHeader, readRecord } from './index.js';
import { sharedData } from './shared-data.js';

// Made by golden/wfdb.py, a decoder of its own.
const golden = JSON.parse(readFileSync(new URL('../golden/wfdb.json', import.meta.url), 'utf8')) as {
  records: Record<string, { sha256: string[]; first: number[][]; last: number[][] }>;
};

/** Back from mV to ADC values as int16. */
function toAdc(samples: Float32Array, gain: number, baseline: number): Int16Array {
  const adc = new Int16Array(samples.length);
  for (let i = 0; i < adc.length; i++) adc[i] = Math.round(samples[i] * gain) + baseline;
  return adc;
}

/** Equality of long arrays, which Jest compares slowly. */
const same = (a: Float32Array, b: Float32Array): boolean => Buffer.from(a.buffer).equals(Buffer.from(b.buffer));

const mitdb = sharedData('mitdb/mit-bih-arrhythmia-database-1.0.0', describe);
mitdb.describe('MIT-BIH', () => {
  test.each(Object.entries(golden.records))('%s has the samples numpy finds', async (name, expected) => {
    const { signal } = await readRecord(join(mitdb.path, name));
    expect(signal.sampleRateHz).toBe(360);
    signal.samples.forEach((samples, j) => {
      const adc = toAdc(samples, 200, 1024);
      expect([...adc.slice(0, 4)]).toEqual(expected.first[j]);
      expect([...adc.slice(-4)]).toEqual(expected.last[j]);
      expect(createHash('sha256').update(adc).digest('hex')).toBe(expected.sha256[j]);
    });
  });

  test('100 starts as published: 995 and 1011 ADC units, -0.145 and -0.065 mV, leads MLII and V5', async () => {
    const { name, header, signal } = await readRecord(join(mitdb.path, '100.hea'));
    expect([name, header.info, signal.leads]).toEqual([
      '100',
      ['69 M 1085 1629 x1', 'Aldomet, Inderal'],
      ['MLII', 'V5'],
    ]);
    expect(signal.samples.map((samples) => samples.length)).toEqual([650000, 650000]);
    expect([signal.samples[0][0], signal.samples[1][0]]).toEqual([Math.fround(-0.145), Math.fround(-0.065)]);
  });

  test('leads are chosen by name, whatever their place: 114 has MLII second', async () => {
    const [whole, chosen] = [
      await readRecord(join(mitdb.path, '114')),
      await readRecord(join(mitdb.path, '114'), { leads: ['mlii'] }),
    ];
    expect(whole.signal.leads).toEqual(['V5', 'MLII']);
    expect(chosen.signal.leads).toEqual(['MLII']);
    expect(same(chosen.signal.samples[0], whole.signal.samples[1])).toBe(true);
    const swapped = await readRecord(join(mitdb.path, '114'), { leads: ['MLII', 'V5'] });
    expect(swapped.signal.samples.map((samples, j) => same(samples, whole.signal.samples[1 - j]))).toEqual([
      true,
      true,
    ]);
  });

  test('an absent lead is refused with the ones there are', async () => {
    await expect(readRecord(join(mitdb.path, '102'), { leads: ['MLII'] })).rejects.toThrow(
      '102.hea: the record has no lead `MLII`; its leads are V5, V2.',
    );
  });

  test.each([
    [0, 10],
    [7, 20],
    [649_990, 650_000],
    [5, 5],
  ])('samples %d to %d are that part of the whole', async (from, to) => {
    const whole = await readRecord(join(mitdb.path, '208'));
    const part = await readRecord(join(mitdb.path, '208'), { from, to });
    expect(part.signal.samples).toEqual(whole.signal.samples.map((samples) => samples.slice(from, to)));
  });

  test('a header without a length takes it from the file', async () => {
    const header = { ...(await readHeader(join(mitdb.path, '100'))), length: undefined };
    const dat = readFileSync(join(mitdb.path, '100.dat'));
    expect(decodeRecord(header, () => dat).signal.samples[0]).toHaveLength(650000);
  });
});

const others = sharedData('.', describe);
others.describe('other databases', () => {
  test.each([
    ['icentia11k/p00/p00000/p00000_s00', 1048577],
    ['cpsc2018/challenge2020/A0001', 7500],
    ['cpsc2018/challenge2020-feb2020-headers/A1386', 5000],
  ])('%s decodes to its checksums', async (path, length) => {
    const { header, signal } = await readRecord(join(others.path, path));
    expect(signal.samples[0]).toHaveLength(length);
    header.signals.forEach(({ initialValue, gain }, j) =>
      expect(Math.round(signal.samples[j][0] * gain)).toBe(initialValue),
    );
  });
});

describe('a damaged record', () => {
  const signal: Signal = {
    samples: [Float32Array.of(0, 1, 2, 3), Float32Array.of(0, -1, NaN, -3)],
    sampleRateHz: 100,
    leads: ['I', 'II'],
  };
  const { header: text, files } = encodeRecord('r', signal);
  const dat = files.get('r.dat') ?? new Uint8Array(0);
  const header = parseHeader(text, 'r.hea');

  test('that is truncated names the file, the bytes expected and found', () => {
    expect(() => decodeRecord(header, () => dat.subarray(0, 15))).toThrow(
      'r.dat: the file is truncated: 4 samples of 2 signals need 16 bytes, found 15. Download it again.',
    );
  });

  test('with one changed bit fails its checksum', () => {
    const changed = dat.slice();
    changed[6] ^= 1;
    expect(() => decodeRecord(header, () => changed)).toThrow(
      'r.dat: the samples of signal `II` have checksum 28769, the header says 28768: the file is damaged. Download it again.',
    );
    expect(decodeRecord(header, () => changed, { leads: ['I'] }).signal.samples[0]).toEqual(signal.samples[0]);
  });

  test.each([
    [{ from: -1 }, 'asked for samples -1 to 4, but the record has samples 0 to 4.'],
    [{ from: 3, to: 2 }, 'asked for samples 3 to 2'],
    [{ to: 5 }, 'asked for samples 0 to 5'],
  ])('is not read past its ends: %j', (options, message) => {
    expect(() => decodeRecord(header, () => dat, options)).toThrow(message);
  });

  test('that names a lead twice does not guess', () => {
    const twice = { ...header, signals: header.signals.map((spec) => ({ ...spec, description: 'V' })) };
    expect(() => decodeRecord(twice, () => dat, { leads: ['V'] })).toThrow(
      'r.hea: the record has 2 leads named `V`; its leads are V, V.',
    );
  });

  test('is read all the same where checksums are not to be verified', () => {
    const changed = dat.slice();
    changed[6] ^= 1;
    expect(decodeRecord(header, () => changed, { verify: false }).signal.samples[1][1]).toBe(Math.fround(-0.999));
  });

  test('that promises 10¹⁵ samples takes no memory', () => {
    expect(() => decodeRecord({ ...header, length: 1e15 }, () => dat)).toThrow(
      'need 4000000000000000 bytes, found 16.',
    );
  });

  test.each([
    ['one file', () => 'r.dat'],
    ['files of their own', (i: number) => `r${i}.dat`],
  ])('of 50,000 signals in %s is no more work than it is long', (_, file) => {
    const lines = Array.from({ length: 50_000 }, (_, i) => `${file(i)} 8 1 8 0 0 0 0 ${i}`);
    const wide = parseHeader(`r 50000 100 2\n${lines.join('\n')}`, 'r.hea');
    const bytes = new Uint8Array(file(1) === 'r.dat' ? 100_000 : 2);
    const start = performance.now();
    expect(decodeRecord(wide, () => bytes, { leads: [7, 49_999, 7] }).signal.leads).toEqual(['7', '49999', '7']);
    expect(() => decodeRecord(wide, () => bytes.subarray(1))).toThrow('the file is truncated');
    expect(decodeRecord(wide, () => bytes).signal.samples).toHaveLength(50_000);
    expect(performance.now() - start).toBeLessThan(20_000);
  });

  test('that is missing is not found', async () => {
    await expect(readRecord('/nowhere/100')).rejects.toMatchObject({
      code: 'not-found',
      message: '/nowhere/100.hea: there is no such file.',
    });
  });
});

test.each([
  ['mV', 1],
  ['uV', 1e-3],
  ['V', 1e3],
  ['mmHg', 1],
])('one %s is %d in the signal', (units, expected) => {
  const header = parseHeader(`r 1 100 1\nr.dat 16 100(50)/${units} 16 0 150 150 0 I`, 'r.hea');
  expect(decodeRecord(header, () => Uint8Array.of(150, 0)).signal.samples[0][0]).toBe(Math.fround(expected));
});

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import type { Signal } from '@cardio/core';
import { encodeRecord, readRecord, writeRecord } from './index.js';

// Bytes and checksums made by golden/wfdb.py.
const { written } = JSON.parse(readFileSync(new URL('../golden/wfdb.json', import.meta.url), 'utf8')) as {
  written: { adc: number[][]; hex16: string; checksums16: number[]; hex212: string; checksums: number[] };
};
const leads = ['I', 'II', 'V 1'];
const signal: Signal = {
  samples: written.adc.map((lead) => Float32Array.from(lead, (adc) => (adc === -2048 ? NaN : adc / 1000))),
  sampleRateHz: 100,
  leads,
};

describe('a written record', () => {
  test.each([
    [16, written.hex16, written.checksums16],
    [212, written.hex212, written.checksums],
  ] as const)('in format %d has the bytes and checksums numpy makes', (format, hex, checksums) => {
    const { header, dat } = encodeRecord('r', signal, { format, info: ['made for a test'] });
    const bits = format === 16 ? 16 : 12;
    expect(Buffer.from(dat).toString('hex')).toBe(hex);
    expect(header.split('\n')).toEqual([
      'r 3 100 5',
      ...leads.map((lead, j) => `r.dat ${format} 1000(0)/mV ${bits} 0 ${written.adc[j][0]} ${checksums[j]} 0 ${lead}`),
      '# made for a test',
      '',
    ]);
  });

  test.each([16, 212] as const)('in format %d reads back the same', async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'wfdb-'));
    try {
      await writeRecord(join(folder, 'r_1'), { signal, format, baseline: format === 16 ? 3 : 0, gain: 1000 });
      const back = await readRecord(join(folder, 'r_1'));
      expect(back.signal).toEqual(signal);
      expect((await readFile(join(folder, 'r_1.hea'), 'utf8')).split('\n')[0]).toBe('r_1 3 100 5');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  test('is not clipped: a sample that does not fit is an error', () => {
    const loud = { samples: [Float32Array.of(0, 40)], sampleRateHz: 100, leads: ['I'] };
    expect(() => encodeRecord('r', loud)).toThrow(
      'r.dat: 40 mV in lead `I` at sample 1 is 40000 ADC units at gain 1000; the format holds -32767 to 32767. Lower `gain`.',
    );
    expect(encodeRecord('r', loud, { gain: 800 }).dat).toHaveLength(4);
  });

  test('has a plain name and leads of one length', () => {
    expect(() => encodeRecord('a/b', signal)).toThrow(
      'a/b.hea: a record name has letters, digits and underscores only.',
    );
    expect(() => encodeRecord('r', { ...signal, leads: ['I'] })).toThrow('r.hea: 1 lead names for 3 signals');
  });
});

import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { invalidSample, readChannels, readRecord, type ChannelOptions } from './index.js';
import { sharedData } from './shared-data.js';

/** What rdsamp of the WFDB software package prints for wfdb-python's sample data, and how it was asked (tests/test_record.py there). */
interface Target {
  readonly record: string;
  readonly options?: ChannelOptions;
  /** With `-P`, in physical units with 8 decimals; else in ADC units. */
  readonly physical?: true;
  /** What the output has for a sample that is not valid. */
  readonly invalid?: string;
  /** Frames at the end that rdsamp leaves out: it stops where the first skewed signal does. */
  readonly skew?: number;
}

const mitdb = '../../mitdb/mit-bih-arrhythmia-database-1.0.0';
const segments = 'sample-data/multi-segment';
const targets: Record<string, Target> = {
  'record-1a': { record: 'sample-data/test01_00s' },
  'record-1d': { record: 'sample-data/3000003_0003', options: { from: 125, to: 1000, leads: [1] }, physical: true },
  'record-1f.gz': { record: 'sample-data/binformats' },
  'record-flac.gz': { record: 'sample-data/flacformats' },
  'record-2b': { record: `${mitdb}/100`, options: { from: 1, to: 10800, leads: ['V5'] } },
  'record-2c': { record: 'sample-data/100_3chan', physical: true },
  'record-2d': { record: 'sample-data/310derive', options: { from: 2 } },
  'record-2e': { record: 'sample-data/311derive', options: { from: 1, to: 978 }, physical: true },
  'record-4a': { record: 'sample-data/test01_00s_skewframe', options: { resolution: 'frame' }, skew: 3 },
  'record-multi-fixed-c': {
    record: `${segments}/fixed1/v102s`,
    options: { from: 70_000, to: 80_000, leads: ['V', 'II', 'RESP'] },
    physical: true,
  },
  'record-multi-fixed-d.gz': {
    record: `${segments}/041s/041s`,
    options: { leads: ['ABP', 'V', 'I'] },
    invalid: '-2048',
  },
  'record-multi-variable-a': {
    record: `${segments}/s00001/s00001-2896-10-10-00-31`,
    options: { from: 14_428_365, to: 14_428_375 },
    physical: true,
  },
  'record-multi-variable-d': {
    record: `${segments}/p000878/p000878-2137-10-26-16-57`,
    options: { from: 3550, to: 7500, leads: ['PLETH', 'II'] },
    invalid: '-128',
  },
};

const shared = sharedData('wfdb-formats/wfdb-python', describe);
shared.describe('what the WFDB software package prints', () => {
  const printed = (file: string): string[][] => {
    const raw = readFileSync(join(shared.path, 'tests/target-output', file));
    const text = (file.endsWith('.gz') ? gunzipSync(raw) : raw).toString();
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.trim().split(/\s+/));
  };

  test.each(Object.entries(targets))('%s is what we read', async (file, target) => {
    const { record, options = {}, physical, invalid = '-', skew = 0 } = target;
    const { channels } = await readChannels(join(shared.path, record), { ...options, digital: true });
    const expected = printed(file);
    const rows = expected.length + skew;
    const columns = channels.map(({ samples, spec }) => {
      // rdsamp repeats the samples of a slow signal to print it beside a fast one.
      const repeats = rows / samples.length;
      expect(Number.isInteger(repeats)).toBe(true);
      return Array.from({ length: expected.length }, (_, i) => {
        const adc = samples[Math.floor(i / repeats)];
        if (adc === invalidSample) return invalid;
        return physical ? ((adc - spec.baseline) / spec.gain).toFixed(8) : String(adc);
      });
    });
    const found = expected.map((_, i) => columns.map((column) => column[i]));
    // Jest's own comparison of long tables takes seconds.
    expect(found.findIndex((row, i) => row.join(' ') !== expected[i].join(' '))).toBe(-1);
    expect(columns).toHaveLength(expected[0].length);
  });

  test('no output is left out', () => {
    const files = readdirSync(join(shared.path, 'tests/target-output')).filter((file) => file.startsWith('record-'));
    expect(files.sort()).toEqual(Object.keys(targets).sort());
  });

  const values = (cells: string[]): number[] => cells.map((cell) => (cell === '-' ? NaN : Number(cell)));
  test.each(Object.entries(targets).filter(([, { physical }]) => physical))(
    '%s is what we read in physical units, to the precision of float32 and of 8 decimals',
    async (file, { record, options }) => {
      const { channels } = await readChannels(
        join(shared.path, record),
        options as ChannelOptions & { digital?: false },
      );
      const expected = printed(file);
      channels.forEach(({ samples }, column) => {
        const worst = values(expected.map((row) => row[column])).reduce((most, value, i) => {
          const same = Number.isNaN(value) === Number.isNaN(samples[i]);
          return Math.max(most, same ? Math.abs((samples[i] - value) / Math.max(1, Math.abs(value))) || 0 : Infinity);
        }, 0);
        expect(worst).toBeLessThanOrEqual(2 ** -24 + 5e-9);
      });
    },
  );

  test('every format can be read from any sample to any other', async () => {
    for (const [name, leads] of [
      ['binformats', 10],
      ['flacformats', 3],
    ] as const) {
      const expected = printed(name === 'binformats' ? 'record-1f.gz' : 'record-flac.gz');
      for (let from = 0; from < 5; from++) {
        for (let to = 494; to <= 499; to++) {
          const { channels } = await readChannels(join(shared.path, 'sample-data', name), { from, to, digital: true });
          expect(channels).toHaveLength(leads);
          channels.forEach(({ samples }, column) =>
            expect([...samples]).toEqual(expected.slice(from, to).map((row) => Number(row[column]))),
          );
        }
      }
    }
  });

  test('a FLAC file of 16.8 million samples decodes to its three constants', async () => {
    const { signal } = await readRecord(join(shared.path, 'sample-data/flac_3_constant'));
    expect(signal.samples.map((samples) => samples.length)).toEqual([5_600_000, 5_600_000, 5_600_000]);
    signal.samples.forEach((samples, j) => expect(samples.every((mv) => mv === 0.125 * (j + 1))).toBe(true));
  });

  test.each([
    'mixedsignals',
    'test01_00s_frame',
    'test01_00s_skew',
    'test01_00s_skewframe',
    ...['310derive_2', '310derive_3', '311derive_2', '311derive_3', '311derive_4'],
    'multi-segment/041s/041s',
    'multi-segment/fixed1/v102s',
  ])('%s decodes to its checksums', async (name) => {
    const { channels } = await readChannels(join(shared.path, 'sample-data', name));
    expect(channels.every(({ samples }) => samples.length > 0)).toBe(true);
  });
});

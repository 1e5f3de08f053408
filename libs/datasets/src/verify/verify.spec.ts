import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { createRandom } from '@cardio/core';
import { standardLeads } from '@cardio/signal';
import { invalidSample, writeRecord, type SignalSpec } from '@cardio/wfdb';
import { leadQuality } from './lead-checks.js';
import { verifyDataset, type VerifyReport } from './verify.js';

jest.setTimeout(60_000);

describe('the quality of a lead', () => {
  const spec = { adcResolution: 11, adcZero: 1024 } as SignalSpec; // 0 to 2047, as in MIT-BIH
  const quality = (values: readonly number[]): unknown => leadQuality(Int32Array.from(values), spec, 10);
  const moving = [1000, 1001, 1000, 1002, 999, 1000, 1003, 1000, 1001, 1000];
  const ten = (value: number): number[] => new Array<number>(10).fill(value);

  test('nothing is found in a signal that moves', () => {
    expect(quality(moving)).toEqual({ missing: 0, flat: 0, clipped: 0 });
  });

  test('one second of one value is flat, less is not', () => {
    expect(quality([...ten(1000), ...moving.slice(1), 990])).toEqual({ missing: 0, flat: 0.5, clipped: 0 });
    expect(quality([...ten(1000).slice(1), 1001, ...moving])).toEqual({ missing: 0, flat: 0, clipped: 0 });
  });

  test('three samples at an end of the range are clipped, two are not', () => {
    expect(quality([2047, 2047, 2047, ...moving.slice(3)])).toEqual({ missing: 0, flat: 0, clipped: 0.3 });
    expect(quality([0, 0, 0, ...moving.slice(3)])).toEqual({ missing: 0, flat: 0, clipped: 0.3 });
    expect(quality([2047, 2047, 0, ...moving.slice(3)])).toEqual({ missing: 0, flat: 0, clipped: 0 });
  });

  test('samples that are not valid are counted as nothing else', () => {
    expect(quality([...ten(invalidSample), ...moving])).toEqual({ missing: 0.5, flat: 0, clipped: 0 });
  });
});

type Make = {
  leads?: readonly string[];
  rate?: number;
  samples?: number;
  gain?: number;
  change?: (x: Float32Array[]) => void;
};

async function write(
  folder: string,
  path: string,
  { leads = standardLeads, rate = 100, samples = 1000, gain = 1000, change }: Make = {},
) {
  mkdirSync(dirname(join(folder, path)), { recursive: true });
  const random = createRandom(leads.length + samples);
  const signal = leads.map(() =>
    Float32Array.from({ length: samples }, () => Math.fround(random.integer(400) / 1000 - 0.2)),
  );
  change?.(signal);
  await writeRecord(join(folder, path), { signal: { samples: signal, sampleRateHz: rate, leads }, gain });
}

const root = mkdtempSync(join(tmpdir(), 'cardio-verify-'));
afterAll(() => rmSync(root, { recursive: true }));

const told = ({ findings }: VerifyReport, level = 'problem'): string[] =>
  findings
    .filter((finding) => finding.level === level)
    .map(({ check, message, places }) => `${check}: ${message}: ${places.join('; ')}`);

describe('faults in a folder in PTB-XL’s layout', () => {
  const folder = mkdtempSync(join(root, 'data-'));
  const at = (id: number): string => `records100/00000/0000${id}_lr`;
  let report: VerifyReport;

  beforeAll(async () => {
    await write(folder, at(1));
    const swapped = [...standardLeads];
    [swapped[4], swapped[5]] = [swapped[5], swapped[4]];
    await write(folder, at(2), { leads: swapped, gain: 200, rate: 125 });
    await write(folder, at(3), {
      change: (x) => {
        x[2].fill(NaN, 0, 500);
        x[3].fill(0.1);
        x[4].fill(32.767, 10, 20);
      },
    });
    await write(folder, at(4));
    truncateSync(join(folder, `${at(4)}.dat`), 1000);
    await write(folder, at(5));
    rmSync(join(folder, `${at(5)}.dat`));
    await write(folder, at(6), { samples: 900 });
    writeFileSync(join(folder, 'records100/00000/00007_lr.dat'), 'x');
    const files = [1, 2, 3, 4, 5, 6, 7, 8].flatMap((id) => [`${at(id)}.hea`, `${at(id)}.dat`]);
    const sum = (path: string): string =>
      createHash('sha256')
        .update(existsSync(join(folder, path)) ? readFileSync(join(folder, path)) : path)
        .digest('hex');
    const list = files.map((path) => `${sum(path)} ${path}`);
    list[0] = `${'0'.repeat(64)} ${files[0]}`;
    writeFileSync(
      join(folder, 'SHA256SUMS.txt'),
      `${list.join('\n')}\n${'0'.repeat(64)} records500/00000/00001_hr.hea\n`,
    );
    report = await verifyDataset({ name: 'ptbxl', dataDir: folder });
  });

  test('each is named with its file and lead', () => {
    const problems = told(report);
    expect(problems).toEqual([
      expect.stringMatching(/^presence: listed and not there: \S+5_lr\.dat; \S+7_lr\.hea; \S+8_lr\.hea; \S+8_lr\.dat$/),
      expect.stringMatching(/^presence: samples without a header: records100\/00000\/00007_lr\.dat$/),
      expect.stringMatching(/^checksum: not the bytes that SHA256SUMS\.txt lists: records100\/00000\/00001_lr\.hea$/),
      expect.stringMatching(/^unreadable: can't be read: records100.+0000[45]_lr\.dat.+; records100.+0000[45]_lr\.dat/),
      expect.stringMatching(/^leads: leads I II III aVR aVF aVL .+, expected I II III aVR aVL aVF .+: \S+2_lr$/),
      expect.stringMatching(/^gain: 200 per mV, expected 1000 per mV: \S+2_lr I; /),
      expect.stringMatching(/^rate: 125 Hz, expected 100: \S+2_lr I; /),
      expect.stringMatching(/^length: 900 samples, expected 1000: \S+6_lr I; /),
    ]);
    expect(report.problems).toBe(4 + 1 + 1 + 2 + 1 + 12 + 12 + 12);
    expect(report.files).toEqual({ listed: 17, present: 12, hashed: 11 });
    expect(report.records).toEqual({ present: 6, read: 6 });
  });

  test('what may be in the published files, or was not asked for, is only noted', () => {
    expect(told(report, 'note')).toEqual([
      'presence: nothing of 500hz: records500/00000/00001_hr.hea',
      `missing: samples are marked as not valid: ${at(3)} III 50.0 %`,
      `flat: half or more of a lead does not change: ${at(3)} aVR 100.0 %`,
      `clipped: samples at the end of the converter's range: ${at(3)} aVL 1.0 %`,
    ]);
  });

  test('a sample reads and hashes no more than that', async () => {
    const { files, records, problems } = await verifyDataset({ name: 'ptbxl', dataDir: folder, sample: 2 });
    expect(records).toEqual({ present: 6, read: 2 });
    expect(files.hashed).toBe(4);
    expect(problems).toBe(4 + 1 + 1 + 1);
  });
});

test('MIMIC-IV-ECG has aVF before aVL, and a subset is all that must be there', async () => {
  const folder = mkdtempSync(join(root, 'data-'));
  const leads = 'I II III aVR aVF aVL V1 V2 V3 V4 V5 V6'.split(' ');
  const path = 'files/p1000/p10000032/s40689238/40689238';
  await write(folder, path, { leads, rate: 500, samples: 5000, gain: 200 });
  const other = 'files/p1001/p10010001/s41/41';
  writeFileSync(
    join(folder, 'record_list.csv'),
    `subject_id,study_id,file_name,ecg_time,path\n10000032,40689238,40689238,2180-07-23 08:44:00,${path}\n10010001,41,41,2180-07-23 08:44:00,${other}\n`,
  );
  const part = await verifyDataset({ name: 'mimic-iv-ecg', dataDir: folder, subset: 'p1000' });
  expect(told(part)).toEqual([]);
  const whole = await verifyDataset({ name: 'mimic-iv-ecg', dataDir: folder });
  expect(told(whole)).toEqual([
    `presence: listed and not there: ${other}.hea`,
    'counts: not the published number: rows of record_list.csv: 2, not 800035; patients listed: 2, not 161352',
  ]);
});

test('a folder without a record of the dataset is an error', async () => {
  await expect(verifyDataset({ name: 'cpsc2018', dataDir: tmpdir() + '/nowhere' })).rejects.toThrow(/can't be read/);
  const empty = mkdtempSync(join(root, 'data-'));
  await expect(verifyDataset({ name: 'cpsc2018', dataDir: empty })).rejects.toThrow(
    /has no record of cpsc2018.*download cpsc2018/,
  );
});

const shared = join('..', '..', '..', 'shared', 'data');
const has = existsSync(shared);
if (!has) console.warn('skipped: the real files in ../shared/data are not there');

(has ? describe : describe.skip)('real files', () => {
  const verify = (name: string, folder: string, subset?: string): Promise<VerifyReport> =>
    verifyDataset({ name, dataDir: join(shared, folder), ...(subset !== undefined && { subset }) });
  const found = ({ counts }: VerifyReport): Record<string, number> =>
    Object.fromEntries(counts.map(({ what, found: n }) => [what, n]));

  test('MIT-BIH: every file has its checksum, and DS1 its published counts', async () => {
    const present =
      '101,102,106,108,109,112,114,115,116,118,119,122,124,201,203,205,207,208,209,215,220,223,230,100,232';
    const report = await verify('mitbih', 'mitdb/mit-bih-arrhythmia-database-1.0.0', present);
    expect(told(report)).toEqual([]);
    expect(report.files.hashed).toBe(report.files.present);
    expect(report.records).toEqual({ present: 25, read: 25 });
    expect(
      report.counts.filter(({ what }) => what.startsWith('DS1: ')).map(({ found: n, expected }) => [n, expected]),
    ).toEqual([45_866, 944, 3_788, 415, 8, 52_536].map((n) => [n, n]));
  });

  test('PTB-XL 1.0.1: rows and patients as published, records without a fault', async () => {
    const report = await verify('ptbxl', 'ptb-xl');
    expect(told(report).map((text) => text.slice(0, 30))).toEqual(['presence: listed and not there']);
    expect(found(report)).toMatchObject({
      'rows of ptbxl_database.csv': 21_837,
      patients: 18_885,
      'records at 100 Hz': 64,
    });
  });

  test('CPSC2018 as in the 2020 challenge', async () => {
    const report = await verify('cpsc2018', 'cpsc2018', 'first:11');
    expect(told(report)).toEqual([]);
    expect(report.records).toEqual({ present: 11, read: 11 });
  });

  test('Icentia11k: a segment of 6,641 N and 244 Q with 19 spans', async () => {
    const report = await verify('icentia11k', 'icentia11k', 'p00000');
    expect(told(report)).toEqual([]);
    expect(found(report)).toMatchObject({
      'beats N': 6_641,
      'beats Q': 244,
      'rhythm notes (N': 19,
      'rhythm notes )': 19,
    });
  });
});

import { existsSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { isCardioError, validate } from '@cardio/core';
import { moments } from '@cardio/signal';
import { readRecord, writeRecord } from '@cardio/wfdb';
import type { EcgDataset } from './dataset.js';
import type { PtbxlConfig } from './ptbxl-config.js';
import { ptbxl, windowsOf } from './ptbxl.js';
import { writeSyntheticPtbxl } from './synthetic-ptbxl.js';

jest.setTimeout(60_000);

const settings = (dataDir: string, more: Partial<PtbxlConfig> = {}): PtbxlConfig => ({
  ...validate(ptbxl.config, { dataDir }, 'dataset `ptbxl`'),
  ...more,
});

let root: string;
let whole: string;
let dataset: EcgDataset;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'cardio-ptbxl-'));
  whole = join(root, 'whole');
  await writeSyntheticPtbxl(whole, { records: 60, seed: 5 });
  dataset = await ptbxl.create(settings(whole));
});
afterAll(() => rm(root, { recursive: true }));

const copyOf = async (name: string): Promise<string> => {
  await cp(whole, join(root, name), { recursive: true });
  return join(root, name);
};
const record = (dataDir: string, ecgId: number): string =>
  join(dataDir, `records100/00000/${String(ecgId).padStart(5, '0')}_lr`);

describe('a loaded PTB-XL', () => {
  test('has mean 0 and deviation 1 over all training samples and leads', () => {
    const { train } = dataset.splits;
    const { mean, std } = moments(Array.from({ length: train.size }, (_, i) => train.example(i).x));
    // Tolerance: single precision of half a million samples.
    expect(mean).toBeCloseTo(0, 6);
    expect(std).toBeCloseTo(1, 6);
  });

  test('has signals in time-major order and leads in standard order', async () => {
    const example = dataset.splits.test.example(0);
    const { signal } = await readRecord(join(whole, 'records100/00000', example.id));
    const step = dataset.preparation.steps.find((s) => s.step === 'standardise');
    if (!step) throw new Error('no standardisation');
    for (const [t, lead] of [
      [0, 0],
      [1, 0],
      [0, 1],
      [999, 11],
      [500, 3],
    ]) {
      expect(example.x[t * 12 + lead]).toBeCloseTo((signal.samples[lead][t] - step.mean) / step.std, 5);
    }
  });

  test('prepares an unseen record to the bit as it prepared its own', async () => {
    const example = dataset.splits.validation.example(0);
    const [window, ...more] = await windowsOf(join(whole, 'records100/00000', example.id), dataset.preparation);
    expect(more).toEqual([]);
    expect(window.id).toBe(example.id);
    expect(window.x).toEqual(example.x);
  });

  test('has one hash for one content', async () => {
    const copy = await copyOf('copy');
    expect((await ptbxl.create(settings(copy))).hash).toBe(dataset.hash);
    expect((await ptbxl.create(settings(copy, { task: 'rhythm' }))).hash).not.toBe(dataset.hash);
    const { signal } = await readRecord(record(copy, 4));
    signal.samples[5][500] += 0.001;
    await writeRecord(record(copy, 4), { signal });
    expect((await ptbxl.create(settings(copy))).hash).not.toBe(dataset.hash);
  });

  test('has from a store what it has in memory', async () => {
    const stored = await ptbxl.create(settings(whole, { storeDir: join(root, 'store') }));
    expect(stored.hash).toBe(dataset.hash);
    expect(stored.splits.test.example(2).x).toEqual(dataset.splits.test.example(2).x);
  });

  test('with other folds says so, in its report', async () => {
    await expect(ptbxl.create(settings(whole, { testFold: 3 }))).rejects.toThrow('This breaks the published protocol');
    const { report, splits } = await ptbxl.create(settings(whole, { testFold: 3, allowNonStandard: true }));
    expect(report.notes[0]).toContain('Not comparable with published results');
    expect(splits.train.recordIds).toEqual(expect.arrayContaining([...dataset.splits.test.recordIds]));
  });

  test('says that its scores are not comparable when the CSV is of no known version', () =>
    expect(dataset.report.notes.join()).toContain('60 rows: not PTB-XL 1.0.1 (21837) or 1.0.3 (21799)'));
});

describe('an incomplete PTB-XL', () => {
  test('lists the records that are not there', async () => {
    const dataDir = await copyOf('absent');
    for (const end of ['hea', 'dat']) await rm(`${record(dataDir, 7)}.${end}`);
    const { report, splits } = await ptbxl.create(settings(dataDir));
    expect(report).toMatchObject({ present: 59, absent: ['00007_lr'], bad: [] });
    expect(Object.values(splits).flatMap((split) => split.recordIds)).not.toContain('00007_lr');
  });

  test('stops at records that can’t be used and names each with its reason', async () => {
    const dataDir = await copyOf('bad');
    await truncate(`${record(dataDir, 10)}.dat`, 20_000);
    await rm(`${record(dataDir, 11)}.dat`);
    await change(record(dataDir, 12), (bytes) => (bytes[777] ^= 1));
    const { signal } = await readRecord(record(dataDir, 13));
    const { samples, leads } = signal;
    await writeRecord(record(dataDir, 13), {
      signal: { ...signal, samples: samples.slice(0, 11), leads: leads.slice(0, 11) },
    });
    await writeRecord(record(dataDir, 14), {
      signal: { ...signal, samples: samples.map((lead) => lead.slice(0, 999)) },
    });
    await writeRecord(record(dataDir, 15), { signal: { ...signal, sampleRateHz: 250 } });
    samples[8].fill(NaN, 100, 103);
    await writeRecord(record(dataDir, 16), { signal });

    const error = await ptbxl.create(settings(dataDir)).catch((e: unknown) => e);
    if (!isCardioError(error)) throw error;
    expect(error.code).toBe('data');
    expect(error.message).toMatch(/^7 records can't be used, and `maxBadRecords` is 0:\n/);
    expect(error.message).toContain('`--max-bad-records 7`');
    for (const reason of [
      /00010_lr: .*truncated/,
      /00011_lr: .*there is no such file/,
      /00012_lr: .*checksum/,
      /00013_lr: A lead to select must be one of .* Received: V6/,
      /00014_lr: 999 samples at 100 Hz, expected 1000 at 100 Hz/,
      /00015_lr: 1000 samples at 250 Hz/,
      /00016_lr: samples are missing: 3 in lead V3/,
    ]) {
      expect(error.message).toMatch(reason);
    }

    const { report, splits } = await ptbxl.create(settings(dataDir, { maxBadRecords: 7 }));
    expect(report.bad.map((bad) => bad.record).sort()).toEqual([10, 11, 12, 13, 14, 15, 16].map((n) => `000${n}_lr`));
    expect(Object.values(splits).reduce((sum, split) => sum + split.size, 0)).toBe(53);
  });

  test('without any record says what is expected where', async () =>
    expect(ptbxl.create(settings(whole, { sampleRateHz: 500 }))).rejects.toThrow(
      /None of the 60 records .* is there: expected records500\/ in .* such as records500\/00000\/00001_hr\.hea and \.dat/,
    ));

  test('without its tables says what the folder must hold', async () =>
    expect(ptbxl.create(settings(root))).rejects.toThrow(
      /There is no readable `ptbxl_database.csv` in .* Download it from https/,
    ));

  test('with a patient in two splits is refused', async () => {
    const dataDir = await copyOf('leak');
    const database = await readFile(join(dataDir, 'ptbxl_database.csv'), 'utf8');
    const patients = [...database.matchAll(/^\d+,(\d+)\.0,/gm)].map(([, patient]) => patient);
    const last = patients[patients.length - 1];
    await writeFile(join(dataDir, 'ptbxl_database.csv'), database.replaceAll(`,${last}.0,`, ',1.0,'));
    const homes = [dataset.splits.test.patientIds.includes('1'), dataset.splits.test.patientIds.includes(last)];
    expect(homes).toEqual([true, false]);
    await expect(ptbxl.create(settings(dataDir))).rejects.toThrow('patient `1` in');
  });
});

describe('an unseen record', () => {
  const unseen = async (name: string, seconds: number, sampleRateHz = 100): Promise<string> => {
    const { signal } = await readRecord(record(whole, 1));
    const samples = signal.samples.map((lead) =>
      Float32Array.from({ length: seconds * sampleRateHz }, (_, i) => lead[i % 1000]),
    );
    await writeRecord(join(root, name), { signal: { ...signal, samples, sampleRateHz } });
    return join(root, name);
  };

  test('longer than 10 s gives a window for every 10 s', async () => {
    const windows = await windowsOf(await unseen('long', 25), dataset.preparation);
    expect(windows.map(({ id }) => id)).toEqual(['long:0', 'long:1000']);
    expect(windows[1].x).toEqual(windows[0].x);
  });

  test.each([
    [6, 100, 'it has 6 s, the model needs at least 10 s.'],
    [10, 250, 'The record has 250 Hz, the model expects 100 Hz. Resample'],
  ])('of %d s at %d Hz is refused', async (seconds, rate, message) => {
    const path = await unseen(`refused_${rate}`, seconds, rate);
    await expect(windowsOf(path, dataset.preparation)).rejects.toThrow(`${path}: ${message}`);
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/ptb-xl', import.meta.url));
const here = existsSync(real);
if (!here) console.warn(`Skipped: loading the real records of PTB-XL, because there is no ${real}.`);

(here ? test : test.skip)('64 real records load with the superclasses their README counts', async () => {
  const { splits, report, version } = await ptbxl.create(settings(real));
  const counts = [0, 1, 2, 3, 4].map((k) =>
    Object.values(splits).reduce((sum, split) => sum + split.classCounts[k], 0),
  );
  expect(counts).toEqual([18, 11, 15, 26, 21]); // CD HYP MI NORM STTC
  expect(report.present + report.absent.length).toBe(17_111 + 2_156 + 2_163);
  expect(report.bad).toEqual([]);
  expect(version).toBe('1.0.1');
});

async function change(path: string, edit: (bytes: Uint8Array) => void): Promise<void> {
  const bytes = await readFile(`${path}.dat`);
  edit(bytes);
  await writeFile(`${path}.dat`, bytes);
}

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readRecord } from '@cardio/wfdb';
import { csv, folderOf, ids, parsed, temporaryFolder } from './folder-fixtures.js';
import { folder } from './folder.js';

let root: string;
let remove: () => void;
beforeAll(() => {
  ({ root, remove } = temporaryFolder());
});
afterAll(() => remove());
const at = (name: string): string => join(root, name);

describe('sizes and lengths', () => {
  const labels = 'file,class,split\na.csv,x,train\nb.csv,y,train\nc.csv,x,val\nd.csv,y,test\n';
  const files = { 'a.csv': csv(1), 'b.csv': csv(2), 'c.csv': csv(3), 'd.csv': csv(4), 'labels.csv': labels };

  test('units of files go together; another rate and length too', async () => {
    const dataDir = folderOf(at('mixed'), {
      ...files,
      'b.csv': csv(2, { unit: 'uV', scale: 1000, rate: 250, seconds: 7 }),
    });
    const dataset = await folder.create(parsed({ dataDir, classColumn: 'class', windows: 'all' }));
    expect(ids(dataset)['train']).toEqual(['a.csv:0', 'b.csv:0', 'b.csv:300']);
    const fitted = dataset.preparation.steps.find((step) => step.step === 'standardise');
    const peak = Math.max(...dataset.splits.train.example(1).x) * (fitted?.std ?? 0) + (fitted?.mean ?? 0);
    expect(Math.abs(peak - 2)).toBeLessThan(0.02);
  });

  test.each([
    [
      '2000 "mV"',
      csv(2, { scale: 1000 }),
      "a peak of 2000 mV can't be an ECG, which has 0.1 to 20 mV. The numbers are likely in µV",
    ],
    [
      '0.002 "mV"',
      csv(2, { scale: 0.001 }),
      "a peak of 0.002 mV can't be an ECG, which has 0.1 to 20 mV. The numbers are likely in V",
    ],
    ['no change', csv(0), 'it is flat'],
    ['a hole', csv(2).replace(/,[^,\n]+\n$/, ',\n'), 'samples are missing: 1 in lead II'],
  ])('a file of %s is named and can be left out', async (what, text, message) => {
    const dataDir = folderOf(at(`bad ${what.replace(/"/g, '')}`), { ...files, 'b.csv': text });
    const config = parsed({ dataDir, classColumn: 'class' });
    await expect(folder.create(config)).rejects.toThrow(message);
    const { report } = await folder.create({ ...config, maxBadRecords: 1 });
    expect(report.bad.map(({ record }) => record)).toEqual(['b.csv']);
  });

  test('a short record is padded with 0 mV where that is asked for, seen or unseen', async () => {
    const dataDir = folderOf(at('short'), { ...files, 'd.csv': csv(4, { seconds: 2 }) });
    const dataset = await folder.create(parsed({ dataDir, classColumn: 'class', pad: true }));
    const fitted = dataset.preparation.steps.find((step) => step.step === 'standardise');
    const { x } = dataset.splits.test.example(0);
    expect(x[250] * (fitted?.std ?? 0) + (fitted?.mean ?? 0)).toBeCloseTo(0, 6);
    const [unseen] = await folder.windowsOf(join(dataDir, 'd.csv'), dataset.preparation);
    expect(unseen.x[250]).toBeCloseTo(x[250], 6);
  });
});

const ptbxl = fileURLToPath(new URL('../../../../../shared/data/ptb-xl', import.meta.url));
if (!existsSync(ptbxl)) console.warn(`Skipped: a test on real records needs ${ptbxl}, which is absent.`);
(existsSync(ptbxl) ? test : test.skip)("PTB-XL's own table and records, read as a folder", async () => {
  const dataset = await folder.create(
    parsed({
      dataDir: ptbxl,
      labelsFile: 'ptbxl_database.csv',
      fileColumn: 'filename_lr',
      patientColumn: 'patient_id',
      splitColumn: undefined,
      validationFraction: 0.2,
      testFraction: 0.2,
      leads: undefined,
      sampleRateHz: 100,
      seconds: 10,
      labels: {
        old: 'age > 60',
        normal: 'report == "sinus rhythm. normal ecg."',
        tall: 'height > 6 ft or weight > 90 kg',
      },
      columnUnits: { height: 'cm', weight: 'kg' },
    }),
  );
  expect(dataset.report.absent).toHaveLength(21_837 - 64);
  const example = dataset.splits.train.example(0);
  const { signal } = await readRecord(join(ptbxl, example.recordId));
  const fitted = dataset.preparation.steps.find((step) => step.step === 'standardise');
  const difference = example.x.map((value, i) => {
    const mV = signal.samples[i % 12][Math.floor(i / 12)];
    return Math.abs(value * (fitted?.std ?? 0) + (fitted?.mean ?? 0) - mV);
  });
  expect(Math.max(...difference)).toBeLessThan(1e-5);
  expect(dataset.report.notes[0]).toMatch(
    /^\d+ of 64 records are left out: cells are missing that decide tall \(\d+\)\.$/,
  );
});

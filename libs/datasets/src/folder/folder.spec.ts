import { cpSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { synthesizeEcg } from '@cardio/signal';
import { writeRecord } from '@cardio/wfdb';
import type { EcgDataset } from '../dataset.js';
import { datasetFactory } from '../factory.js';
import { csv, examplesOf, folderOf, ids, parsed, temporaryFolder } from './folder-fixtures.js';
import { folder } from './folder.js';

let root: string;
let remove: () => void;
beforeAll(() => {
  ({ root, remove } = temporaryFolder());
});
afterAll(() => remove());
const at = (name: string): string => join(root, name);

const six = {
  'a.csv': csv(1),
  'b.csv': csv(2),
  'c.csv': csv(3),
  'd.csv': csv(4),
  'e.csv': csv(5),
  'sub/f.csv': csv(6),
};
const table = `file,split,rhythm,age,lvef,af,pvc,who
a.csv,train,AF,70,35,1,0,p1
b,train,SR,50,60,0,0,p1
c.csv,train,SR,80,NA,0,1,p2
d.csv,val,AF,65,30,1,1,p3
e.csv,test,SR,,50,no,yes,p4
sub/f.csv,test,AF,90,20,1,0,p5
`;

const labelsOf = ({ splits }: EcgDataset): Record<string, number[]> =>
  Object.fromEntries(Object.values(splits).flatMap((split) => examplesOf(split).map(({ id, y }) => [id, [...y]])));

describe('a folder with labels.csv', () => {
  let dataDir: string;
  beforeAll(() => {
    dataDir = folderOf(at('table'), { ...six, 'labels.csv': table, 'unlisted.csv': csv(7) });
  });

  test('one class each, from a column', async () => {
    const dataset = await folder.create({ ...parsed({ dataDir, classColumn: 'rhythm' }) });
    expect(dataset.task).toEqual({ name: 'rhythm', kind: 'multi-class', classes: ['AF', 'SR'] });
    expect(ids(dataset)).toEqual({
      train: ['a.csv', 'b.csv', 'c.csv'],
      validation: ['d.csv'],
      test: ['e.csv', 'sub/f.csv'],
    });
    expect(labelsOf(dataset)).toMatchObject({ 'a.csv': [1, 0], 'b.csv': [0, 1], 'sub/f.csv': [1, 0] });
    expect(dataset.report.notes.join('\n')).toContain('1 ECG files in the folder are not in labels.csv');
  });

  test('any number of labels, from columns of 0 and 1', async () => {
    const dataset = await folder.create(parsed({ dataDir, labelColumns: ['af', 'pvc'] }));
    expect(dataset.task).toEqual({ name: 'labels', kind: 'multi-label', classes: ['af', 'pvc'] });
    expect(labelsOf(dataset)).toMatchObject({ 'a.csv': [1, 0], 'b.csv': [0, 0], 'd.csv': [1, 1], 'e.csv': [0, 1] });
  });

  test('labels by expressions; a missing cell leaves a record out and is counted', async () => {
    const labels = { af: 'rhythm == "AF"', low_ef: 'age > 60 and lvef < 40' };
    const dataset = await folder.create(parsed({ dataDir, labels }));
    expect(labelsOf(dataset)).toEqual({ 'a.csv': [1, 1], 'b.csv': [0, 0], 'd.csv': [1, 1], 'sub/f.csv': [1, 1] });
    expect(dataset.report.notes[0]).toBe('2 of 6 records are left out: cells are missing that decide low_ef (2).');
  });

  test('on the command line expressions are JSON, and columns may have units', async () => {
    const labels = '{"low_ef": "age > 21915 day and lvef < 40"}'; // 60 years
    const dataset = await folder.create(parsed({ dataDir, labels, columnUnits: '{"age": "year"}' }));
    expect(labelsOf(dataset)).toEqual({ 'a.csv': [1], 'b.csv': [0], 'd.csv': [1], 'sub/f.csv': [1] });
  });

  test('without a split column patients are divided by a hash, the same way each time', async () => {
    const split = { splitColumn: undefined, patientColumn: 'who', testFraction: 0.3, validationFraction: 0.3 };
    const divide = async (splitSeed: number) => {
      const { records } = await folder.open(parsed({ dataDir, classColumn: 'rhythm', ...split, splitSeed }));
      return Object.fromEntries(records.map((record) => [record.id, record.split]));
    };
    const divided = await divide(1);
    expect(divided).toEqual(await divide(1));
    expect(divided['a.csv']).toBe(divided['b.csv']); // one patient
    expect(new Set(Object.values(divided)).size).toBe(3);
  });

  test('a model sees mV at the rate, standardised by the training split', async () => {
    const dataset = await folder.create(parsed({ dataDir, classColumn: 'rhythm', sampleRateHz: 200 }));
    expect(dataset.window).toEqual({ samples: 600, leads: ['II'], sampleRateHz: 200 });
    const fitted = dataset.preparation.steps.find((step) => step.step === 'standardise');
    const x = dataset.splits.test.example(1).x; // f: 6 mV
    const inner = Array.from({ length: 400 }, (_, i) => i + 100);
    for (const i of inner) {
      const mV = 6 * Math.sin((2 * Math.PI * 2 * i) / 200);
      expect(Math.abs(x[i] * (fitted?.std ?? 0) + (fitted?.mean ?? 0) - mV)).toBeLessThan(0.02); // the filter's ripple: 3 in 1000
    }
  });

  test('an unseen file is prepared as the training files were', async () => {
    const dataset = await folder.create(parsed({ dataDir, classColumn: 'rhythm', sampleRateHz: 128 }));
    const [window] = await folder.windowsOf(join(dataDir, 'sub/f.csv'), dataset.preparation);
    const known = dataset.splits.test.example(1).x;
    expect(Math.max(...window.x.map((value, i) => Math.abs(value - known[i])))).toBeLessThan(1e-5);
  });

  test('a prepared store gives the same dataset', async () => {
    const config = parsed({ dataDir, classColumn: 'rhythm' });
    const [inMemory, stored] = [
      await folder.create(config),
      await folder.create({ ...config, storeDir: join(root, 'store') }),
    ];
    expect(stored.hash).toBe(inMemory.hash);
    expect(stored.splits.test.example(0)).toEqual(inMemory.splits.test.example(0));
  });

  test('folds: each patient validates once and tests once', async () => {
    const seen = { validation: [] as string[], test: [] as string[] };
    for (const fold of [0, 1, 2]) {
      const folds = { splitColumn: undefined, folds: 3, fold };
      const { records, notes } = await folder.open(parsed({ dataDir, classColumn: 'rhythm', ...folds }));
      for (const { id, split } of records) if (split !== 'train') seen[split].push(id);
      expect(notes.join('\n')).toContain(`fold ${fold} of 3`);
    }
    const all = ['a.csv', 'b.csv', 'c.csv', 'd.csv', 'e.csv', 'sub/f.csv'];
    expect(seen.validation.sort()).toEqual(all);
    expect(seen.test.sort()).toEqual(all);
  });

  test('a table that is not there', async () => {
    await expect(folder.create(parsed({ dataDir, labelsFile: 'other.csv' }))).rejects.toThrow(
      'There is no readable table',
    );
  });

  test.each([
    ['no labels', {}, 'State `classColumn`, `labelColumns` or `labels`. Columns: file, split, rhythm'],
    [
      'two kinds of labels',
      { classColumn: 'rhythm', labelColumns: ['af'] },
      'State one of `classColumn` and `labelColumns`',
    ],
    ['an unknown column', { classColumn: 'rythm' }, 'labels.csv has no column `rythm`. Did you mean `rhythm`?'],
    ['a column that is no label', { labelColumns: ['age'] }, 'labels.csv, row 2: `age` is `70`, expected 0 or 1'],
    ['a wrong expression', { labels: { af: 'rythm == "AF"' } }, 'label `af`: `rythm == "AF"`: `rythm` is no column'],
    [
      'a text with a unit',
      { labels: { af: 'rhythm > 3 cm' }, columnUnits: { rhythm: 'cm' } },
      'row 2: `rhythm` is `AF`, expected a number of cm',
    ],
    [
      'a patient in two splits',
      { classColumn: 'rhythm', patientColumn: 'rhythm' },
      'Patients must not be in two splits',
    ],
    [
      'another split column',
      { classColumn: 'rhythm', splitColumn: 'rhythm' },
      '`rhythm` is `AF`, expected train, validation or test',
    ],
    ['folds beside a split column', { classColumn: 'rhythm', folds: 3 }, 'State `splitColumn` or `folds`, not both'],
    ['an empty patient', { classColumn: 'rhythm', patientColumn: 'age' }, 'row 6: column `age` is empty'],
    [
      'a lead that is not there',
      { classColumn: 'rhythm', leads: ['V1'] },
      "must be one of the signal's: II. Received: V1.",
    ],
    ['too long a window', { classColumn: 'rhythm', seconds: 5 }, 'it has 3 s, a window has 5 s'],
    [
      'a split without patients',
      { classColumn: 'rhythm', splitColumn: undefined, testFraction: 0, validationFraction: 0 },
      'is in the validation split. Choose larger fractions',
    ],
  ])('%s: an error', async (_, options, message) =>
    expect(folder.create(parsed({ dataDir, ...options }))).rejects.toThrow(message),
  );

  test('leads may have other names in the files, and the table may be elsewhere', async () => {
    const names = Object.entries(six).map(([file, text]): [string, string] => [
      file,
      text.replace('II (mV)', 'MLII (mV)'),
    ]);
    const files = folderOf(at('aliases'), Object.fromEntries(names));
    const options = { dataDir: files, labelsFile: join(dataDir, 'labels.csv'), classColumn: 'rhythm' };
    await expect(folder.create(parsed(options))).rejects.toThrow("must be one of the signal's: MLII. Received: II.");
    const dataset = await folder.create(parsed({ ...options, leadAliases: { MLII: 'II' } }));
    expect(dataset.splits.train.example(0)).toEqual(
      (await folder.create(parsed({ dataDir, classColumn: 'rhythm' }))).splits.train.example(0),
    );
  });

  test('a listed file that is not there is absent, one listed twice an error', async () => {
    const more = folderOf(at('absent'), { ...six, 'labels.csv': `${table}gone.edf,test,AF,1,1,0,0,p9\n` });
    expect((await folder.create(parsed({ dataDir: more, classColumn: 'rhythm' }))).report.absent).toEqual(['gone.edf']);
    const twice = folderOf(at('twice'), { ...six, 'labels.csv': `${table}a,test,AF,1,1,0,0,p9\n` });
    await expect(folder.create(parsed({ dataDir: twice, classColumn: 'rhythm' }))).rejects.toThrow(
      'row 8: `a.csv` stands in row 2 already',
    );
  });
});

describe('a folder without a table', () => {
  test('takes the class from the first folder, the files of all formats', async () => {
    const dataDir = folderOf(at('plain'), {
      'af/a.csv': csv(1),
      'af/b.csv': csv(2),
      'sinus/x/c.csv': csv(3),
      '.hidden/z.csv': 'no',
    });
    cpSync(new URL('../../golden/ecg-files/plain.edf', import.meta.url), join(dataDir, 'sinus/d.edf'));
    const { signal } = synthesizeEcg({ seconds: 3, sampleRateHz: 100, heartRateBpm: 80, seed: 1 });
    await writeRecord(join(dataDir, 'sinus/e'), { signal });
    const config = parsed({
      dataDir,
      splitColumn: undefined,
      seconds: 2,
      testFraction: 0.3,
      validationFraction: 0.3,
      splitSeed: 0,
    });
    const { records, settings: opened } = await folder.open(config);
    expect(records.map(({ id }) => id)).toEqual([
      'af/a.csv',
      'af/b.csv',
      'sinus/d.edf',
      'sinus/e.hea',
      'sinus/x/c.csv',
    ]);
    expect(records[3].files).toEqual(['sinus/e.dat', 'sinus/e.hea']);
    expect(opened.task).toEqual({ name: 'folder', kind: 'multi-class', classes: ['af', 'sinus'] });
    expect((await folder.create(config)).report.present).toBe(5);
  });

  test('without a file or a folder it is an error', async () => {
    await expect(
      folder.create(parsed({ dataDir: folderOf(at('empty'), { 'x.pdf': '' }), splitColumn: undefined })),
    ).rejects.toThrow('There is no ECG file in');
    await expect(folder.create(parsed({ dataDir: join(root, 'nowhere') }))).rejects.toThrow(
      'There is no readable folder',
    );
  });
});

test('the schema has a description for every field and is known to the factory', () => {
  const { properties } = datasetFactory.describe('folder').config as {
    properties: Record<string, { description?: string }>;
  };
  expect(Object.entries(properties).filter(([, { description }]) => !description)).toEqual([]);
});

import { mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import type { EcgDataset } from './dataset.js';
import { datasetFactory } from './factory.js';
import { commonConditions } from './harmonise.js';
import { writeSyntheticCpsc2018 } from './synthetic-cpsc2018.js';
import { writeSyntheticPtbxl } from './synthetic-ptbxl.js';

jest.setTimeout(120_000);

const ofClass = ({ splits }: EcgDataset, name: string): string[] => {
  const k = commonConditions.findIndex((condition) => condition === name);
  return Object.values(splits).flatMap((split) =>
    Array.from({ length: split.size }, (_, i) => split.example(i)).flatMap(({ id, y }) => (y[k] > 0 ? id : [])),
  );
};

describe('task common', () => {
  let root: string;
  beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cardio-common-'))));
  afterAll(() => rm(root, { recursive: true }));

  test('gives PTB-XL and CPSC2018 the same classes in the same order, and windows of one shape', async () => {
    const [folderA, folderB] = ['ptbxl', 'cpsc'].map((name) => join(root, name));
    await writeSyntheticPtbxl(folderA, { records: 60, seed: 1 });
    const written = await writeSyntheticCpsc2018(folderB);
    const a = await datasetFactory.create('ptbxl', { dataDir: folderA, task: 'common' });
    const b = await datasetFactory.create('cpsc2018', { dataDir: folderB, task: 'common', sampleRateHz: 100 });
    expect(a.task).toEqual(b.task);
    expect(a.task).toEqual({ name: 'common', kind: 'multi-label', classes: commonConditions });
    expect(a.window).toEqual(b.window);
    const fibrillating = written.flatMap(({ name, labels }) => (labels.includes(1) ? name : []));
    expect(ofClass(b, 'atrial_fibrillation').sort()).toEqual(fibrillating);
    expect(ofClass(a, 'normal').length).toBeGreaterThan(10);
    expect(a.report.notes.join()).toContain('have no label of task common');
  });
});

const real = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const here = existsSync(join(real, 'ptb-xl')) && existsSync(join(real, 'cpsc2018'));
if (!here) console.warn(`Skipped: task common on real records needs ${real}/ptb-xl and cpsc2018, which are absent.`);

(here ? test : test.skip)('real records of both have the shared classes', async () => {
  const a = await datasetFactory.create('ptbxl', { dataDir: join(real, 'ptb-xl'), task: 'common' });
  const config = {
    dataDir: join(real, 'cpsc2018/challenge2020'),
    task: 'common',
    sampleRateHz: 100,
    folds: 3,
  } as const;
  const b = await datasetFactory.create('cpsc2018', config);
  expect(a.task).toEqual(b.task);
  expect(a.window).toEqual(b.window);
  expect(ofClass(a, 'normal')).toHaveLength(26); // the superclass's 26, by the README of the data
  expect(ofClass(b, 'right_bundle_branch_block').sort()).toEqual(['A0001', 'A0006', 'A0010']);
  expect(ofClass(b, 'premature_ventricular_contraction')).toEqual(['A0005']);
});

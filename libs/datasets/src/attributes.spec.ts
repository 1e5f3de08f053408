import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, jest, test } from '@jest/globals';
import { datasetFactory } from './factory.js';
import { ptbxlAttributes } from './ptbxl-attributes.js';

jest.setTimeout(60_000);

describe('attributes of records', () => {
  test('are read from PTB-XL as it codes them', () => {
    const row = {
      age: '300.0',
      sex: '1',
      site: '12.0',
      device: 'CS-12   E',
      static_noise: '',
      burst_noise: ' , I-V1, ',
    };
    expect(ptbxlAttributes(row)).toEqual({
      ...{ sex: 'female', ageYears: 90, site: '12', device: 'CS-12 E', quality: 'noisy' },
    });
    expect(ptbxlAttributes({ age: '0.0', sex: '0', burst_noise: '' })).toEqual({
      ...{ sex: 'male', ageYears: 0, quality: 'clean' },
    });
    expect(ptbxlAttributes({ age: '', sex: '' })).toEqual({});
  });

  test('change neither the hash of a dataset nor its store', async () => {
    const root = await mkdtemp(join(tmpdir(), 'cardio-attributes-'));
    try {
      const config = { records: 20, seconds: 1 };
      const memory = await datasetFactory.create('synthetic', config);
      const stored = await datasetFactory.create('synthetic', { ...config, storeDir: root });
      expect(stored.hash).toBe(memory.hash);
      expect(stored.attributes).toEqual(memory.attributes);
      expect([...(memory.attributes?.values() ?? [])].every(({ ageYears = 0 }) => ageYears > 0)).toBe(true);
    } finally {
      await rm(root, { recursive: true });
    }
  });
});

const real = fileURLToPath(new URL('../../../../shared/data', import.meta.url));
const folders = {
  ptbxl: join(real, 'ptb-xl'),
  mitbih: join(real, 'mitdb/mit-bih-arrhythmia-database-1.0.0'),
  cpsc2018: join(real, 'cpsc2018/challenge2020'),
};
const here = Object.values(folders).every((folder) => existsSync(folder));
if (!here) console.warn(`Skipped: attributes of real records need ${Object.values(folders).join(', ')}.`);

(here ? test : test.skip)('real files say what their tables and headers say', async () => {
  const ptbxl = await datasetFactory.create('ptbxl', { dataDir: folders.ptbxl });
  expect(ptbxl.attributes?.get('00001_lr')).toEqual({
    ...{ sex: 'female', ageYears: 56, site: '0', device: 'CS-12 E', quality: 'noisy' },
  });
  const mitbih = await datasetFactory.create('mitbih', { dataDir: folders.mitbih });
  expect(mitbih.attributes?.get('100')).toEqual({ sex: 'male', ageYears: 69 });
  const cpsc2018 = await datasetFactory.create('cpsc2018', { dataDir: folders.cpsc2018, folds: 3 });
  expect(cpsc2018.attributes?.get('A0001')).toEqual({ sex: 'male', ageYears: 74 });
});

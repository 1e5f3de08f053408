import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { validate } from '@cardio/core';
import { moments } from '@cardio/signal';
import { cpsc2018Config } from './cpsc2018-config.js';
import type { EcgDataset } from './dataset.js';
import { folderConfig } from './folder/config.js';
import { mimicConfig } from './mimic-config.js';
import { ptbxl, windowsOf } from './ptbxl.js';
import { signalSteps, type SignalConfig } from './signal-config.js';
import { synthetic } from './synthetic-dataset.js';
import { writeSyntheticPtbxl } from './synthetic-ptbxl.js';

jest.setTimeout(120_000);

const chosen = (config: Partial<SignalConfig> = {}): SignalConfig => ({
  ...{ filter: 'none', normalise: 'dataset', normaliseMethod: 'z-score' },
  ...config,
});

describe('the steps', () => {
  test('are none by default, and the scale is fitted on the training split', () =>
    expect(signalSteps(chosen(), 100)).toEqual({ filter: [], normalise: [], options: {} }));

  test.each([
    [{ filter: 'monitor' } as const, { step: 'filter', bandHz: [0.5, 40] }],
    [{ filter: 'diagnostic', notchHz: 50 } as const, { step: 'filter', bandHz: [0.05, 150], notchHz: 50 }],
    [{ filterHz: [1, 30] }, { step: 'filter', bandHz: [1, 30] }],
    [{ notchHz: 60 } as const, { step: 'filter', notchHz: 60 }],
  ])('of %j are %j', (config, step) => expect(signalSteps(chosen(config), 500).filter).toEqual([step]));

  test('of a scale by record leave nothing to be fitted', () =>
    expect(signalSteps(chosen({ normalise: 'lead', normaliseMethod: 'robust' }))).toEqual({
      filter: [],
      normalise: [{ step: 'normalise', method: 'robust', per: 'lead' }],
      options: { standardise: 'none' },
    }));

  test.each([
    [{ filter: 'monitor', filterHz: [1, 30] } as const, '`filter` is monitor and `filterHz` 1 to 30 Hz; choose one.'],
    [{ filterHz: [30, 1] }, '`filterHz` must ascend. Received: 30 to 1 Hz.'],
    [{ filter: 'diagnostic' } as const, 'A filter at 150 Hz needs records of more than 300 Hz, these have 100 Hz.'],
    [{ notchHz: 50 } as const, 'A filter at 50 Hz needs records of more than 100 Hz, these have 100 Hz.'],
    [
      { normaliseMethod: 'robust' } as const,
      '`normaliseMethod` robust needs `normalise` lead or record. Received: dataset',
    ],
    [{ normalise: 'none', normaliseMethod: 'min-max' } as const, 'Received: none, which does not scale.'],
  ])('of %j are refused', (config, message) => expect(() => signalSteps(chosen(config), 100)).toThrow(message));

  test('are offered by every dataset of whole records', () => {
    for (const schema of [ptbxl.config, cpsc2018Config, mimicConfig, folderConfig]) {
      expect(schema.parse({ dataDir: 'x' })).toMatchObject(chosen());
    }
    expect(synthetic.config.parse({})).toMatchObject(chosen());
  });
});

describe('a dataset with a filter and a scale of its own', () => {
  const root = mkdtempSync(join(tmpdir(), 'cardio-signal-config-'));
  afterAll(() => rmSync(root, { recursive: true }));
  const dataDir = join(root, 'ptbxl');
  const storeDir = join(root, 'stores');
  const load = (fields: object): Promise<EcgDataset> =>
    ptbxl.create(validate(ptbxl.config, { dataDir, ...fields }, 'dataset `ptbxl`'));
  let plain: EcgDataset;
  let own: EcgDataset;
  beforeAll(async () => {
    await writeSyntheticPtbxl(dataDir, { records: 50, seed: 5 });
    plain = await load({ storeDir });
    own = await load({ storeDir, filter: 'monitor', normalise: 'lead' });
  });

  test('says so in its steps, and is another dataset in another store', () => {
    expect(own.preparation.steps.slice(1)).toEqual([
      { step: 'filter', bandHz: [0.5, 40] },
      { step: 'normalise', method: 'z-score', per: 'lead' },
    ]);
    expect(own.hash).not.toBe(plain.hash);
    expect(readdirSync(storeDir)).toHaveLength(2);
  });

  test('has mean 0 and deviation 1 in each lead', () => {
    const { x } = own.splits.train.example(0);
    for (let lead = 0; lead < 12; lead++) {
      const { mean, std } = moments([x.filter((_, i) => i % 12 === lead)]);
      expect(mean).toBeCloseTo(0, 5);
      expect(std).toBeCloseTo(1, 5);
    }
  });

  test('prepares an unseen record by the same steps', async () => {
    const example = own.splits.test.example(0);
    const folder = `records100/${String(Math.floor(Number.parseInt(example.recordId) / 1000) * 1000).padStart(5, '0')}`;
    const [unseen] = await windowsOf(join(dataDir, folder, example.recordId), own.preparation);
    expect(unseen.x).toEqual(example.x);
  });

  test('is the same where it is made up on the spot', async () => {
    const make = (fields: object): Promise<EcgDataset> =>
      synthetic.create(synthetic.config.parse({ records: 20, seconds: 4, sampleRateHz: 250, ...fields }));
    const [before, after] = [await make({}), await make({ filterHz: [1, 30], normalise: 'record' })];
    expect(after.hash).not.toBe(before.hash);
    const { mean, std } = moments([after.splits.train.example(0).x]);
    expect(mean).toBeCloseTo(0, 5);
    expect(std).toBeCloseTo(1, 5);
  });

  test('is left as it is where no scale is wanted', async () => {
    const { splits, preparation } = await load({ normalise: 'none' });
    expect(preparation.steps).toHaveLength(1);
    const fitted = plain.preparation.steps.find((step) => step.step === 'standardise');
    const [mV, scaled] = [splits.test.example(0).x, plain.splits.test.example(0).x];
    expect(scaled[5] * (fitted?.std ?? 0) + (fitted?.mean ?? 0)).toBeCloseTo(mV[5], 5);
  });
});

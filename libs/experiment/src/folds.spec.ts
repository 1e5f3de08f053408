import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, test } from '@jest/globals';
import { writeSyntheticMitbih, writeSyntheticPtbxl } from '@cardio/datasets';

import { planFolds, wantedFolds } from './folds.js';
import { resolveConfig } from './resolve.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-folds-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const configOf = async (flags: Record<string, string>) =>
  (await resolveConfig({ flags: { model: 'cnn_lstm', ...flags } })).config;

describe('folds are run', () => {
  const wanted = async (flags: Record<string, string>) =>
    wantedFolds(await resolveConfig({ flags: { model: 'cnn_lstm', dataset: 'synthetic', ...flags } }));

  test('where their number is given and no fold', async () => expect(await wanted({ folds: '5' })).toBe(5));
  test('not where one is named', async () => expect(await wanted({ folds: '5', fold: '0' })).toBeUndefined());
  test("not where the number is the dataset's own default", async () => expect(await wanted({})).toBeUndefined());
});

describe('the plan of folds', () => {
  test('of a set without a published division: each patient validates once and tests once', async () => {
    const { outOfFold, patients, note } = await planFolds(
      await configOf({ dataset: 'synthetic', records: '120', folds: '4' }),
      4,
    );
    expect(outOfFold).toBe('test');
    expect(note).toContain('every patient is tested once');
    const total = patients[0].train + patients[0].validation + patients[0].test;
    expect(patients.reduce((sum, { validation }) => sum + validation, 0)).toBe(total);
    expect(patients.reduce((sum, { test: tests }) => sum + tests, 0)).toBe(total);
  });

  test('of MIT-BIH and PTB-XL: the published test set stays out of it', async () => {
    const [mitdb, ptbxl] = [join(folder, 'mitdb'), join(folder, 'ptbxl')];
    await writeSyntheticMitbih(mitdb, { seed: 3 });
    await writeSyntheticPtbxl(ptbxl, { records: 60, seed: 1 });
    for (const flags of [
      { dataset: 'mitbih', 'data-dir': mitdb, folds: '2' },
      { dataset: 'ptbxl', 'data-dir': ptbxl, folds: '3' },
    ]) {
      const plan = await planFolds(await configOf(flags), Number(flags.folds));
      expect(plan.outOfFold).toBe('validation');
      expect(plan.note).toContain('is not looked at');
    }
  });

  test('with a fold in which nobody tests is an error before anything is trained', async () => {
    const config = await configOf({ dataset: 'synthetic', records: '50', folds: '99' });
    await expect(planFolds(config, 99)).rejects.toThrow(/nobody is in the|is in the (train|validation) split/);
  });
});

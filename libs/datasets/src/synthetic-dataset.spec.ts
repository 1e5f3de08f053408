import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, jest, test } from '@jest/globals';
import type { EcgDataset } from './dataset.js';
import { synthetic } from './synthetic-dataset.js';

jest.setTimeout(120_000);

const root = mkdtempSync(join(tmpdir(), 'cardio-synthetic-'));
afterAll(() => rmSync(root, { recursive: true }));
const load = (fields: object = {}): Promise<EcgDataset> =>
  synthetic.create(synthetic.config.parse({ records: 20, seconds: 2, ...fields }));

describe('synthetic', () => {
  test('needs no files and no settings', async () => {
    const { splits, window, task, report } = await load();
    expect(splits.train.size + splits.validation.size + splits.test.size).toBe(20);
    expect(window).toMatchObject({ samples: 200, sampleRateHz: 100 });
    expect(task.classes).toHaveLength(8);
    expect(report.notes[0]).toMatch(/made up/);
  });

  test('has any rate, length, leads and number', async () => {
    const { splits, window } = await load({
      records: 25,
      sampleRateHz: 250,
      seconds: 3,
      leads: ['V1', 'II'],
      noise: 0,
    });
    expect(window).toEqual({ samples: 750, sampleRateHz: 250, leads: ['V1', 'II'] });
    expect(splits.train.example(0).x).toHaveLength(1500);
    expect(splits.train.size + splits.validation.size + splits.test.size).toBe(25);
  });

  test('is the same again for a seed, from a store too, and another for another', async () => {
    const first = await load();
    const stored = await load({ storeDir: join(root, 'store') });
    expect(stored.hash).toBe(first.hash);
    expect(stored.splits.test.example(0).x).toEqual(first.splits.test.example(0).x);
    expect((await load({ cohortSeed: 1 })).splits.test.example(0).x).not.toEqual(first.splits.test.example(0).x);
  });

  test('labels what was put in', async () => {
    const { records, settings } = await synthetic.open(synthetic.config.parse({ records: 20, seconds: 1 }));
    for (const record of records.slice(0, 5)) {
      const { conditions, rhythm } = record.detail as { conditions: string[]; rhythm: string };
      const [{ y }] = await synthetic.prepareRecord(record, settings);
      const names = settings.task.classes.filter((_, k) => y[k] === 1);
      const put = [...(rhythm === 'sinus' ? [] : [rhythm]), ...conditions];
      expect([...names].sort()).toEqual(put.length === 0 ? ['normal'] : put.sort());
    }
  });

  test('has every finding in every split, patients apart', async () => {
    const { records } = await synthetic.open(synthetic.config.parse({ records: 300 }));
    const homes = new Map<string, Set<string>>();
    const found = { train: new Set<string>(), validation: new Set<string>(), test: new Set<string>() };
    for (const { patientId, split, detail } of records) {
      homes.set(patientId, (homes.get(patientId) ?? new Set()).add(split));
      const { conditions, rhythm } = detail as { conditions: string[]; rhythm: string };
      for (const name of [...conditions, rhythm]) found[split].add(name);
    }
    expect([...homes.values()].every(({ size }) => size === 1)).toBe(true);
    expect([found.validation.size, found.test.size]).toEqual([8, 8]); // six conditions, two rhythms
  });
});

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { moments } from '@cardio/signal';
import type { EcgDataset, Example, Split } from './dataset.js';
import { loadSource } from './load-source.js';
import { isStored } from './store/stored-split.js';
import { smallSource, writeSmallFile, writeSmallFiles, type SmallConfig } from './testing/small-source.js';

jest.setTimeout(120_000); // threads and processes start slowly on a busy machine

let folder: string;
let config: SmallConfig;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardio-load-'));
  config = { dataDir: join(folder, 'data'), records: 40, maxBadRecords: 2 };
  await writeSmallFiles(config.dataDir, config.records, [7, 20]);
});
afterAll(() => rm(folder, { recursive: true }));

const examplesOf = (split: Split): Example[] => Array.from({ length: split.size }, (_, i) => ({ ...split.example(i) }));
const allOf = ({ splits }: EcgDataset) => Object.values(splits).map(examplesOf);
const facts = (split: Split) => {
  const { name, size, shape, classCounts, recordIds, patientIds } = split;
  return { name, size, shape, classCounts, recordIds, patientIds };
};

describe('a source in memory', () => {
  test('is standardised by one mean and deviation of the training windows, and so is each feature', async () => {
    const raw = await loadSource(smallSource, { ...config, standardise: 'none' });
    const { splits, preparation, report, hash } = await loadSource(smallSource, config);
    const [train] = allOf(raw);
    const fitted = moments(train.map(({ x }) => x));
    const steps = preparation.steps.slice(1) as { mean: number | number[]; std: number | number[] }[];
    expect(steps[0].mean).toBeCloseTo(fitted.mean, 12);
    expect(steps[0].std).toBeCloseTo(fitted.std, 12);
    const second = moments([Float32Array.from(train, ({ features }) => features?.[1] ?? NaN)]);
    expect((steps[1].mean as number[])[1]).toBeCloseTo(second.mean, 12);
    const after = examplesOf(splits.train);
    expect(moments(after.map(({ x }) => x)).mean).toBeCloseTo(0, 6);
    expect(moments([Float32Array.from(after, ({ features }) => features?.[0] ?? NaN)]).std).toBeCloseTo(1, 5);
    expect(raw.preparation.steps).toHaveLength(1);
    expect(raw.hash).not.toBe(hash);
    expect(report).toEqual({
      present: 38,
      absent: ['r-1'],
      bad: [
        { record: 'r7', reason: 'r7 is bad.' },
        { record: 'r20', reason: 'r20 is bad.' },
      ],
      notes: ['made up'],
    });
  });

  test('tells its progress', async () => {
    const told: string[] = [];
    await loadSource(smallSource, config, (done, total) => told.push(`${done}/${total}`));
    expect([told.length, told[39]]).toEqual([40, '40/40']);
  });

  test('stops for more bad records than allowed', () =>
    expect(loadSource(smallSource, { ...config, maxBadRecords: 1 })).rejects.toThrow("2 records can't be used"));
});

describe('a source in a store', () => {
  test('has the same examples, bit for bit, and the same report and hash as in memory', async () => {
    const inMemory = await loadSource(smallSource, config);
    for (const round of ['prepared', 'opened again']) {
      const stored = await loadSource(smallSource, { ...config, storeDir: join(folder, 'same') });
      expect([round, Object.values(stored.splits).every(isStored)]).toEqual([round, true]);
      expect(allOf(stored)).toEqual(allOf(inMemory));
      const [{ splits: a, ...restA }, { splits: b, ...restB }] = [stored, inMemory];
      expect(restA).toEqual(restB);
      expect(Object.values(a).map(facts)).toEqual(Object.values(b).map(facts));
    }
  });

  test('in float16 differs by the rounding alone', async () => {
    const options = { ...config, standardise: 'none' as const };
    const exact = allOf(await loadSource(smallSource, options)).flat();
    const rounded = await loadSource(smallSource, {
      ...options,
      storeDir: join(folder, 'half'),
      storeDtype: 'float16',
    });
    allOf(rounded)
      .flat()
      .forEach(({ x, y, features }, i) => {
        expect([y, features]).toEqual([exact[i].y, exact[i].features]);
        x.forEach((value, j) => {
          const truth = exact[i].x[j];
          expect(Math.abs(value - truth)).toBeLessThanOrEqual(Math.max(Math.abs(truth) * 2 ** -11, 2 ** -25));
        });
      });
    expect(rounded.hash).not.toBe((await loadSource(smallSource, options)).hash);
  });

  test('reads no sample for ids and labels', async () => {
    const { splits } = await loadSource(smallSource, { ...config, storeDir: join(folder, 'same') });
    const example = splits.train.example(3);
    expect(Object.getOwnPropertyDescriptor(example, 'x')?.get).toBeDefined();
    expect(() => splits.train.example(splits.train.size)).toThrow('asked for number');
  });

  test('takes a mended record in', async () => {
    const stored = { ...config, dataDir: join(folder, 'mended'), storeDir: join(folder, 'mended-store') };
    await writeSmallFiles(stored.dataDir, 40, [7, 20]);
    await expect(loadSource(smallSource, { ...stored, maxBadRecords: 0 })).rejects.toThrow("2 records can't be used");
    expect((await loadSource(smallSource, stored)).report.bad).toHaveLength(2);
    await new Promise((resolve) => setTimeout(resolve, 20));
    await writeSmallFile(stored.dataDir, 7, 'good');
    const { bad, present } = (await loadSource(smallSource, stored)).report;
    expect([bad.map(({ record }) => record), present]).toEqual([['r20'], 39]);
  });
});

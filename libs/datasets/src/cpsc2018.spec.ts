import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { cpsc2018 } from './cpsc2018.js';
import { challengeLabels, cpscClasses, cpscReference } from './cpsc2018-labels.js';
import type { EcgDataset, Example } from './dataset.js';
import { datasetFactory } from './factory.js';
import { writeSyntheticCpsc2018, type SyntheticCpsc2018Options, type WrittenCpscRecord } from './synthetic-cpsc2018.js';

jest.setTimeout(120_000);

const load = async (dataDir: string, config: object = {}): Promise<EcgDataset> =>
  datasetFactory.create('cpsc2018', { dataDir, ...config });
const examplesOf = ({ splits }: EcgDataset): Example[] =>
  Object.values(splits).flatMap((split) => Array.from({ length: split.size }, (_, i) => split.example(i)));
const bytesOf = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');
const standardisation = ({ preparation }: EcgDataset): { mean: number; std: number } => {
  const step = preparation.steps.find((one) => one.step === 'standardise');
  if (!step) throw new Error('not standardised');
  return step;
};

let root: string;
beforeAll(async () => void (root = await mkdtemp(join(tmpdir(), 'cardio-cpsc-'))));
afterAll(() => rm(root, { recursive: true }));

describe.each(['original', 'challenge', 'challenge-2021', 'challenge-feb2020'] as const)(
  'in the layout %s',
  (layout) => {
    let folder: string;
    let written: WrittenCpscRecord[];
    let dataset: EcgDataset;
    beforeAll(async () => {
      folder = join(root, layout);
      const options: SyntheticCpsc2018Options = { layout, seed: 3 };
      written = await writeSyntheticCpsc2018(folder, options);
      dataset = await load(folder);
    });

    test('every record has its labels', () => {
      const { splits, report, task } = dataset;
      expect(task).toEqual({ name: 'diagnosis', kind: 'multi-label', classes: cpscClasses });
      expect([report.present, report.bad]).toEqual([27, []]);
      const found = new Map(examplesOf(dataset).map((example) => [example.id, example.y]));
      for (const { name, labels } of written) {
        expect([name, [...(found.get(name) ?? [])].flatMap((one, k) => (one > 0 ? k : []))]).toEqual([
          name,
          [...labels].sort((a, b) => a - b),
        ]);
      }
      expect(Object.values(splits).every(({ size }) => size > 0)).toBe(true);
    });

    test('a window is the first 10 s of all leads, or the record filled up with zeros', () => {
      const { mean, std } = standardisation(dataset);
      for (const { id, x } of examplesOf(dataset).slice(0, 6)) {
        const samples = written.find(({ name }) => name === id)?.signal.samples ?? [];
        const truth = Float32Array.from({ length: 60_000 }, (_, i) => samples[i % 12][Math.floor(i / 12)] ?? 0);
        const furthest = x.reduce((most, value, i) => Math.max(most, Math.abs(value * std + mean - truth[i])), 0);
        expect(furthest).toBeLessThan(2e-6); // single precision of a few mV
      }
    });

    test('an unseen record is prepared as its own', async () => {
      const [example] = examplesOf(dataset);
      const path = join(folder, layout === 'original' ? `${example.id}.mat` : example.id);
      const [window] = await cpsc2018.windowsOf(path, dataset.preparation);
      expect(window.id.split(':')[0]).toBe(example.id);
      expect(bytesOf(window.x)).toBe(bytesOf(example.x));
      const short = written.find(({ signal }) => signal.samples[0].length < 5000)?.name ?? '';
      const own = examplesOf(dataset).find(({ id }) => id === short);
      const [filled] = await cpsc2018.windowsOf(
        join(folder, layout === 'original' ? `${short}.mat` : short),
        dataset.preparation,
      );
      const furthest = filled.x.reduce((most, value, i) => Math.max(most, Math.abs(value - (own?.x[i] ?? NaN))), 0);
      expect(furthest).toBeLessThan(1e-6);
    });
  },
);

describe('cpsc2018', () => {
  const folder = (): string => join(root, 'challenge');

  test('has the same data in every layout', async () => {
    const layouts = await Promise.all(['original', 'challenge-2021'].map((name) => load(join(root, name))));
    const [a, b] = layouts.map((dataset) => examplesOf(dataset).map(({ id, x, y }) => [id, bytesOf(x), bytesOf(y)]));
    expect(a).toEqual(b);
  });

  test('with windows `all` has as many as fit, and at another rate as many samples', async () => {
    const dataset = await load(folder(), { windows: 'all', seconds: 5, sampleRateHz: 100 });
    expect(dataset.window).toMatchObject({ samples: 500, sampleRateHz: 100 });
    const records = await load(folder());
    const windows = examplesOf(dataset).filter(({ recordId }) => recordId === 'A0001');
    expect(windows.map(({ id }) => id).slice(0, 2)).toEqual(['A0001:0', 'A0001:500']);
    expect(examplesOf(dataset).length).toBeGreaterThan(examplesOf(records).length);
  });

  test('divides records by a hash: 80:10:10, moved by the seed, not by other records', async () => {
    const one = await load(folder());
    const smaller = join(root, 'smaller');
    await cp(folder(), smaller, { recursive: true });
    for (const name of one.splits.train.recordIds.slice(0, 5)) {
      for (const extension of ['hea', 'mat']) await rm(join(smaller, `${name}.${extension}`));
    }
    const fewer = await load(smaller);
    expect(fewer.splits.test.recordIds).toEqual(one.splits.test.recordIds);
    expect(fewer.splits.validation.recordIds).toEqual(one.splits.validation.recordIds);
    expect(fewer.report.notes.join()).toContain('6855 of 6877 records are absent');
    expect((await load(folder(), { splitSeed: 5 })).splits.test.recordIds).not.toEqual(one.splits.test.recordIds);
  });

  test('in folds tests every record once, with each class in every fold', async () => {
    const tested: string[] = [];
    for (let fold = 0; fold < 3; fold++) {
      const { splits, report } = await load(folder(), { folds: 3, fold });
      tested.push(...splits.test.recordIds);
      expect(Math.min(...splits.test.classCounts)).toBeGreaterThan(0);
      expect(report.notes[0]).toBe(
        `Cross-validation by patient: fold ${fold} of 3 (from 0) validates, fold ${(fold + 1) % 3} tests.`,
      );
    }
    expect(tested.sort()).toEqual(Array.from({ length: 27 }, (_, i) => `A${String(i + 1).padStart(4, '0')}`));
  });

  test('has from a store what it has in memory', async () => {
    const inMemory = await load(folder());
    const stored = await load(folder(), { storeDir: join(root, 'store') });
    expect(stored.hash).toBe(inMemory.hash);
    expect(bytesOf(examplesOf(stored)[7].x)).toBe(bytesOf(examplesOf(inMemory)[7].x));
  });

  test('finds records at any depth, and refuses one that is there twice', async () => {
    const deep = join(root, 'deep');
    await mkdir(join(deep, 'training', 'cpsc_2018'), { recursive: true });
    await cp(folder(), join(deep, 'training', 'cpsc_2018', 'g1'), { recursive: true });
    expect((await load(deep)).report.present).toBe(27);
    await cp(join(folder(), 'A0003.mat'), join(deep, 'A0003.mat'));
    await expect(load(deep)).rejects.toThrow('has record A0003 twice: A0003.mat and training/cpsc_2018/g1/A0003.hea');
  });

  test('reports what can’t be read', async () => {
    const broken = join(root, 'broken');
    await cp(folder(), broken, { recursive: true });
    await truncate(join(broken, 'A0002.mat'), 1000);
    const header = (await readFile(join(broken, 'A0005.hea'), 'utf8')).replace(/#Dx: .*/, '#Dx: 111975006');
    await writeFile(join(broken, 'A0005.hea'), header);
    const { report } = await load(broken, { maxBadRecords: 2 });
    expect(report.bad.map(({ record }) => record).sort()).toEqual(['A0002', 'A0005']);
    expect(report.bad.find(({ record }) => record === 'A0005')?.reason).toContain('(`Dx: 111975006`)');
  });

  test('needs records, and labels for them', async () => {
    await expect(load(join(root, 'nowhere'))).rejects.toThrow('has no record of CPSC2018');
    const bare = join(root, 'bare');
    await cp(join(root, 'original'), bare, { recursive: true });
    await rm(join(bare, 'REFERENCE.csv'));
    await expect(load(bare)).rejects.toThrow('27 records without headers and no REFERENCE.csv');
  });

  test('with too few records for a split says what to do', async () => {
    const few = join(root, 'few');
    await writeSyntheticCpsc2018(few, { records: 2 });
    await expect(load(few, { splitSeed: 1, validationFraction: 0 })).rejects.toThrow('is in the validation split');
  });
});

describe('labels', () => {
  test('keep their order', () => {
    const reference = '\ufeffRecording,First_label,Second_label,Third_label\r\nA0001,5,2,\r\nA0002,9,,\r\n';
    expect([...cpscReference(reference)]).toEqual([
      ['A0001', [4, 1]],
      ['A0002', [8]],
    ]);
  });

  test.each(['A0001,,,', 'A0001,10,,', 'A0001,0,,', 'A0001,x,,'])('like %s are refused', (row) =>
    expect(() => cpscReference(`Recording,First_label,Second_label,Third_label\n${row}\n`)).toThrow('record A0001'),
  );

  test('of a header are read in either dialect', () => {
    expect(challengeLabels(['Age: 74', 'Dx: 164884008,429622005'])).toEqual([6, 7]);
    expect(challengeLabels(['Dx: RBBB,AF'])).toEqual([4, 1]);
    expect(() => challengeLabels(['Age: 74'])).toThrow('no line `#Dx: …`');
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/cpsc2018', import.meta.url));
if (!existsSync(real)) console.warn(`Skipped: the tests on the real CPSC2018 need ${real}, which is absent.`);

(existsSync(real) ? describe : describe.skip)('the real CPSC2018', () => {
  test('has the published counts of labels', () => {
    const reference = cpscReference(readFileSync(join(real, 'original/REFERENCE.csv'), 'utf8'));
    const rows = [...reference.values()];
    const countsOf = (labels: number[]): number[] =>
      cpscClasses.map((_, k) => labels.filter((label) => label === k).length);
    expect(reference.size).toBe(6877);
    expect([1, 2, 3].map((n) => rows.filter(({ length }) => length === n).length)).toEqual([6400, 471, 6]);
    expect(countsOf(rows.map(([first]) => first))).toEqual([918, 1098, 704, 207, 1695, 574, 653, 826, 202]);
    expect(countsOf(rows.flat())).toEqual([918, 1221, 722, 236, 1857, 617, 700, 869, 220]);
  });

  test('loads in its own files', async () => {
    await expect(load(join(real, 'original'), { folds: 2 })).rejects.toThrow('at least 3 are needed');
    const { splits, report } = await load(join(real, 'original'), { folds: 3, fold: 1 });
    expect(report.present).toBe(2);
    expect(report.absent).toHaveLength(6875);
    const labels = Object.values(splits).flatMap(({ classCounts }) => classCounts.flatMap((n, k) => (n > 0 ? k : [])));
    expect(labels.sort()).toEqual([2, 5]); // A1980 PAC, A1982 I-AVB
  });

  test('loads in the files of the challenge, with the labels of REFERENCE.csv', async () => {
    const dataset = await load(join(real, 'challenge2020'), { folds: 3 });
    expect(dataset.report).toMatchObject({ present: 10, bad: [] });
    const reference = cpscReference(readFileSync(join(real, 'original/REFERENCE.csv'), 'utf8'));
    for (const { id, y } of examplesOf(dataset)) {
      expect([...y].flatMap((one, k) => (one > 0 ? k : []))).toEqual(reference.get(id));
    }
  });
});

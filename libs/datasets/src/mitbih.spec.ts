import { mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { existsSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { matchBeats } from '@cardio/signal';
import { readRecord } from '@cardio/wfdb';
import type { BeatCounts } from './aami.js';
import type { EcgDataset, Example, Split } from './dataset.js';
import { datasetFactory } from './factory.js';
import { writeSyntheticMitbih } from './mitbih-fixture.js';
import { beatsOfRecord } from './mitbih-beats.js';

const examplesOf = (split: Split): Example[] => Array.from({ length: split.size }, (_, i) => split.example(i));
const load = async (dataDir: string, config: object = {}): Promise<EcgDataset> =>
  datasetFactory.create('mitbih', { dataDir, ...config });

describe('synthetic records in the files of MIT-BIH', () => {
  let folder: string;
  let written: Record<string, BeatCounts>;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mitbih-'));
    written = await writeSyntheticMitbih(folder, { seconds: 20 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  /** Does something to a copy of a few records. */
  async function withCopy(
    change: (copy: string) => Promise<void>,
    check: (copy: string) => Promise<void>,
  ): Promise<void> {
    const copy = await mkdtemp(join(tmpdir(), 'mitbih-'));
    try {
      await writeSyntheticMitbih(copy, { seconds: 20, records: ['101', '106', '114', '100'] });
      await change(copy);
      await check(copy);
    } finally {
      await rm(copy, { recursive: true });
    }
  }

  test('are split by patients, with every beat accounted for', async () => {
    const { splits, report, task, window, features } = await load(folder, { classes: 'aami5' });
    expect(splits.train.recordIds).toEqual(['101', '106', '201', '208', '209']);
    expect(splits.validation.recordIds).toEqual(['114', '124', '205', '220', '223']);
    expect(splits.test.recordIds).toEqual(['100', '202', '213', '232']);
    expect([task.classes.join(''), window, features.length]).toEqual([
      'NSVFQ',
      { samples: 180, leads: ['MLII'], sampleRateHz: 360 },
      8,
    ]);
    expect(report.present).toBe(14);
    expect(report.absent).toHaveLength(30);
    const { records, groups } = report.annotationCounts ?? { records: {}, groups: {} };
    for (const [name, counts] of Object.entries(written)) {
      const { windows, leftOut, ...rest } = counts;
      expect(records[name]).toMatchObject(rest);
      expect(records[name]).toMatchObject(
        name === '102' ? { windows: 0, leftOut: { 'record with a pacemaker': counts.beats } } : { windows, leftOut },
      );
    }
    expect(groups.DS2.windows).toBe(splits.test.size);
    expect(groups.DS1.windows).toBe(splits.train.size + splits.validation.size);
    expect(Object.values(splits).map((split) => split.classCounts.reduce((a, b) => a + b))).toEqual(
      Object.values(splits).map(({ size }) => size),
    );
  });

  test('report that 201 and 202 are one patient', async () => {
    const { splits, report } = await load(folder);
    expect(splits.train.patientIds).toContain('201+202');
    expect(splits.test.patientIds).toContain('201+202');
    expect(report.notes.filter((note) => /201|in two splits/.test(note))).toEqual([
      'Records 201 (training) and 202 (test) are of one patient: a small leak inherent in the published division into DS1 and DS2.',
    ]);
    await expect(load(folder, { validationRecords: ['201'] })).rejects.toThrow('`validationRecords.0`');
  });

  test('drop class Q by default and count it', async () => {
    const { splits, report } = await load(folder);
    const q = Object.entries(written).reduce((sum, [name, { classes }]) => sum + (name === '102' ? 0 : classes.Q), 0);
    expect(q).toBeGreaterThan(0);
    const leftOut = (group: string): number => report.annotationCounts?.groups[group].leftOut['class Q'] ?? 0;
    expect(leftOut('DS1') + leftOut('DS2')).toBe(q);
    expect(splits.train.shape).toEqual({ time: 180, leads: 1, classes: 4, features: 8 });
  });

  test('are standardised over the training split: mean 0, deviation 1', async () => {
    const { splits, preparation } = await load(folder);
    const values = examplesOf(splits.train).flatMap(({ x }) => [...x]);
    const mean = values.reduce((a, b) => a + b) / values.length;
    expect(mean).toBeCloseTo(0, 5);
    expect(Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length)).toBeCloseTo(1, 5);
    for (let f = 0; f < 8; f++) {
      const column = examplesOf(splits.train).map(({ features }) => features?.[f] ?? NaN);
      expect(column.reduce((a, b) => a + b) / column.length).toBeCloseTo(0, 5);
    }
    expect(preparation.steps.map(({ step }) => step)).toEqual([
      'select-leads',
      'median-baseline',
      'beat-windows',
      'standardise',
      'standardise-features',
    ]);
    expect(JSON.parse(JSON.stringify(preparation))).toEqual(preparation);
  });

  test('prepare an unseen record exactly as the dataset did', async () => {
    const { splits, preparation, task } = await load(folder);
    const expected = examplesOf(splits.test).filter(({ recordId }) => recordId === '213');
    const beats = await beatsOfRecord(join(folder, '213'), preparation, task.classes);
    expect(beats.filter(({ y }) => y.includes(1))).toEqual(expected);
    expect((await datasetFactory.get('mitbih').windowsOf(join(folder, '213'), preparation))[0].y).toHaveLength(0);
  });

  test('have a hash of their content, whatever the folder', async () => {
    const first = await load(folder);
    expect((await load(folder)).hash).toBe(first.hash);
    expect((await load(folder, { before: 91 })).hash).not.toBe(first.hash);
    const other = await mkdtemp(join(tmpdir(), 'mitbih-'));
    await writeSyntheticMitbih(other, { seconds: 20 });
    expect((await load(other)).hash).toBe(first.hash);
    await writeSyntheticMitbih(other, { seconds: 20, seed: 1 });
    expect((await load(other)).hash).not.toBe(first.hash);
    await rm(other, { recursive: true });
  });

  test('have from a store what they have in memory', async () => {
    const [inMemory, storeDir] = [await load(folder), join(folder, 'store')];
    const stored = await load(folder, { storeDir });
    expect(stored.hash).toBe(inMemory.hash);
    expect(stored.report).toEqual(inMemory.report);
    expect(examplesOf(stored.splits.validation)[5].x).toEqual(examplesOf(inMemory.splits.validation)[5].x);
  });

  test('can be had without baseline removal, features or implausible beats', async () => {
    const plain = await load(folder, { baseline: 'none', rrFeatures: false });
    expect(plain.preparation.steps.map(({ step }) => step)).toEqual(['select-leads', 'beat-windows', 'standardise']);
    expect([plain.features, plain.splits.train.example(0).features]).toEqual([[], undefined]);
    const strict = await load(folder, { dropImplausibleRr: true });
    expect(strict.splits.train.size).toBeLessThanOrEqual(plain.splits.train.size);
  });

  test('without the lead are left out and noted; the lead is found by name in 114', async () => {
    const { report, splits } = await load(folder, { lead: 'V5', validationRecords: ['114'] }).catch((error: Error) => ({
      ...{ report: { notes: [error.message] }, splits: undefined },
    }));
    expect(splits).toBeUndefined();
    expect(report.notes[0]).toContain('has no usable record of DS1 to train on beside 114');
    expect(report.notes[0]).toContain('These have no lead `V5`: 101, 106,');
    const mlii = await load(folder, { baseline: 'none' });
    const raw = (await readRecord(join(folder, '114'))).signal;
    const [beat] = examplesOf(mlii.splits.validation)
      .filter(({ recordId }) => recordId === '114')
      .slice(3);
    const { mean, std } = mlii.preparation.steps.find((step) => step.step === 'standardise') ?? { mean: NaN, std: NaN };
    expect(beat.x[90] * std + mean).toBeCloseTo(raw.samples[1][Number(beat.id.split(':')[1])], 5);
  });

  test('that are truncated stop the load, or are listed and left out', async () => {
    await withCopy(
      (copy) => truncate(join(copy, '106.dat'), 1000),
      async (copy) => {
        await expect(load(copy)).rejects.toMatchObject({
          code: 'data',
          message: expect.stringMatching(
            /^1 record can't be used.*106: .*106\.dat: the file is truncated: .* need 21600 bytes, found 1000.*--max-bad-records 1/s,
          ),
        });
        const { report, splits } = await load(copy, { maxBadRecords: 1 });
        expect(report.bad).toEqual([
          { record: '106', reason: expect.stringContaining('106.dat: the file is truncated') },
        ]);
        expect(splits.train.recordIds).toEqual(['101']);
      },
    );
  });

  test.each(['dat', 'atr'])('that lack their .%s file are bad', (extension) =>
    withCopy(
      (copy) => rm(join(copy, `100.${extension}`)),
      (copy) => expect(load(copy)).rejects.toThrow(`100.${extension}: there is no such file`),
    ),
  );

  test('at another rate are bad', () =>
    withCopy(
      async (copy) =>
        writeFile(join(copy, '106.hea'), (await readFile(join(copy, '106.hea'), 'utf8')).replace(' 360 ', ' 250 ')),
      (copy) => expect(load(copy)).rejects.toThrow('106: The record has 250 Hz'),
    ));

  test('without annotations are predicted at the R peaks that are found, with a note, but have no labels', () =>
    withCopy(
      (copy) => rm(join(copy, '100.atr')),
      async (copy) => {
        const { preparation, task } = await load(folder);
        const samples = (examples: readonly Example[]): number[] => examples.map(({ id }) => Number(id.split(':')[1]));
        const annotated = samples(await beatsOfRecord(join(folder, '100'), preparation));
        const notes: string[] = [];
        const found = samples(await beatsOfRecord(join(copy, '100'), preparation, [], (text) => void notes.push(text)));
        const { missed, extra } = matchBeats(annotated, found, 54);
        expect(missed.length + extra.length).toBeLessThanOrEqual(1); // the record may cut one off
        expect(notes).toEqual([
          expect.stringMatching(`100.atr: the ${found.length} beats are R peaks found in lead MLII`),
        ]);
        await expect(beatsOfRecord(join(copy, '100'), preparation, task.classes)).rejects.toThrow('labels need');
      },
    ));

  test('without the ones for validation ask for others', () =>
    withCopy(
      async () => undefined,
      async (copy) => {
        await expect(load(copy, { validationRecords: ['223'] })).rejects.toThrow(
          'Name some of 101, 106, 114 as `validationRecords`.',
        );
      },
    ));

  test('in a folder that is missing or has none are an error that says which folder is meant', async () => {
    await expect(load(join(folder, 'nowhere'))).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringContaining('nowhere'),
    });
    await withCopy(
      async (copy) =>
        rm(copy, { recursive: true })
          .then(() => writeSyntheticMitbih(copy, { records: ['102'], seconds: 5 }))
          .then(() => undefined),
      async (copy) => expect(load(copy)).rejects.toThrow('has no record of MIT-BIH'),
    );
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0', import.meta.url));
if (!existsSync(real)) console.warn(`Skipped: the tests on the real MIT-BIH need ${real}, which is absent.`);

(existsSync(real) ? describe : describe.skip)('the real MIT-BIH', () => {
  // Made by golden/mitbih.py with numpy and SciPy from the original files.
  const golden = JSON.parse(readFileSync(new URL('../golden/mitbih.json', import.meta.url), 'utf8')) as {
    beats: number;
    examples: Record<string, { x: number[]; features: number[] }>;
  } & Record<'mean' | 'std', number> &
    Record<'featureMean' | 'featureStd', number[]>;
  let dataset: EcgDataset;
  beforeAll(async () => void (dataset = await load(real)), 60_000);

  test('has the published counts of DS1', () => {
    expect(dataset.report.annotationCounts?.groups.DS1).toMatchObject({
      ...{ annotations: 52_536, beats: 51_021, classes: { N: 45_866, S: 944, V: 3_788, F: 415, Q: 8 } },
      ...{ windows: 51_013, leftOut: { 'class Q': 8 } },
    });
  });

  test.each([
    ['100', { N: 2239, S: 33, V: 1, F: 0, Q: 0 }, 2274],
    ['208', { N: 1586, S: 2, V: 992, F: 373, Q: 2 }, 2955 + 85],
    ['232', { N: 397 + 1, S: 1382, V: 0, F: 0, Q: 0 }, 1816],
  ])('has the published counts of %s', (record, classes, annotations) => {
    expect(dataset.report.annotationCounts?.records[record]).toMatchObject({ classes, annotations });
  });

  test('holds out 114 124 205 220 223 of DS1 and tests on what there is of DS2', () => {
    const { splits, report } = dataset;
    expect([splits.train.size, splits.train.classCounts]).toEqual([golden.beats, [35_940, 731, 3_154, 381]]);
    expect([splits.validation.size, splits.validation.classCounts]).toEqual([10_807, [9_926, 213, 634, 34]]);
    expect(splits.validation.recordIds).toEqual(['114', '124', '205', '220', '223']);
    expect([splits.test.recordIds, splits.test.classCounts]).toEqual([
      ['100', '232'],
      [2637, 1415, 1, 0],
    ]);
    expect([report.present, report.absent.length, report.bad]).toEqual([24, 20, []]);
  });

  test('is standardised as numpy does after the median filters of SciPy', () => {
    const steps = dataset.preparation.steps.slice(-2);
    const close = (values: readonly number[]): unknown[] => values.map((value) => expect.closeTo(value, 6));
    expect(steps).toEqual([
      { step: 'standardise', mean: expect.closeTo(golden.mean, 9), std: expect.closeTo(golden.std, 9) },
      { step: 'standardise-features', mean: close(golden.featureMean), std: close(golden.featureStd) },
    ]);
  });

  test.each(Object.entries(golden.examples))('%s has the window and features of numpy', (id, expected) => {
    const found = Object.values(dataset.splits)
      .flatMap(examplesOf)
      .find((example) => example.id === id);
    const furthest = (a: readonly number[], b: Float32Array = new Float32Array(0)): number =>
      Math.max(...a.map((value, i) => Math.abs(value - b[i])));
    expect(found?.x).toHaveLength(expected.x.length);
    expect(furthest(expected.x, found?.x)).toBeLessThan(2e-6); // the golden file is rounded to 6 places
    expect(furthest(expected.features, found?.features)).toBeLessThan(1e-5); // features are float32 before and after
  });
});

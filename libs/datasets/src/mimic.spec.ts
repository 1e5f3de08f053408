import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { fillGaps, resample, standardLeads } from '@cardio/signal';
import { encodeRecord, readHeader, readRecord } from '@cardio/wfdb';
import { eachCsvRow } from './csv-stream.js';
import type { EcgDataset } from './dataset.js';
import { mimicIvEcg } from './mimic.js';
import { writeSyntheticMimic, type SyntheticMimicRecord } from './mimic-fixture.js';
import { mimicMeasurements } from './mimic-measurements.js';
import type { RecordSource } from './record-source.js';
import { mimicReportClasses, reportLabels } from './mimic-reports.js';

jest.setTimeout(120_000);

const root = mkdtempSync(join(tmpdir(), 'cardio-mimic-'));
const folder = join(root, 'all');
const size = 20;
let truth: SyntheticMimicRecord[];
const configOf = (fields: object) => mimicIvEcg.config.parse({ dataDir: folder, validationFraction: 0.2, ...fields });
const load = (fields: object): Promise<EcgDataset> => mimicIvEcg.create(configOf(fields));
const open = (fields: object): Promise<RecordSource> => mimicIvEcg.open(configOf(fields));
const examplesOf = ({ splits }: EcgDataset) =>
  Object.values(splits).flatMap((split) => Array.from({ length: split.size }, (_, i) => split.example(i)));
const changed = async (name: string): Promise<string> => {
  const copy = join(root, name);
  await cp(folder, copy, { recursive: true });
  return copy;
};

beforeAll(async () => {
  truth = await writeSyntheticMimic(folder, { records: size, seed: 1 });
});
afterAll(() => rmSync(root, { recursive: true }));

describe('mimic-iv-ecg', () => {
  let dataset: EcgDataset;
  beforeAll(async () => {
    dataset = await load({ sampleRateHz: 500 });
  });

  test('has every record, and no patient twice', () => {
    expect(
      examplesOf(dataset)
        .map(({ id }) => id)
        .sort(),
    ).toEqual(truth.map(({ studyId }) => studyId).sort());
    expect(dataset.report).toMatchObject({ present: size, absent: [], bad: [] });
    const homes = Object.values(dataset.splits).flatMap(({ patientIds }) => patientIds);
    expect(new Set(homes).size).toBe(homes.length);
    expect(homes.sort()).toEqual([...new Set(truth.map(({ subjectId }) => subjectId))].sort());
  });

  test('takes leads by name, where files have aVF before aVL; fills gaps and clips', async () => {
    const { mean, std } = dataset.preparation.steps.find((step) => step.step === 'standardise') ?? { mean: 0, std: 1 };
    for (const { path, studyId, gaps } of [truth[0], truth[4]]) {
      const example = examplesOf(dataset).find(({ id }) => id === studyId);
      const { signal } = await readRecord(join(folder, path), { leads: standardLeads });
      expect(
        signal.samples
          .map((lead, l) => (lead.some(Number.isNaN) ? [standardLeads[l]] : []))
          .flat()
          .sort(),
      ).toEqual([...gaps].sort());
      standardLeads.forEach((_, l) => {
        const expected = fillGaps(signal.samples[l]).map((mv) => (Math.max(-3, Math.min(3, mv)) - mean) / std);
        expect(example?.x.filter((__, i) => i % 12 === l)).toEqual(expected);
      });
    }
  });

  test('labels by the reports', () => {
    for (const example of examplesOf(dataset)) {
      const { stated } = reportLabels(truth.find(({ studyId }) => studyId === example.id)?.reports ?? []);
      expect([...example.y]).toEqual(mimicReportClasses.map((_, k) => (stated >> k) & 1));
    }
  });

  test('counts doubtful findings as asked', async () => {
    const k = mimicReportClasses.indexOf('infarction');
    const infarctions = async (doubtfulReports: string): Promise<[infarctions: number, records: number]> => {
      const { records } = await open({ doubtfulReports });
      return [records.filter(({ detail }) => ((detail as number) >> k) & 1).length, records.length];
    };
    const withText = (pattern: RegExp) => truth.filter(({ reports }) => reports.some((text) => pattern.test(text)));
    const stated = withText(/^(Anterior|Inferior) infarct/);
    const doubtful = withText(/Possible|Cannot/);
    expect(doubtful.length).toBeGreaterThan(0);
    expect(await infarctions('absent')).toEqual([stated.length, size]);
    const either = withText(/infarct/).length;
    expect(await infarctions('present')).toEqual([either, size]);
    const onlyDoubtful = doubtful.filter((record) => !stated.includes(record)).length;
    expect(await infarctions('left-out')).toEqual([stated.length, size - onlyDoubtful]);
  });

  test('resamples to the rate that is asked for', async () => {
    const { preparation, splits } = await load({ sampleRateHz: 100 });
    const { x, id } = splits.train.example(0);
    const { signal } = await readRecord(join(folder, truth.find((t) => t.studyId === id)?.path ?? ''), {
      leads: ['aVL'],
    });
    const { mean, std } = preparation.steps.find((step) => step.step === 'standardise') ?? { mean: 0, std: 1 };
    const expected = resample(fillGaps(signal.samples[0]), 500, 100).map((mv) => (mv - mean) / std);
    expect(x.filter((_, i) => i % 12 === 4)).toEqual(expected);
  });

  test('has interval classes, and measurements as numbers', async () => {
    const { settings, notes } = await open({ task: 'interval-classes' });
    expect(settings.task.classes).toContain('qrs-wide');
    expect(notes.join(' ')).toMatch(/what a machine measured/);
    const { studyIds, heartRateBpm, prMs, qrsMs } = await mimicMeasurements(folder);
    expect([...studyIds].map(String)).toEqual(truth.map(({ studyId }) => studyId));
    const noP = truth.map(({ reports }) => reports[0].startsWith('Atrial fibrillation'));
    expect([...prMs].map(Number.isNaN)).toEqual(noP);
    expect(heartRateBpm.every((bpm) => bpm > 40 && bpm < 140)).toBe(true);
    expect(qrsMs.every((ms) => ms >= 84 && ms < 150)).toBe(true);
  });

  test('prepares an unseen record as the dataset prepares it', async () => {
    const [window] = await mimicIvEcg.windowsOf(join(folder, truth[4].path), dataset.preparation);
    expect(window.x).toEqual(examplesOf(dataset).find(({ id }) => id === truth[4].studyId)?.x);
  });

  test('names absent records, and bad ones', async () => {
    const dataDir = await changed('incomplete');
    await rm(join(dataDir, truth[7].path, '..'), { recursive: true });
    const empty = await readRecord(join(folder, truth[9].path));
    const samples = empty.signal.samples.map((lead, l) => (l === 3 ? lead.map(() => NaN) : lead));
    const { header, files } = encodeRecord(truth[9].studyId, { ...empty.signal, samples }, { gain: 200 });
    writeFileSync(join(dataDir, `${truth[9].path}.hea`), header);
    for (const bytes of files.values()) writeFileSync(join(dataDir, `${truth[9].path}.dat`), bytes);
    const { report } = await load({ dataDir });
    expect(report.absent).toEqual([truth[7].studyId]);
    expect(report.bad).toEqual([
      { record: truth[9].studyId, reason: expect.stringMatching(/5000|1000 in lead aVR/) as unknown as string },
    ]);
    expect(report.notes[0]).toMatch(/^1 of 20 labelled records are absent/);
  });

  test('leaves out records without any report', async () => {
    const dataDir = await changed('unreported');
    const path = join(dataDir, 'machine_measurements.csv');
    const lines = readFileSync(path, 'utf8').split('\n');
    writeFileSync(path, lines.filter((_, i) => i !== 1).join('\n'));
    expect((await open({ dataDir })).notes[0]).toMatch(/^1 of 20 records have no label of task reports/);
  });

  test('says which file or column is missing', async () => {
    await expect(open({ dataDir: root })).rejects.toThrow(/machine_measurements\.csv/);
    const dataDir = await changed('columns');
    writeFileSync(join(dataDir, 'record_list.csv'), 'subject_id,study_id\n1,2\n');
    await expect(open({ dataDir })).rejects.toThrow(/record_list\.csv has no column `path`/);
  });
});

const real = fileURLToPath(new URL('../../../../shared/data/mimic-iv-ecg', import.meta.url));
if (!existsSync(real))
  console.warn(`${real} is absent: the fixture of MIMIC-IV-ECG is not compared with the real files.`);
(existsSync(real) ? describe : describe.skip)("the fixture has the database's own dialect", () => {
  test('of headers', async () => {
    const shape = (text: string): string =>
      text
        .trim()
        .replaceAll('\r', '')
        .replaceAll(/\b\d{8}\b/g, 'ID')
        .replaceAll(/ 16 0 -?\d+ \d+ 0 /g, ' 16 0 FIRST SUM 0 ');
    const theirs = readFileSync(join(real, 'header-example.hea'), 'utf8');
    expect(shape(readFileSync(join(folder, `${truth[0].path}.hea`), 'utf8'))).toBe(shape(theirs));
    expect((await readHeader(join(folder, truth[0].path))).signals[4].description).toBe('aVF');
  });

  test('of record_list.csv', async () => {
    const columns: string[][] = [];
    for (const path of [join(real, 'record_list-demo-0.1-head.csv'), join(folder, 'record_list.csv')]) {
      let rows = 0;
      const choose = (header: readonly string[]) => {
        columns.push([...header]);
        return header;
      };
      await eachCsvRow(path, choose, ([subject, study, file, time, place]) => {
        rows++;
        expect(file).toBe(study);
        expect(time).toMatch(/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d$/);
        expect(place).toMatch(new RegExp(`^files/.*p${subject}/s${study}/${study}$`));
      });
      expect(rows).toBeGreaterThan(14);
    }
    expect(columns[1]).toEqual(columns[0]);
  });
});

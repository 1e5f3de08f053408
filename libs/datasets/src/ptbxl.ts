import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CardioError, define, stableJson } from '@cardio/core';
import { moments, standardLeads } from '@cardio/signal';
import { z } from 'zod';
import { assertFewBadRecords } from './bad-records.js';
import type { DatasetCard, EcgDataset, Example, Preparation, SplitName } from './dataset.js';
import { interleave, prepareRecord } from './prepare.js';
import { ptbxlLabels, ptbxlTasks, type PtbxlLabels, type PtbxlRow } from './ptbxl-labels.js';
import { missingSamples, readPtbxlRecords, type LoadProgress } from './ptbxl-records.js';
import { assertPatientsApart, buildSplit } from './split.js';

const config = z.strictObject({
  dataDir: z
    .string()
    .min(1)
    .describe('Folder with ptbxl_database.csv, scp_statements.csv and records100 or records500'),
  maxBadRecords: z.int().min(0).default(0).describe('Unreadable records to leave out before the load stops'),
  task: z.enum(ptbxlTasks).default('superclass').describe('Label set of the benchmark'),
  sampleRateHz: z
    .union([z.literal(100), z.literal(500)])
    .default(100)
    .describe('Which of the two forms of each record to read'),
});

/** What {@link loadPtbxl} needs to know. */
export type PtbxlConfig = z.output<typeof config>;

const card: DatasetCard = {
  title: 'PTB-XL, a large publicly available electrocardiography dataset',
  version: '1.0.3 (1.0.1 for the published benchmark)',
  url: 'https://physionet.org/content/ptb-xl/1.0.3/',
  licence: 'CC BY 4.0',
  citation:
    'Wagner P, Strodthoff N, Bousseljot R-D, Kreiseler D, Lunze FI, Samek W, Schaeffter T. PTB-XL, a large publicly available ' +
    'electrocardiography dataset. Scientific Data 7:154 (2020). https://doi.org/10.1038/s41597-020-0495-6',
};

/** PTB-XL, labelled and split as in its benchmark; also reads any set in its file layout. */
export const ptbxl = define({
  name: 'ptbxl',
  description: 'PTB-XL: 21,799 clinical 12-lead ECGs of 10 s, multi-label (NORM, MI, STTC, CD, HYP and finer).',
  config,
  create: loadPtbxl,
  card,
  windowsOf,
});

const seconds = 10;
const foldsOf: Readonly<Record<SplitName, (fold: number) => boolean>> = {
  train: (fold) => fold <= 8,
  validation: (fold) => fold === 9,
  test: (fold) => fold === 10,
};

/**
 * Reads the two tables and the records that are in the folder: folds 1-8 train, 9 validation, 10 test; signals standardised by one mean and
 * one deviation of all training samples and leads. Records that are not in the folder are listed in the report.
 *
 * @throws {CardioError} `not-found` without tables or records, `data` for more than `maxBadRecords` unreadable records
 */
export async function loadPtbxl(settings: PtbxlConfig, onProgress?: LoadProgress): Promise<EcgDataset> {
  const { dataDir, maxBadRecords, task, sampleRateHz } = settings;
  const [database, statements] = await Promise.all([
    table(dataDir, 'ptbxl_database.csv'),
    table(dataDir, 'scp_statements.csv'),
  ]);
  const labels = ptbxlLabels(database, statements, task);
  const samples = seconds * sampleRateHz;
  const { records, absent, bad } = await readPtbxlRecords(dataDir, labels.rows, { sampleRateHz, samples, onProgress });
  assertFewBadRecords(bad, maxBadRecords);

  const fitted = moments(records.filter(({ row }) => foldsOf.train(row.fold)).map(({ x }) => x));
  if (Number.isNaN(fitted.mean)) {
    throw new CardioError(
      'data',
      `\`${dataDir}\` has no readable record of folds 1 to 8 (training) with a label of task ${task}.`,
    );
  }
  const content = createHash('sha256')
    .update(stableJson({ name: 'ptbxl', task, sampleRateHz }))
    .update(database)
    .update(statements);
  const examples = records.map(({ row, x }) => {
    content.update(row.ecgId).update(x);
    standardiseInPlace(x, fitted.mean, fitted.std);
    return { row, example: exampleOf(row, x, labels.classes.length, sampleRateHz) };
  });
  const shape = { time: samples, leads: standardLeads.length, classes: labels.classes.length, features: 0 };
  const split = (name: SplitName) =>
    buildSplit(
      name,
      examples.filter(({ row }) => foldsOf[name](row.fold)).map(({ example }) => example),
      shape,
    );
  const splits = { train: split('train'), validation: split('validation'), test: split('test') };
  assertPatientsApart(splits);

  return {
    name: 'ptbxl',
    version: labels.version,
    task: { name: task, kind: 'multi-label', classes: labels.classes },
    window: { samples, leads: standardLeads, sampleRateHz },
    features: [],
    preparation: {
      sampleRateHz,
      steps: [
        { step: 'select-leads', leads: standardLeads },
        { step: 'standardise', ...fitted },
      ],
    },
    splits,
    report: { present: records.length, absent, bad, notes: notesOn(labels, task, absent.length) },
    hash: content.digest('hex'),
  };
}

/**
 * Prepares one unseen WFDB record: consecutive windows of 10 s from its start, a shorter rest left out. Ids are the record's name, with
 * the first sample where there is more than one window; `y` is empty, because no labels are known.
 *
 * @param recordPath path without extension
 * @throws {CardioError} `data` for another sample rate, a missing lead, missing samples, or less than 10 s
 */
export async function windowsOf(recordPath: string, preparation: Preparation): Promise<Example[]> {
  const { name, signal } = await prepareRecord(recordPath, preparation);
  const missing = missingSamples(signal);
  if (missing) throw new CardioError('data', `${recordPath}: ${missing}`);
  const samples = seconds * preparation.sampleRateHz;
  const length = signal.samples[0].length;
  const count = Math.floor(length / samples);
  if (count === 0) {
    throw new CardioError(
      'data',
      `${recordPath}: it has ${length / preparation.sampleRateHz} s, the model needs at least ${seconds} s.`,
    );
  }
  return Array.from({ length: count }, (_, i) => ({
    id: count === 1 ? name : `${name}:${i * samples}`,
    recordId: name,
    patientId: name,
    x: interleave(signal, i * samples, (i + 1) * samples),
    y: new Float32Array(0),
  }));
}

async function table(dataDir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dataDir, name), 'utf8');
  } catch (cause) {
    throw new CardioError(
      'not-found',
      `There is no readable \`${name}\` in \`${dataDir}\`. \`dataDir\` must be the folder of PTB-XL, with ptbxl_database.csv, ` +
        `scp_statements.csv and records100 or records500. Download it from ${card.url}.`,
      { cause },
    );
  }
}

function exampleOf(row: PtbxlRow, x: Float32Array, classes: number, sampleRateHz: number): Example {
  const y = new Float32Array(classes);
  for (const k of row.labels) y[k] = 1;
  const id = basename(sampleRateHz === 100 ? row.path100 : row.path500);
  return { id, recordId: id, patientId: row.patientId, x, y };
}

/** The same arithmetic as the preparation's step, without a second copy of a gigabyte. */
function standardiseInPlace(x: Float32Array, mean: number, std: number): void {
  const scale = std === 0 ? 1 : std;
  for (let i = 0; i < x.length; i++) x[i] = (x[i] - mean) / scale;
}

function notesOn({ version, listed, rows, unknownCodes }: PtbxlLabels, task: string, absent: number): string[] {
  const notes: string[] = [];
  if (version === 'unknown') {
    notes.push(
      `ptbxl_database.csv has ${listed} rows: not PTB-XL 1.0.1 (21837) or 1.0.3 (21799), so scores can't be compared with published ones.`,
    );
  }
  if (absent > 0) {
    notes.push(
      `${absent} of ${rows.length} labelled records are absent, so scores can't be compared with published ones.`,
    );
  }
  if (rows.length < listed)
    notes.push(
      `${listed - rows.length} of ${listed} records have no label of task ${task} and are left out, as in the benchmark.`,
    );
  if (unknownCodes.length > 0)
    notes.push(`Codes that scp_statements.csv does not have count nowhere: ${unknownCodes.join(', ')}.`);
  return notes;
}

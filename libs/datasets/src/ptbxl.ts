import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CardioError, define, stableJson, type Progress } from '@cardio/core';
import { selectLeads, standardLeads } from '@cardio/signal';
import { readRecord } from '@cardio/wfdb';
import { cropOf } from './crop-config.js';
import { cutDataset } from './cut.js';
import type { EcgDataset, Example, Preparation } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { missingSamples, unseenWindows } from './fixed-windows.js';
import { loadSource } from './load-source.js';
import { interleave, prepareRecord as prepareUnseen, prepareSignal } from './prepare.js';
import { dividePtbxl, ptbxlCard, ptbxlConfig, type PtbxlConfig } from './ptbxl-config.js';
import { ptbxlLabels, type PtbxlLabels } from './ptbxl-labels.js';
import { findPtbxlRecords, pathOf } from './ptbxl-records.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';
import { signalSteps } from './signal-config.js';
import { vocabularyVersion } from './vocabulary.js';

const seconds = 10;
const source: SourceDefinition<PtbxlConfig> = { card: ptbxlCard, open, prepareRecord };

/** PTB-XL, labelled and split as in its benchmark; also reads any set in its file layout. */
export const ptbxl = define({
  name: 'ptbxl',
  description: 'PTB-XL: 21,799 clinical 12-lead ECGs of 10 s, multi-label (NORM, MI, STTC, CD, HYP and finer).',
  config: ptbxlConfig,
  create,
  ...source,
  windowsOf,
});

/** Loads the records, whole or as stretches. */
async function create(config: PtbxlConfig, onProgress?: Progress): Promise<EcgDataset> {
  const { sampleRateHz } = config;
  const crop = cropOf(config, { samples: seconds * sampleRateHz, sampleRateHz });
  const dataset = await loadSource(source, config, onProgress);
  return crop ? cutDataset(dataset, crop) : dataset;
}

/**
 * Reads the two tables and looks for the records: folds 1-8 train, 9 validates, 10 tests. Those that are not in the folder are listed.
 *
 * @throws {CardioError} `not-found` without tables or records, `config` for other folds without `allowNonStandard`
 */
async function open(config: PtbxlConfig): Promise<RecordSource> {
  const { dataDir, task, sampleRateHz } = config;
  const signal = signalSteps(config, sampleRateHz);
  const { splitOf, notes } = dividePtbxl(config);
  const database = await table(dataDir, 'ptbxl_database.csv');
  const statements = await table(dataDir, 'scp_statements.csv');
  const labels = ptbxlLabels(database, statements, task);
  const { present, absent } = await findPtbxlRecords(dataDir, labels.rows, sampleRateHz);
  return {
    name: 'ptbxl',
    version: labels.version,
    settings: {
      dataDir,
      task: { name: task, kind: 'multi-label', classes: labels.classes },
      window: { samples: seconds * sampleRateHz, leads: standardLeads, sampleRateHz },
      features: [],
      preparation: {
        sampleRateHz,
        steps: [{ step: 'select-leads', leads: standardLeads }, ...signal.filter, ...signal.normalise],
      },
      options: { ...(task === 'common' && { vocabularyVersion }), ...signal.options },
    },
    records: present.map((row): SourceRecord => {
      const path = pathOf(row, sampleRateHz);
      return {
        id: basename(path),
        patientId: row.patientId,
        split: splitOf(row.fold),
        files: [`${path}.hea`, `${path}.dat`],
        detail: row.labels,
        attributes: row.attributes,
      };
    }),
    absent,
    notes: [...notes, ...notesOn(labels, task, absent.length)],
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(config)))
      .update(database)
      .update(statements)
      .digest('hex'),
  };
}

/** @throws {CardioError} `data` for what is not 12 whole leads of the right length and rate */
async function prepareRecord(
  { id, patientId, files, detail }: SourceRecord,
  { dataDir, task, window, preparation }: SourceSettings,
): Promise<Example[]> {
  const signal = selectLeads((await readRecord(join(dataDir, files[0]))).signal, window.leads);
  const { samples, sampleRateHz } = window;
  const length = signal.samples[0].length;
  if (signal.sampleRateHz !== sampleRateHz || length !== samples) {
    throw new CardioError(
      'data',
      `${length} samples at ${signal.sampleRateHz} Hz, expected ${samples} at ${sampleRateHz} Hz.`,
    );
  }
  const missing = missingSamples(signal);
  if (missing) throw new CardioError('data', missing);
  const labels = detail as readonly number[]; // made by `open`
  const y = Float32Array.from(task.classes, (_, k) => (labels.includes(k) ? 1 : 0));
  return [{ id, recordId: id, patientId, x: interleave(prepareSignal(signal, preparation), 0, length), y }];
}

/**
 * Prepares one unseen WFDB record: consecutive windows of 10 s from its start, or those that the preparation says, a shorter rest left out.
 * Ids are the record's name, with the first sample where there is more than one window; `y` is empty, because no labels are known.
 *
 * @param recordPath path without extension
 * @throws {CardioError} `data` for another sample rate, a missing lead, missing samples, or less than a window
 */
export async function windowsOf(recordPath: string, preparation: Preparation): Promise<Example[]> {
  const { name, signal } = await prepareUnseen(recordPath, preparation);
  const windows = preparation.steps.find((step) => step.step === 'windows');
  return unseenWindows(recordPath, name, signal, windows ?? { samples: seconds * preparation.sampleRateHz });
}

async function table(dataDir: string, name: string): Promise<string> {
  try {
    return await readFile(join(dataDir, name), 'utf8');
  } catch (cause) {
    throw new CardioError(
      'not-found',
      `There is no readable \`${name}\` in \`${dataDir}\`. \`dataDir\` must be the folder of PTB-XL, with ptbxl_database.csv, ` +
        `scp_statements.csv and records100 or records500. Download it from ${ptbxlCard.url}.`,
      { cause },
    );
  }
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
  if (rows.length < listed) {
    const why = task === 'common' ? 'since those are what is compared' : 'as in the benchmark';
    notes.push(`${listed - rows.length} of ${listed} records have no label of task ${task} and are left out, ${why}.`);
  }
  if (unknownCodes.length > 0)
    notes.push(`Codes that scp_statements.csv does not have count nowhere: ${unknownCodes.join(', ')}.`);
  return notes;
}

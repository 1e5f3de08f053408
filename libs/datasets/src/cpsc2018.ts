import { createHash } from 'node:crypto';
import { extname, join } from 'node:path';
import { CardioError, define, stableJson } from '@cardio/core';
import { standardLeads } from '@cardio/signal';
import { readHeader } from '@cardio/wfdb';
import { assertFilled, assignSplits, foldNotes, planOf } from './assign-splits.js';
import { cpsc2018Card, cpsc2018Config, type Cpsc2018Config } from './cpsc2018-config.js';
import { challengeLabels, cpscClasses, cpscCondition, cpscRecords } from './cpsc2018-labels.js';
import { findCpscRecords, type CpscRecords } from './cpsc2018-records.js';
import type { Example, Preparation } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { readEcgFile } from './files/read-ecg-file.js';
import { fixedWindows, labelledWindows, missingSamples, unseenWindows, windowRuleOf } from './fixed-windows.js';
import { commonConditions } from './harmonise.js';
import { loadSource } from './load-source.js';
import { prepareSignal } from './prepare.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';
import { signalSteps } from './signal-config.js';
import { vocabularyVersion } from './vocabulary.js';

const fileRateHz = 500;
const source: SourceDefinition<Cpsc2018Config> = { card: cpsc2018Card, open, prepareRecord };

/** The training set of the China Physiological Signal Challenge 2018, in its own layout or that of PhysioNet's challenge of 2020. */
export const cpsc2018 = define({
  name: 'cpsc2018',
  description: 'CPSC2018: 6,877 12-lead ECGs of 6 to 144 s, multi-label in nine classes of rhythm and morphology.',
  config: cpsc2018Config,
  create: (config, onProgress) => loadSource(source, config, onProgress),
  ...source,
  windowsOf,
});

async function open(config: Cpsc2018Config): Promise<RecordSource> {
  const { dataDir, task, sampleRateHz, seconds, windows } = config;
  const signal = signalSteps(config, fileRateHz);
  const found = await findCpscRecords(dataDir);
  const first = new Map(found.records.map(({ name, labels }) => [name, labels?.[0]]));
  const stratum = (name: string): string => String(first.get(name) ?? '');
  const splits = assignSplits(first.keys(), planOf(config, { stratum }));
  const samples = Math.round(seconds * sampleRateHz);
  const records = found.records.map(({ name, files, labels, attributes }): SourceRecord => ({
    id: name,
    patientId: name, // no more is published
    split: splits.get(name) ?? 'train',
    files,
    detail: labels,
    attributes,
  }));
  const notes = [...foldNotes(config), ...assertFilled(records), ...notesOn(found)];
  return {
    name: 'cpsc2018',
    version: cpsc2018Card.version,
    settings: {
      dataDir,
      task: { name: task, kind: 'multi-label', classes: task === 'common' ? commonConditions : cpscClasses },
      window: { samples, leads: standardLeads, sampleRateHz },
      features: [],
      preparation: {
        sampleRateHz,
        steps: [
          { step: 'select-leads', leads: standardLeads },
          ...signal.filter,
          { step: 'resample', sampleRateHz, window: { samples, pad: true } },
          ...signal.normalise,
        ],
      },
      options: { windows, ...(task === 'common' && { vocabularyVersion }), ...signal.options },
    },
    records,
    absent: found.absent,
    notes,
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(config)))
      .update(found.reference)
      .digest('hex'),
  };
}

/**
 * The windows of a record: from its start, one after the other; a shorter rest is left out, and a record shorter than one window is filled up
 * with zeros at its end. All of them have the record's labels.
 */
async function prepareRecord(
  record: SourceRecord,
  { dataDir, task, preparation, options }: SourceSettings,
): Promise<Example[]> {
  const { files, detail } = record;
  const path = join(dataDir, files[0]);
  const labels = (detail as readonly number[] | undefined) ?? challengeLabels((await readHeader(path)).info);
  const { signal } = await readEcgFile(path);
  if (signal.sampleRateHz !== fileRateHz) {
    throw new CardioError('data', `it has ${signal.sampleRateHz} Hz, records of CPSC2018 have ${fileRateHz} Hz.`);
  }
  const prepared = prepareSignal(signal, preparation);
  const missing = missingSamples(prepared);
  if (missing) throw new CardioError('data', missing);
  const names: readonly string[] = labels.map((k) => (task.name === 'common' ? cpscCondition(k) : cpscClasses[k]));
  const y = Float32Array.from(task.classes, (name) => (names.includes(name) ? 1 : 0));
  const which = options['windows'] as Cpsc2018Config['windows']; // made by `open`
  return labelledWindows(record, fixedWindows(prepared, windowRuleOf(preparation)), y, which);
}

/**
 * Prepares one unseen record: a WFDB record (path without extension), or a file such as CPSC2018's own `A0001.mat`. Consecutive windows from its
 * start; a record shorter than one is filled up.
 *
 * @throws {CardioError} `data` for a missing lead or missing samples
 */
async function windowsOf(path: string, preparation: Preparation): Promise<Example[]> {
  const extension = extname(path);
  const { signal } = await readEcgFile(extension === '' ? `${path}.hea` : path);
  const name = path.slice(path.search(/[^/\\]*$/), path.length - extension.length);
  return unseenWindows(path, name, prepareSignal(signal, preparation), windowRuleOf(preparation));
}

function notesOn({ records, absent, unlabelled, reference }: CpscRecords): string[] {
  const notes = [
    'Patients of CPSC2018 are not published: each record counts as a patient of its own. Its test set is not open, so the division is ours.',
  ];
  if (absent.length > 0) {
    notes.push(
      `${absent.length} of ${cpscRecords} records are absent, so scores can't be compared with those on the whole set.`,
    );
  }
  if (unlabelled.length > 0) {
    notes.push(`Left out, because REFERENCE.csv has no row for them: ${shortened(unlabelled)}.`);
  }
  if (reference === '' && records.some(({ labels }) => labels && labels.length > 1)) {
    notes.push('Labels are from the headers: which of several is the first, only REFERENCE.csv says for certain.');
  }
  return notes;
}

const shortened = (names: readonly string[]): string =>
  names.length > 10 ? `${names.slice(0, 10).join(', ')} and ${names.length - 10} more` : names.join(', ');

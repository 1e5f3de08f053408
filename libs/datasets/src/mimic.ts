import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CardioError, define, stableJson } from '@cardio/core';
import { standardLeads } from '@cardio/signal';
import { assignSplits, foldNotes, planOf } from './assign-splits.js';
import { consecutiveWindows } from './consecutive-windows.js';
import type { Example, SplitName } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { missingSamples } from './fixed-windows.js';
import { loadSource } from './load-source.js';
import { mimicCard, mimicConfig, type MimicConfig } from './mimic-config.js';
import { mimicIntervalClasses } from './mimic-measurements.js';
import { mimicReportClasses } from './mimic-reports.js';
import { readMimicTables, type MimicTables } from './mimic-tables.js';
import { interleave, prepareRecord as prepareWfdb } from './prepare.js';
import { signalSteps } from './signal-config.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';

const source: SourceDefinition<MimicConfig> = { card: mimicCard, open, prepareRecord };

/** MIMIC-IV-ECG: labels from machine reports or machine measurements, split by patient. */
export const mimicIvEcg = define({
  name: 'mimic-iv-ecg',
  description: 'MIMIC-IV-ECG: 800,035 12-lead ECGs of 10 s of 161,352 patients, labelled by their machine reports.',
  config: mimicConfig,
  create: (config: MimicConfig, onProgress) => loadSource(source, config, onProgress),
  ...source,
  windowsOf: consecutiveWindows,
});

const fileRateHz = 500;
const seconds = 10;
const clipMv = 3;

async function open(config: MimicConfig): Promise<RecordSource> {
  const signal = signalSteps(config, fileRateHz);
  const tables = await readMimicTables(config);
  const { dataDir, task, sampleRateHz } = config;
  const splits = assignSplits(tables.subjects, planOf(config));
  const samples = seconds * sampleRateHz;
  return {
    name: 'mimic-iv-ecg',
    version: mimicCard.version,
    settings: {
      dataDir,
      task: {
        name: task,
        kind: 'multi-label',
        classes: task === 'reports' ? mimicReportClasses : mimicIntervalClasses,
      },
      window: { samples, leads: standardLeads, sampleRateHz },
      features: [],
      preparation: {
        sampleRateHz,
        steps: [
          { step: 'select-leads', leads: standardLeads }, // the files have aVF before aVL
          { step: 'fill-gaps' },
          { step: 'clip', mv: clipMv },
          ...signal.filter,
          { step: 'resample', sampleRateHz, window: { samples, pad: false } },
          ...signal.normalise,
        ],
      },
      options: signal.options,
    },
    records: recordsOf(tables, splits),
    absent: tables.absent,
    notes: [...notesOn(tables, config), ...foldNotes(config)],
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(config)))
      .update(tables.hash)
      .digest('hex'),
  };
}

/** About 400 bytes each: the labels are one number. */
function recordsOf(
  { studies, subjects, paths, labels }: MimicTables,
  splits: ReadonlyMap<string, SplitName>,
): SourceRecord[] {
  return studies.map((id, i) => ({
    id,
    patientId: subjects[i],
    split: splits.get(subjects[i]) ?? 'train', // every subject was divided
    files: [`${paths[i]}.hea`, `${paths[i]}.dat`],
    detail: labels[i],
  }));
}

async function prepareRecord(
  { id, patientId, files, detail }: SourceRecord,
  { dataDir, task, window, preparation }: SourceSettings,
): Promise<Example[]> {
  const bits = detail as number;
  const { signal } = await prepareWfdb(join(dataDir, files[0].replace(/\.hea$/, '')), preparation);
  const missing = missingSamples(signal);
  if (missing) throw new CardioError('data', `${files[0]}: ${missing}`);
  const length = signal.samples[0].length;
  if (length !== window.samples) {
    throw new CardioError('data', `${files[0]}: it has ${length / window.sampleRateHz} s, expected ${seconds} s.`);
  }
  const y = Float32Array.from(task.classes, (_, k) => (bits >> k) & 1);
  return [{ id, recordId: id, patientId, x: interleave(signal, 0, length), y }];
}

function notesOn({ listed, absent, unlabelled }: MimicTables, { task }: MimicConfig): string[] {
  const labelled = listed - unlabelled;
  return [
    ...(unlabelled > 0 ? [`${unlabelled} of ${listed} records have no label of task ${task} and are left out.`] : []),
    ...(absent.length > 0
      ? [`${absent.length} of ${labelled} labelled records are absent, so scores can't be compared with those on all.`]
      : []),
    `Labels of task ${task} are what a machine ${task === 'reports' ? 'wrote' : 'measured'}, not a physician's diagnosis.`,
  ];
}

import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { CardioError, define, stableJson, type Progress } from '@cardio/core';
import { readAnnotations, readRecord } from '@cardio/wfdb';
import { rrFeatureNames } from './beats-rr.js';
import { beatNumberNames } from './beats-sequence.js';
import { consecutiveWindows } from './consecutive-windows.js';
import type { EcgDataset, Example, Preparation, PreparationStep, Task } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { loadSource } from './load-source.js';
import { beatExamples, beatsOfRecord } from './mitbih-beats.js';
import { mitbihCard, mitbihClasses, mitbihConfig, type MitbihConfig } from './mitbih-config.js';
import { assertDivided, divideMitbih, type MitbihDivision } from './mitbih-division.js';
import { findMitbihRecords, mitbihGroups, patientOf, sharedPatient, type MitbihRecords } from './mitbih-records.js';
import { mitbihCounts } from './mitbih-report.js';
import { rhythmClasses, rhythmExamples } from './mitbih-rhythm.js';
import { sequenceExamples, sequencesOfRecord } from './mitbih-sequences.js';
import { prepareSignal } from './prepare.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';

const sampleRateHz = 360;
const sharedNote =
  'Records 201 (training) and 202 (test) are of one patient: a small leak inherent in the published division into DS1 and DS2.';
const source: SourceDefinition<MitbihConfig> = { card: mitbihCard, open, prepareRecord };

/** The MIT-BIH Arrhythmia Database: heartbeats in AAMI classes, or windows of rhythm; split by patients as de Chazal et al. 2004. */
export const mitbih = define({
  name: 'mitbih',
  description: 'MIT-BIH Arrhythmia: 100,000 heartbeats of 44 two-lead records of 30 min, in AAMI classes N, S, V, F.',
  config: mitbihConfig,
  create: loadMitbih,
  ...source,
  windowsOf,
});

/**
 * Reads the records that are in the folder. DS1 without the records for validation trains, these validate, DS2 tests; records with pacemakers
 * are left out. Absent records are listed in the report. Task beat makes a window around every annotated beat, task
 * beat-sequence a sequence of numbers ({@link beatNumberNames}), task rhythm consecutive windows with the class of their longest rhythm.
 *
 * @throws {CardioError} `not-found` without folder or records; `config` for a division that breaks the published one without
 *   `allowNonStandard`; `data` for more than `maxBadRecords` unreadable records, or an empty training or validation split
 */
export async function loadMitbih(config: MitbihConfig, onProgress?: Progress): Promise<EcgDataset> {
  const dataset = await loadSource(source, config, onProgress);
  if (config.task === 'rhythm') return dataset;
  return { ...dataset, report: { ...dataset.report, annotationCounts: await mitbihCounts(config, dataset) } };
}

async function open(config: MitbihConfig): Promise<RecordSource> {
  const { dataDir, lead, task, before, after, beats, windowSeconds, rrFeatures, dropImplausibleRr } = config;
  const division = divideMitbih(config);
  const found = await findMitbihRecords(dataDir, lead);
  const records = found.present.flatMap(({ name }): SourceRecord[] => {
    const split = division.splitOf.get(name);
    if (!split || found.withoutLead.includes(name)) return [];
    const files = ['hea', 'dat', 'atr'].map((extension) => `${name}.${extension}`);
    const attributes = found.attributes.get(name) ?? {};
    return [{ id: name, patientId: patientOf(name), split, files, attributes }];
  });
  const names = records.map(({ id }) => id);
  assertDivided(division, names, config, found);

  const features = task === 'beat' && rrFeatures ? rrFeatureNames : [];
  const samples = { beat: before + after, 'beat-sequence': beats, rhythm: Math.round(windowSeconds * sampleRateHz) }[
    task
  ];
  const [select, ...baseline] = signalSteps(config);
  const steps: Record<MitbihConfig['task'], PreparationStep[]> = {
    beat: [select, ...baseline, { step: 'beat-windows', before, after, features }],
    'beat-sequence': [
      ...[select, ...baseline],
      { step: 'beat-sequences', beats, numbers: beatNumberNames, offline: true },
    ],
    rhythm: [select, { step: 'resample', sampleRateHz, window: { samples, pad: false } }, ...baseline],
  };
  return {
    name: 'mitbih',
    version: mitbihCard.version,
    settings: {
      dataDir,
      task: taskOf(config),
      window: { samples, leads: task === 'beat-sequence' ? beatNumberNames : [lead], sampleRateHz },
      features,
      preparation: { sampleRateHz, steps: steps[task] },
      options: { lead, dropImplausibleRr, ...(task === 'beat-sequence' && { standardise: 'none' }) },
    },
    records,
    absent: found.absent,
    notes: notesOn(config, found, division, names),
    ...(config.division === 'ds1-ds2' && { sharedPatients: { [sharedPatient]: sharedNote } }),
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(config)))
      .digest('hex'),
  };
}

async function prepareRecord({ id }: SourceRecord, settings: SourceSettings): Promise<Example[]> {
  const { dataDir, task, window, preparation, options } = settings;
  const path = join(dataDir, id);
  const annotations = await readAnnotations(path, 'atr');
  const { signal } = await readRecord(path, { leads: [String(options['lead'])] });
  if (signal.sampleRateHz !== sampleRateHz) {
    throw new CardioError('data', `The record has ${signal.sampleRateHz} Hz, MIT-BIH has ${sampleRateHz} Hz.`);
  }
  const prepared = prepareSignal(signal, preparation);
  const { classes } = task;
  if (task.name === 'rhythm') return rhythmExamples(id, annotations, prepared, { samples: window.samples, classes });
  const rule = { classes, dropImplausibleRr: options['dropImplausibleRr'] === true };
  const examples = task.name === 'beat' ? beatExamples : sequenceExamples;
  return examples(id, annotations, prepared, preparation, rule);
}

/**
 * Prepares one unseen WFDB record: its annotated beats (`beatsOfRecord`), sequences of annotated or detected beats (`sequencesOfRecord`), or
 * consecutive windows for a rhythm classifier.
 */
async function windowsOf(
  recordPath: string,
  preparation: Preparation,
  note?: (text: string) => void,
): Promise<Example[]> {
  const has = (name: PreparationStep['step']): boolean => preparation.steps.some(({ step }) => step === name);
  if (has('beat-sequences')) return sequencesOfRecord(recordPath, preparation, note);
  return has('beat-windows')
    ? beatsOfRecord(recordPath, preparation, [], note)
    : consecutiveWindows(recordPath, preparation);
}

function taskOf({ task, classes }: MitbihConfig): Task {
  if (task === 'rhythm') return { name: task, kind: 'multi-class', classes: Object.keys(rhythmClasses) };
  return {
    name: task,
    kind: 'multi-class',
    classes: mitbihClasses[classes],
    forgiven: [['F', 'V']], // AAMI EC57: a fusion beat taken for a ventricular one is no false positive
  };
}

function signalSteps({ lead, baseline }: MitbihConfig): PreparationStep[] {
  const median: PreparationStep = { step: 'median-baseline', windowsSeconds: [0.2, 0.6] };
  return [{ step: 'select-leads', leads: [lead] }, ...(baseline === 'median' ? [median] : [])];
}

function notesOn(
  { lead, task, division: kind }: MitbihConfig,
  { absent, withoutLead }: MitbihRecords,
  { notes: ofDivision, splitOf }: MitbihDivision,
  names: readonly string[],
): string[] {
  const notes = [...ofDivision];
  if (task === 'rhythm') {
    notes.push(
      'Windows that are mostly second-degree block, pre-excitation or paced, each of one patient, are left out.',
    );
  }
  if (task === 'beat-sequence') {
    notes.push(
      'Each beat is compared with its whole record and the beats after it, so the model is for complete records (offline), not for monitoring.',
    );
  }
  if (withoutLead.length > 0) notes.push(`Left out, because they have no lead ${lead}: ${withoutLead.join(', ')}.`);
  const testing = names.filter((name) => splitOf.get(name) === 'test');
  if (testing.length === 0) notes.push('No record of DS2 is there, so there is nothing to test on.');
  else if (absent.length > 0 && kind === 'ds1-ds2') {
    notes.push(
      `${absent.length} records of DS1 and DS2 are absent; the test set is ${testing.length} of ${mitbihGroups.DS2.length} records of DS2 ` +
        `(${testing.join(', ')}), so scores can't be compared with published ones.`,
    );
  }
  return notes;
}

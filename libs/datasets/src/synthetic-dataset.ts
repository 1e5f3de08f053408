import { createHash } from 'node:crypto';
import { define, hash32, stableJson } from '@cardio/core';
import { standardLeads, synthesizeEcg } from '@cardio/signal';
import { z } from 'zod';
import { assignSplits, foldNotes, planOf, splitFields } from './assign-splits.js';
import { consecutiveWindows } from './consecutive-windows.js';
import type { DatasetCard, Example } from './dataset.js';
import { decisiveFields } from './decisive.js';
import { loadSource } from './load-source.js';
import { interleave, prepareSignal } from './prepare.js';
import type { RecordSource, SourceDefinition, SourceRecord, SourceSettings } from './record-source.js';
import { signalFields, signalSteps } from './signal-config.js';
import { storeFields } from './store-config.js';
import { planCohort, type PlannedRecord } from './synthetic-cohort.js';

const config = z.strictObject({
  dataDir: z.string().default('').describe('Not used: nothing is read'),
  maxBadRecords: z.int().min(0).default(0).describe('Not used: no record is bad'),
  records: z.int().min(20).max(10_000_000).default(1000).describe('How many ECGs to make'),
  cohortSeed: z.int().min(0).default(0).describe('Another seed, other patients'),
  task: z
    .enum(['findings', 'rhythm'])
    .default('findings')
    .describe('findings: normal, atrial fibrillation and six conditions, multi-label; rhythm: sinus or fibrillation'),
  sampleRateHz: z.number().min(50).max(2000).default(100).describe('Rate of the ECGs'),
  seconds: z.number().positive().max(3600).default(10).describe('Length of each ECG'),
  leads: z
    .array(z.enum(standardLeads as readonly [string, ...string[]]))
    .min(1)
    .default([...standardLeads])
    .describe('Which of the 12 leads, in which order'),
  noise: z.number().min(0).max(100).default(1).describe('Size of baseline wander and muscle noise; 1 as in a clinic'),
  ...splitFields,
  folds: splitFields.folds
    .unwrap()
    .default(10)
    .describe('In how many folds to divide the patients, each with its share of every finding'),
  ...signalFields,
  ...storeFields,
});

/** How a synthetic set is to be made. */
type SyntheticConfig = z.output<typeof config>;

const card: DatasetCard = {
  title: 'Synthetic ECGs',
  version: '1',
  url: '',
  licence: 'CC0 1.0',
  citation: 'Made by `synthesizeEcg` of @cardio/signal, after McSharry et al., IEEE TBME 50(3):289 (2003).',
};

const source: SourceDefinition<SyntheticConfig> = { card, open, prepareRecord };

/** ECGs made on the spot by `synthesizeEcg`: no files, any rate, length, leads and number. */
export const synthetic = define({
  name: 'synthetic',
  description: 'Made-up 12-lead ECGs with known findings: nothing to download, any rate, length and number.',
  config,
  create: (settings: SyntheticConfig, onProgress) => loadSource(source, settings, onProgress),
  ...source,
  windowsOf: consecutiveWindows,
});

const classes = {
  findings: ['normal', 'atrial-fibrillation', 'anterior-mi', 'inferior-mi', 'ischaemia', 'lbbb', 'rbbb', 'lvh'],
  rhythm: ['sinus', 'atrial-fibrillation'],
} as const;

/** What {@link prepareRecord} reads of a record and of the options. */
type Made = Pick<PlannedRecord, 'patient' | 'conditions' | 'rhythm' | 'heartRateBpm'>;
type MakingOptions = Pick<SyntheticConfig, 'cohortSeed' | 'seconds' | 'noise'>;

function open(settings: SyntheticConfig): Promise<RecordSource> {
  const { records, cohortSeed, task, sampleRateHz, seconds, leads, noise } = settings;
  const signal = signalSteps(settings, sampleRateHz);
  const cohort = planCohort(records, cohortSeed);
  const findingOf = new Map(cohort.map((planned) => [patientId(planned), findingsOf(planned)[0]]));
  const stratum = (patient: string): string => findingOf.get(patient) ?? '';
  const splits = assignSplits(findingOf.keys(), planOf(settings, { stratum }));
  const samples = Math.round(seconds * sampleRateHz);
  return Promise.resolve({
    name: 'synthetic',
    version: card.version,
    settings: {
      dataDir: '',
      task: {
        name: task,
        kind: task === 'findings' ? 'multi-label' : 'multi-class',
        classes: classes[task],
      },
      window: { samples, leads, sampleRateHz },
      features: [],
      preparation: {
        sampleRateHz,
        steps: [
          { step: 'select-leads', leads },
          ...signal.filter,
          { step: 'resample', sampleRateHz, window: { samples, pad: false } }, // for unseen records; these have the rate
          ...signal.normalise,
        ],
      },
      options: { ...({ cohortSeed, seconds, noise } satisfies MakingOptions), ...signal.options },
    },
    records: cohort.map((planned, i): SourceRecord => {
      const { patient, conditions, rhythm, heartRateBpm, sex, age } = planned;
      return {
        id: `synthetic-${String(i + 1).padStart(5, '0')}`,
        patientId: patientId(planned),
        split: splits.get(patientId(planned)) ?? 'train', // every patient was divided
        files: [],
        detail: { patient, conditions, rhythm, heartRateBpm } satisfies Made,
        attributes: { sex: sex === 1 ? 'female' : 'male', ageYears: age },
      };
    }),
    absent: [],
    notes: ['The ECGs are made up: results on them say nothing about medicine.', ...foldNotes(settings)],
    contentHash: createHash('sha256')
      .update(stableJson(decisiveFields(settings)))
      .digest('hex'),
  });
}

async function prepareRecord(record: SourceRecord, settings: SourceSettings): Promise<Example[]> {
  // Both were made by `open`.
  const { patient, conditions, rhythm, heartRateBpm } = record.detail as Made;
  const { cohortSeed, seconds, noise } = settings.options as unknown as MakingOptions;
  const { window, task, preparation } = settings;
  const { signal } = synthesizeEcg({
    ...{ seconds, sampleRateHz: window.sampleRateHz, heartRateBpm, rhythm, conditions, noise },
    seed: hash32(record.id, cohortSeed),
    person: hash32(`patient ${patient}`, cohortSeed),
  });
  const own: readonly string[] = task.name === 'findings' ? findingsOf({ conditions, rhythm }) : [rhythm];
  return [
    {
      ...{ id: record.id, recordId: record.id, patientId: record.patientId },
      x: interleave(prepareSignal(signal, preparation), 0, window.samples),
      y: Float32Array.from(task.classes, (name) => (own.includes(name) ? 1 : 0)),
    },
  ];
}

const patientId = ({ patient }: Pick<PlannedRecord, 'patient'>): string => `patient-${patient}`;

/** Fibrillation first: it is the rarest. */
function findingsOf({ conditions, rhythm }: Pick<PlannedRecord, 'conditions' | 'rhythm'>): string[] {
  const found = [...(rhythm === 'sinus' ? [] : [rhythm]), ...conditions];
  return found.length > 0 ? found : ['normal'];
}

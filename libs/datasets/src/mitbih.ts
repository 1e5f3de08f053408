import { createHash } from 'node:crypto';
import { CardioError, define, isCardioError, stableJson } from '@cardio/core';
import { moments } from '@cardio/signal';
import { readAnnotations, type Annotation } from '@cardio/wfdb';
import { beatsOf } from './aami.js';
import { assertFewBadRecords } from './bad-records.js';
import { rrFeatureNames } from './beats-rr.js';
import { cutBeats, type CutBeat } from './beats.js';
import type { EcgDataset, Example, Preparation, PreparationStep, SplitName } from './dataset.js';
import { mitbihCard, mitbihClasses, mitbihConfig, type MitbihConfig } from './mitbih-config.js';
import { patientOf, readMitbihRecords, sharedPatient } from './mitbih-records.js';
import { cutRecords, type CutRecord } from './mitbih-cut.js';
import { mitbihReport } from './mitbih-report.js';
import { prepareRecord } from './prepare.js';
import { assertPatientsApart, buildSplit } from './split.js';

const sampleRateHz = 360;

/** The MIT-BIH Arrhythmia Database: single heartbeats in AAMI classes, split by patients as de Chazal et al. 2004. */
export const mitbih = define({
  name: 'mitbih',
  description: 'MIT-BIH Arrhythmia: 100,000 heartbeats of 44 two-lead records of 30 min, in AAMI classes N, S, V, F.',
  config: mitbihConfig,
  create: loadMitbih,
  card: mitbihCard,
  windowsOf: beatsOfRecord,
});

/**
 * Reads the records that are in the folder and cuts a window around every annotated beat: DS1 without `validationRecords` trains, these
 * validate, DS2 tests; records with pacemakers are left out. Absent records are listed in the report.
 *
 * @throws {CardioError} `not-found` without folder or records; `data` for more than `maxBadRecords` unreadable records, or an empty
 *   training or validation split
 */
export async function loadMitbih(
  config: MitbihConfig,
  onProgress?: (done: number, total: number) => void,
): Promise<EcgDataset> {
  const found = await readMitbihRecords(config.dataDir, config.lead);
  const steps = signalSteps(config);
  const windows = { before: config.before, after: config.after, features: config.rrFeatures ? rrFeatureNames : [] };
  const cutting = cutRecords(found.records, config, { sampleRateHz, steps }, windows, onProgress);
  const bad = [...found.bad, ...cutting.bad];
  assertFewBadRecords(bad, config.maxBadRecords);

  const homeOf = ({ record }: CutRecord): SplitName => {
    if (record.group === 'DS2') return 'test';
    return config.validationRecords.some((name) => name === record.name) ? 'validation' : 'train';
  };
  const cuts = (name: SplitName): CutRecord[] => cutting.records.filter((record) => homeOf(record) === name);
  const fitted = fit(cuts('train').flatMap(({ cut }) => cut));
  const classes = mitbihClasses[config.classes];
  const shape = {
    time: config.before + config.after,
    leads: 1,
    classes: classes.length,
    features: windows.features.length,
  };
  const split = (name: SplitName) =>
    buildSplit(
      name,
      cuts(name).flatMap(({ record, cut }) =>
        cut.map((beat) => exampleOf(record.name, standardised(beat, fitted), classes)),
      ),
      shape,
    );
  const splits = { train: split('train'), validation: split('validation'), test: split('test') };
  assertNotEmpty(splits, config, found.withoutLead);
  const sharedPatients = assertPatientsApart(splits, [sharedPatient]);

  return {
    name: 'mitbih',
    version: mitbihCard.version,
    task: {
      name: config.task,
      kind: 'multi-class',
      classes,
      forgiven: [['F', 'V']], // AAMI EC57: a fusion beat taken for a ventricular one is no false positive
    },
    window: { samples: shape.time, leads: [config.lead], sampleRateHz },
    features: windows.features,
    preparation: {
      sampleRateHz,
      steps: [...steps, { step: 'beat-windows', ...windows }, ...fitted],
    },
    splits,
    report: mitbihReport({ config, found, cut: cutting.records, bad, splits, sharedPatients }),
    hash: contentHash(config, cutting.records),
  };
}

/**
 * Prepares the beats of one unseen WFDB record, whose positions must be in its `.atr` file. Labels are taken from there as well where
 * `classes` are given: one-hot, all zero for a beat of another class.
 *
 * @param recordPath path without extension
 * @param preparation as the dataset made it
 * @param classes AAMI classes; default none, so that `y` is empty
 * @throws {CardioError} `not-found` without annotations; `data` without beats, for another sample rate or without the lead
 */
export async function beatsOfRecord(
  recordPath: string,
  preparation: Preparation,
  classes: readonly string[] = [],
): Promise<Example[]> {
  const beats = beatsOf(await annotationsOf(recordPath));
  if (beats.length === 0)
    throw new CardioError('data', `${recordPath}.atr annotates no beat, so there is nothing to classify.`);
  const windows = preparation.steps.find((step) => step.step === 'beat-windows');
  if (!windows)
    throw new CardioError('usage', 'The preparation has no step `beat-windows`: it is not one of a beat classifier.');
  const { name, signal } = await prepareRecord(recordPath, preparation);
  const { cut } = cutBeats(signal, beats, windows);
  const features = preparation.steps.filter((step) => step.step === 'standardise-features');
  return cut.map((beat) => exampleOf(name, standardised(beat, features), classes));
}

async function annotationsOf(recordPath: string): Promise<Annotation[]> {
  try {
    return await readAnnotations(recordPath, 'atr');
  } catch (cause) {
    if (!isCardioError(cause) || cause.code !== 'not-found') throw cause;
    throw new CardioError(
      'not-found',
      `${recordPath}: a beat classifier needs the positions of the beats, and there is no annotation file ${recordPath}.atr. ` +
        'Put one in MIT format beside the record.',
      { cause },
    );
  }
}

function signalSteps({ lead, baseline }: MitbihConfig): PreparationStep[] {
  const median: PreparationStep = { step: 'median-baseline', windowsSeconds: [0.2, 0.6] };
  return [{ step: 'select-leads', leads: [lead] }, ...(baseline === 'median' ? [median] : [])];
}

type Standardisation = Extract<PreparationStep, { step: 'standardise' | 'standardise-features' }>;

/** Mean and deviation over all training windows, and of each feature over the training beats. */
function fit(training: readonly CutBeat[]): Standardisation[] {
  if (training.length === 0) return [];
  const columns = Array.from(training[0].features, (_, f) =>
    moments([Float32Array.from(training, ({ features }) => features[f])]),
  );
  const ofFeatures: Standardisation = {
    step: 'standardise-features',
    mean: columns.map(({ mean }) => mean),
    std: columns.map(({ std }) => std),
  };
  return [{ step: 'standardise', ...moments(training.map(({ x }) => x)) }, ...(columns.length > 0 ? [ofFeatures] : [])];
}

function standardised({ beat, x, features }: CutBeat, steps: readonly PreparationStep[]): CutBeat {
  let result = { beat, x, features };
  for (const step of steps) {
    if (step.step === 'standardise') result = { ...result, x: x.map((value) => (value - step.mean) / (step.std || 1)) };
    if (step.step === 'standardise-features') {
      result = { ...result, features: features.map((value, f) => (value - step.mean[f]) / (step.std[f] || 1)) };
    }
  }
  return result;
}

function exampleOf(recordId: string, { beat, x, features }: CutBeat, classes: readonly string[]): Example {
  const y = Float32Array.from(classes, (name) => (name === beat.aami ? 1 : 0));
  const example = { id: `${recordId}:${beat.sample}`, recordId, patientId: patientOf(recordId), x, y };
  return features.length > 0 ? { ...example, features } : example;
}

function assertNotEmpty(splits: EcgDataset['splits'], config: MitbihConfig, withoutLead: readonly string[]): void {
  const { dataDir, lead } = config;
  const held = config.validationRecords.join(', ');
  const lacking = withoutLead.length > 0 ? ` These have no lead \`${lead}\`: ${withoutLead.join(', ')}.` : '';
  if (splits.train.size === 0) {
    throw new CardioError(
      'data',
      `\`${dataDir}\` has no usable record of DS1 to train on beside ${held}, held out for validation.${lacking}`,
    );
  }
  if (splits.validation.size === 0) {
    throw new CardioError(
      'data',
      `\`${dataDir}\` has no usable record of those for validation (${held}).${lacking} ` +
        `Name some of ${splits.train.recordIds.join(', ')} as \`validationRecords\`.`,
    );
  }
}

/** Over what was configured (but not where the files are) and all that was read of the records used. */
function contentHash(
  { dataDir: _where, maxBadRecords: _most, ...config }: MitbihConfig,
  records: readonly CutRecord[],
): string {
  const hash = createHash('sha256').update(stableJson({ name: 'mitbih', version: mitbihCard.version, config }));
  for (const { record } of records) {
    hash.update(record.name).update(stableJson(record.annotations));
    for (const samples of record.signal?.samples ?? []) hash.update(samples);
  }
  return hash.digest('hex');
}

import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import { stableJson } from '@cardio/core';
import { codesOf, type CodingSystem, type DatasetCard } from '@cardio/datasets';
import type { Bundle, GraphPreparation, OnnxExport } from '@cardio/export';

import { conditionNamed, type ProfileFit } from './export-profile.js';
import { calibrationOf, metricsOf, thresholdsOf } from './export-decisions.js';
import type { RunEvaluation } from './evaluate.js';
import type { Manifest } from './manifest.js';
import { readJson, runFiles, type Run } from './run-folder.js';

/** What came of an export. */
interface Exported {
  readonly exported: Omit<OnnxExport, 'answers' | 'compared' | 'locate'>;
  readonly preparation?: GraphPreparation;
  readonly fit?: ProfileFit;
  readonly notes: readonly string[];
}

/** All that a user of an exported model must know, as `bundle.json` has it. */
export function bundleOf(run: Run, manifest: Manifest, card: DatasetCard | undefined, exporting: Exported): Bundle {
  const { exported, preparation, fit, notes } = exporting;
  const { dataset, task, features } = manifest;
  const evaluation = existsSync(join(run.dir, runFiles.evaluation))
    ? readJson<RunEvaluation>(run, 'evaluation')
    : undefined;
  const classes = fit ? exported.classes : task.classes;
  const from = fit?.classMap.from ?? task.classes.map((_, k) => [k]);
  const isProfile = fit !== undefined;
  const { what, difference, allowed } = exported.parity.gate;
  const { title, version, licence, url, citation } = { ...noCard, ...card };
  return {
    formatVersion: 2,
    run: run.id,
    created: new Date().toISOString(),
    model: {
      file: basename(exported.path),
      bytes: exported.bytes,
      architecture: manifest.model.name,
      parameters: manifest.model.parameters,
      precision: exported.precision,
      opset: exported.opset,
    },
    task: {
      name: task.name,
      kind: task.kind,
      aggregate: (isProfile ? preparation?.aggregate : task.aggregate) ?? null,
    },
    classes: classes.map((name, k) => ({
      name,
      codes: codesOfClass(name, manifest),
      known: from[k].length > 0,
    })),
    droppedClasses: [...(fit?.dropped ?? [])],
    window: windowOf(manifest, preparation, isProfile),
    features: [...features],
    outputs: isProfile ? ['probabilities'] : ['probabilities', 'logits'],
    preparation: (preparation ? outside(preparation, isProfile) : manifest.preparation) as Bundle['preparation'],
    insideModel: (preparation ?? null) as Bundle['insideModel'],
    thresholds: thresholdsOf(evaluation, classes, from),
    calibration: isProfile ? null : calibrationOf(evaluation),
    metrics: evaluation ? metricsOf(evaluation) : null,
    trainedOn: {
      ...{ dataset: dataset.name, title, version: dataset.version || version, hash: dataset.hash },
      ...{ licence, url, citation, examples: dataset.examples, patients: dataset.patients },
    },
    configHash: createHash('sha256').update(stableJson(run.config)).digest('hex'),
    code: manifest.code,
    use: { intended: intendedUse, limits: limitsOf(manifest, evaluation) },
    checks: [
      {
        ...{ where: 'ONNX Runtime Node', runtime: `onnxruntime-node in Node ${process.versions.node}` },
        ...{ inputs: exported.parity.inputs, what, difference, allowed },
      },
    ],
    notes: [...notes],
  };
}

/** What is said of a dataset without a card, such as a plug-in's. */
const noCard: DatasetCard = {
  title: 'A dataset without a card',
  version: 'unknown',
  url: '',
  licence: 'unknown',
  citation: '',
};

const intendedUse =
  'Research and development on electrocardiograms, by people who can read them. It is no medical device: nothing was tested that a diagnosis, ' +
  'a treatment or a monitor could rest on.';

/** Fewer positives than this in the test split say little of a class. */
const few = 20;

function limitsOf({ dataset, window, preparation, task }: Manifest, evaluation: RunEvaluation | undefined): string[] {
  const { patients, examples, notes } = dataset;
  const rare = evaluation?.perClass.filter(({ support }) => support < few).map(({ name }) => name) ?? [];
  const resamples = preparation.steps.some(({ step }) => step === 'resample');
  return [
    `Trained on ${examples['train']} examples of ${patients['train']} patients of ${dataset.name}; other hospitals, devices, ages and electrode positions are unknown to it.`,
    `It knows ${task.classes.join(', ')}, and answers for every record as if nothing else existed.`,
    `It takes the leads ${window.leads.join(', ')}${resamples ? '' : ` at ${preparation.sampleRateHz} Hz`}; with missing samples or fewer seconds than its window a record is refused, unless the preparation fills it up.`,
    ...(evaluation ? [] : ['It was not evaluated.']),
    ...(rare.length > 0 ? [`Fewer than ${few} test examples are ${rare.join(', ')}: their scores say little.`] : []),
    ...notes,
  ];
}

/** The window as the file takes it: prepared, or raw where it prepares records itself. */
export function windowOf(
  { window }: Manifest,
  raw: GraphPreparation | undefined,
  isProfile: boolean,
): Bundle['window'] {
  if (!raw) return { ...window, leads: [...window.leads], layout: 'samples-leads', unit: 'prepared signal' };
  const { leads, sampleRateHz, seconds, layout = 'samples-leads' } = raw;
  return {
    ...{ leads: [...leads], sampleRateHz, samples: Math.round(seconds * sampleRateHz), layout },
    unit: isProfile ? 'each lead z-scored' : 'mV',
  };
}

/** What is left to do before a file that prepares records itself: leads, rate, gaps and length; for the profile also the scale that its service gives. */
export function outside(
  { leads, sampleRateHz, seconds, steps }: GraphPreparation,
  isProfile: boolean,
): Bundle['preparation'] {
  const window = { samples: Math.round(seconds * sampleRateHz), pad: isProfile };
  return {
    sampleRateHz,
    steps: [
      { step: 'select-leads', leads: [...leads] },
      ...(steps.some(({ step }) => step === 'fill-gaps') ? [{ step: 'fill-gaps' as const }] : []),
      { step: 'resample', sampleRateHz, window },
      ...(isProfile ? [{ step: 'normalise' as const, method: 'z-score' as const, per: 'lead' as const }] : []),
    ],
  };
}

/** The codes that mean a class, where the vocabulary or the data's own coding has some. */
function codesOfClass(name: string, { dataset, task }: Manifest): Record<string, string[]> {
  if (dataset.name === 'mitbih' && task.name.startsWith('beat')) return { aami: [name] };
  const condition = conditionNamed(name);
  const systems: readonly CodingSystem[] = [
    'snomed',
    'scp',
    ...(dataset.name === 'cpsc2018' ? (['cpsc'] as const) : []),
  ];
  const codes = systems.map((system) => [system, condition ? [...codesOf(condition, system)] : []] as const);
  const own = dataset.name === 'ptbxl' && scpTasks.includes(task.name) ? { scp: [name] } : {};
  return { ...Object.fromEntries(codes.filter(([, known]) => known.length > 0)), ...own };
}

/** Tasks of PTB-XL whose classes are SCP-ECG statements. */
const scpTasks: readonly string[] = ['all', 'diagnostic', 'form', 'rhythm'];

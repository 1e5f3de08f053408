import { mkdirSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

import { CardioError } from '@cardio/core';
import { datasetFactory, type DatasetCard, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import {
  cardioaiPro,
  exportOnnx,
  type ExportProfile,
  type GraphPreparation,
  type OnnxExport,
  type OnnxExportOptions,
  type Precision,
} from '@cardio/export';
import { loadCheckpoint } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { bundleOf } from './export-bundle.js';
import { aurocJudge, examplesOf, rawExamples, windowsOf } from './export-examples.js';
import { fitCardioaiPro, type ProfileFit } from './export-profile.js';
import type { Manifest } from './manifest.js';
import { createDataset, deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { checkpointOf, readJson, type Run } from './run-folder.js';

export type { Bundle } from './export-bundle.js';

/** The formats a run can be exported to. */
export const exportFormats = ['onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** How a run is exported; by default in float32, taking prepared windows. */
export interface ExportOptions {
  readonly precision?: Precision;
  /** For int8: so many windows of the validation split give the ranges of activations; 0 (default): found anew in each run. */
  readonly calibrate?: number;
  /** Puts the preparation into the file, which then takes records in millivolts. */
  readonly preprocessing?: Partial<Pick<GraphPreparation, 'leads' | 'sampleRateHz' | 'seconds' | 'layout'>>;
  /** The form that a certain consumer loads. */
  readonly profile?: ExportProfile;
  /** Windows of the test split on which file and model are compared; default 32, for int8 500, because AUROC is coarse on few. 0: on noise alone. */
  readonly records?: number;
  /** With `preprocessing`: paths of WFDB records, without extension, to compare on in place of synthetic ones. */
  readonly rawRecords?: readonly string[];
  /** Keeps batch normalisation apart from convolutions, so that every weight of the model is in the file. */
  readonly keepNormalisation?: boolean;
}

/** What an export left, and what to know of it. */
export interface RunExport extends OnnxExport {
  /** Path of `bundle.json`. */
  readonly bundle: string;
  readonly notes: readonly string[];
}

/** What is exported besides the model, by the options. */
interface Plan {
  readonly file: string;
  readonly preparation?: GraphPreparation;
  readonly fit?: ProfileFit;
}

/** Exports a run's chosen checkpoint, checks the file against the model, and writes `bundle.json` beside it. */
export async function exportRun(run: Run, options: ExportOptions = {}): Promise<RunExport> {
  const manifest = readJson<Manifest>(run, 'manifest');
  const plan = planOf(manifest, options);
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config) });
  const { model } = await loadCheckpoint(checkpointOf(run));
  const notes = [...(plan.fit?.notes ?? [])];
  const { precision = 'float32' } = options;
  const classes = plan.fit ? cardioaiPro.classes : manifest.task.classes;
  const exported = await exportOnnx(model, {
    ...{ task: manifest.task.kind, classes, precision, path: join(run.dir, 'export', plan.file) },
    metadata: { run: run.id, dataset: manifest.dataset.name, model: manifest.model.name },
    normalisation: options.keepNormalisation ? 'kept' : 'folded',
    ...(plan.preparation && { preparation: plan.preparation }),
    ...(plan.fit && { classMap: plan.fit.classMap }),
    ...(await comparedOn(run, model, manifest, options, plan, notes)),
  });
  const { card } = datasetFactory.get(manifest.dataset.name) as unknown as { card: DatasetCard };
  const bundle = bundleOf(run, manifest, card, { exported, notes, ...plan });
  return { ...exported, notes, bundle: writeWhole(join(dirname(exported.path), 'bundle.json'), bundle) };
}

function planOf(
  manifest: Manifest,
  { precision = 'float32', calibrate = 0, preprocessing, profile }: ExportOptions,
): Plan {
  if (calibrate > 0 && precision !== 'int8') {
    throw new CardioError('usage', `Calibration is for int8; the precision is ${precision}.`);
  }
  if (calibrate > 0 && (preprocessing || profile)) {
    throw new CardioError(
      'usage',
      'Calibration takes prepared windows; with the preprocessing in the file, int8 is dynamic only.',
    );
  }
  const suffix = precision === 'float32' ? '' : `-${precision}`;
  if (profile) {
    const fit = fitCardioaiPro(manifest);
    return { file: join(`${profile}${suffix}`, cardioaiPro.file), preparation: fit.preparation, fit };
  }
  if (!preprocessing) return { file: join(`onnx${suffix}`, 'model.onnx') };
  return { file: join(`onnx-raw${suffix}`, 'model.onnx'), preparation: rawPreparation(manifest, preprocessing) };
}

/** The run's own preparation, of records of the rate it expects and 10 s long unless stated otherwise. */
function rawPreparation(
  { preparation, window, task }: Manifest,
  stated: NonNullable<ExportOptions['preprocessing']>,
): GraphPreparation {
  const { sampleRateHz: expected, steps } = preparation;
  const { sampleRateHz = expected, seconds = 10, layout = 'samples-leads' } = stated;
  const isAsExpected = sampleRateHz === expected || steps.some(({ step }) => step === 'resample');
  const first = { step: 'resample' as const, sampleRateHz: expected };
  const select = steps.find((step) => step.step === 'select-leads');
  return {
    leads: stated.leads ?? select?.leads ?? window.leads,
    ...{ sampleRateHz, seconds, layout, aggregate: task.aggregate },
    steps: isAsExpected ? steps : [first, ...steps],
  };
}

/** Real inputs to compare on, and to calibrate with; why there are none is noted. */
async function comparedOn(
  run: Run,
  model: LayersModel,
  manifest: Manifest,
  { precision, calibrate = 0, records, rawRecords }: ExportOptions,
  { preparation, fit }: Plan,
  notes: string[],
): Promise<Pick<OnnxExportOptions, 'examples' | 'calibration'>> {
  if (preparation) {
    if (fit) return {};
    const examples = rawRecords
      ? await examplesOf(rawRecords, model, manifest, preparation)
      : await rawExamples(model, manifest, preparation);
    if (!examples)
      notes.push(
        'Compared on noise alone: records of that rate, length and leads can be synthesised for 10 s at 100 or 500 Hz only.',
      );
    return examples ? { examples } : {};
  }
  const most = records ?? (precision === 'int8' ? 500 : 32);
  if (most === 0 && calibrate === 0) return {};
  const dataset = await createDataset(run.config).catch((cause: unknown) => {
    if (calibrate > 0 || records !== undefined || !(cause instanceof CardioError)) throw cause;
    notes.push(`Compared on noise alone, because the run's data is not there: ${cause.message}`);
  });
  return dataset ? fromDataset(dataset, most, calibrate) : {};
}

function fromDataset(
  { splits, task }: EcgDataset,
  most: number,
  calibrate: number,
): Pick<OnnxExportOptions, 'examples' | 'calibration'> {
  const { inputs, labels } = windowsOf(splits.test, most);
  const judge = aurocJudge(labels, task.classes.length);
  return {
    ...(most > 0 && { examples: { inputs, ...(judge && { judge }) } }),
    ...(calibrate > 0 && { calibration: { inputs: windowsOf(splits.validation, calibrate).inputs } }),
  };
}

function writeWhole(path: string, value: unknown): string {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
  return path;
}

import { basename, dirname, join } from 'node:path';

import { CardioError } from '@cardio/core';
import { datasetFactory, type DatasetCard } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import {
  cardioaiPro,
  checkBundle,
  exportOnnx,
  replacedFolder,
  writeBundle,
  type BundleCheck,
  type CheckOptions,
  type ExportProfile,
  type GraphPreparation,
  type OnnxExport,
  type Precision,
} from '@cardio/export';
import { loadCheckpoint } from '@cardio/trainers';

import { bundleOf } from './export-bundle.js';
import { comparedOn, recordsFor } from './export-compared.js';
import { fitCardioaiPro, type ProfileFit } from './export-profile.js';
import type { Manifest } from './manifest.js';
import { deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { checkpointOf, readJson, type Run } from './run-folder.js';

export type { Bundle, BundleCheck } from '@cardio/export';

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
  /** Paths of records to compare on in place of those of the run's data; with `preprocessing` WFDB records, without extension, in place of synthetic ones. */
  readonly rawRecords?: readonly string[];
  /** Keeps batch normalisation apart from convolutions, so that every weight of the model is in the file. */
  readonly keepNormalisation?: boolean;
  /** Where the bundle must answer as the model besides Node; `all`: wherever it can be run. */
  readonly check?: CheckOptions['check'];
}

/** What an export left, and what to know of it. */
export interface RunExport extends Omit<OnnxExport, 'answers' | 'compared' | 'locate'> {
  /** Path of `bundle.json`. */
  readonly bundle: string;
  /** Where the bundle was compared with the trained model, and how it did. */
  readonly checks: readonly BundleCheck[];
  readonly notes: readonly string[];
}

/** What is exported besides the model, by the options. */
export interface Plan {
  readonly file: string;
  readonly preparation?: GraphPreparation;
  readonly fit?: ProfileFit;
}

/**
 * Exports a run's chosen checkpoint as a bundle: model, `bundle.json`, model card and manifest in a folder of their own, which is there only if the bundle answers
 * as the trained model wherever it is checked.
 *
 * @throws {CardioError} `check` where it doesn't, naming what differs first
 */
export async function exportRun(run: Run, options: ExportOptions = {}): Promise<RunExport> {
  const manifest = readJson<Manifest>(run, 'manifest');
  const plan = planOf(manifest, options);
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config) });
  const { model } = await loadCheckpoint(checkpointOf(run));
  const notes = [...(plan.fit?.notes ?? [])];
  const { precision = 'float32' } = options;
  const classes = plan.fit ? cardioaiPro.classes : manifest.task.classes;
  const { signals, ...compared } = await comparedOn(run, model, manifest, options, plan, notes);
  const path = join(run.dir, 'export', plan.file);
  return replacedFolder(dirname(path), async (folder) => {
    const {
      answers,
      compared: shown,
      locate,
      ...exported
    } = await exportOnnx(model, {
      ...{ task: manifest.task.kind, classes, precision, path: join(folder, basename(path)) },
      metadata: { run: run.id, dataset: manifest.dataset.name, model: manifest.model.name },
      normalisation: options.keepNormalisation ? 'kept' : 'folded',
      ...(plan.preparation && { preparation: plan.preparation }),
      ...(plan.fit && { classMap: plan.fit.classMap }),
      ...compared,
    });
    const { card } = datasetFactory.get(manifest.dataset.name) as unknown as { card?: DatasetCard };
    const bundle = bundleOf(run, manifest, card, { exported, notes, ...plan });
    await writeBundle(folder, bundle);
    const records = await recordsFor(run, manifest, options, plan, answers, notes);
    const { check = [] } = options;
    const parity = await checkBundle(folder, records ?? { ...shown(), ...(signals && { signals }) }, { check, locate });
    const [checks, all] = [
      [...bundle.checks, ...parity.checks],
      [...notes, ...parity.notes],
    ];
    await writeBundle(folder, { ...bundle, checks, notes: all });
    return { ...exported, path, bundle: join(dirname(path), 'bundle.json'), checks, notes: all };
  });
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

import { CardioError } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';
import {
  windowsOf as windowsOfSignals,
  type BundleExamples,
  type OnnxExport,
  type OnnxExportOptions,
} from '@cardio/export';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { fittingPaths, hasBeats, recordExamples, recordPaths, signalAt } from './bundle-examples.js';
import { outside, windowOf } from './export-bundle.js';
import { aurocJudge, examplesOf, rawExamples, windowsOf } from './export-examples.js';
import type { ExportOptions, Plan } from './export.js';
import type { Manifest } from './manifest.js';
import { createDataset } from './parts.js';
import type { Run } from './run-folder.js';

/** What a file is compared on and calibrated with. */
interface Compared extends Pick<OnnxExportOptions, 'examples' | 'calibration'> {
  /** The records that the examples are, where the file prepares them itself. */
  readonly signals?: BundleExamples['signals'];
}

/** So many records of the run's data show whether two ways of computing agree. */
const usualRecords = 32;

/** Real inputs to compare on, and to calibrate with; why there are none is noted. */
export async function comparedOn(
  run: Run,
  model: LayersModel,
  manifest: Manifest,
  options: ExportOptions,
  plan: Plan,
  notes: string[],
): Promise<Compared> {
  if (plan.preparation) return comparedRaw(run, model, manifest, options, plan, notes);
  const { precision, calibrate = 0, records } = options;
  const most = records ?? (precision === 'int8' ? 500 : usualRecords);
  if (most === 0 && calibrate === 0) return {};
  const dataset = await createDataset(run.config).catch((cause: unknown) => {
    if (calibrate > 0 || records !== undefined || !(cause instanceof CardioError)) throw cause;
    notes.push(`Compared on noise alone, because the run's data is not there: ${cause.message}`);
  });
  return dataset ? fromDataset(dataset, most, calibrate) : {};
}

/** Records for a file that prepares them: stated ones, else the run's own, else synthetic ones. */
async function comparedRaw(
  run: Run,
  model: LayersModel,
  manifest: Manifest,
  { records: most = usualRecords, rawRecords }: ExportOptions,
  { preparation, fit }: Plan,
  notes: string[],
): Promise<Compared> {
  if (!preparation) return {};
  const own = rawRecords ?? (await ifThere(recordPaths(run, most), []));
  if (fit) {
    if (own.length === 0) {
      notes.push("Compared on noise alone, because the run's data has no records of its own there.");
      return {};
    }
    const signals = await Promise.all(own.map(signalAt));
    const bundle = { preparation: outside(preparation, true), window: windowOf(manifest, preparation, true) };
    return { examples: { inputs: { ecg: windowsOfSignals(bundle, signals) } }, signals };
  }
  const paths = rawRecords ?? (await fittingPaths(own, preparation));
  const examples =
    paths.length > 0
      ? await examplesOf(paths, model, manifest, preparation)
      : await rawExamples(model, manifest, preparation);
  if (examples) return { examples, signals: examples.signals };
  notes.push(
    'Compared on noise alone: records of that rate, length and leads can be synthesised for 10 s at 100 or 500 Hz only.',
  );
  return {};
}

function fromDataset({ splits, task }: EcgDataset, most: number, calibrate: number): Compared {
  const { inputs, labels } = windowsOf(splits.test, most);
  const judge = aurocJudge(labels, task.classes.length);
  return {
    ...(most > 0 && { examples: { inputs, ...(judge && { judge }) } }),
    ...(calibrate > 0 && { calibration: { inputs: windowsOf(splits.validation, calibrate).inputs } }),
  };
}

/** Whole records for the bundle to prepare itself, where windows are prepared outside the file; int8 is judged by labels, which windows have. */
export async function recordsFor(
  run: Run,
  manifest: Manifest,
  { precision, records: most = usualRecords, rawRecords }: ExportOptions,
  { preparation }: Plan,
  answers: OnnxExport['answers'],
  notes: string[],
): Promise<BundleExamples | undefined> {
  if (preparation || precision === 'int8' || hasBeats(manifest.preparation)) return undefined;
  try {
    return await recordExamples(rawRecords ?? (await recordPaths(run, most)), manifest, answers);
  } catch (cause) {
    if (rawRecords || !(cause instanceof CardioError)) throw cause;
    notes.push(`The bundle's own preparation was not compared: ${cause.message}`);
    return undefined;
  }
}

/** What is found, or the other where the data is not there. */
const ifThere = <T>(found: Promise<T>, other: T): Promise<T> =>
  found.catch((cause: unknown) => {
    if (!(cause instanceof CardioError)) throw cause;
    return other;
  });

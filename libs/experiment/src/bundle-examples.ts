import { validate, type Schema, type Signal } from '@cardio/core';
import {
  datasetFactory,
  ecgExtensions,
  readEcgFile,
  type Example,
  type Preparation,
  type SourceRecord,
} from '@cardio/datasets';
import type { BundleExamples, GraphPreparation, OnnxExport } from '@cardio/export';
import { existsSync } from 'node:fs';
import { extname, join } from 'node:path';

import type { Manifest } from './manifest.js';
import type { Run } from './run-folder.js';

/** What is used of a dataset's definition. */
interface Definition {
  readonly config: Schema;
  open?(config: unknown): Promise<{ readonly records: readonly SourceRecord[] }>;
  windowsOf(path: string, preparation: Preparation, note: (text: string) => void): Promise<Example[]>;
}

const definitionOf = (name: string): Definition => datasetFactory.get(name) as unknown as Definition;

/** So many windows are enough, however long the records are. */
const mostWindows = 512;

/**
 * Records of the run's data, those of the test split first, as paths; none where the data is gone, is made up or has no files of its own.
 *
 * @param most how many
 */
export async function recordPaths(run: Run, most: number): Promise<string[]> {
  const { name, ...fields } = run.config.dataset;
  const { config, open } = definitionOf(name as string);
  if (!open || typeof fields['dataDir'] !== 'string') return [];
  const { records } = await open(validate(config, fields, `dataset \`${String(name)}\``));
  const order = ['test', 'validation', 'train'];
  const files = records
    .toSorted((a, b) => order.indexOf(a.split) - order.indexOf(b.split))
    .flatMap(({ files: [file] }) => file ?? []);
  return files.slice(0, most).map((file) => join(String(fields['dataDir']), file));
}

/** Whether a preparation cuts beats, which are not found in a signal alone. */
export const hasBeats = ({ steps }: Preparation): boolean => steps.some(({ step }) => step.startsWith('beat-'));

/**
 * Records in millivolts, their windows as the training pipeline prepares them, and what the trained model says of these.
 *
 * @param paths of WFDB records, or of files that the folder dataset reads
 */
export async function recordExamples(
  paths: readonly string[],
  { dataset, preparation, window }: Manifest,
  answers: OnnxExport['answers'],
): Promise<BundleExamples | undefined> {
  const signals: Signal[] = [];
  const windows: Float32Array[] = [];
  for (const path of paths) {
    const record = path.replace(/\.hea$/, '');
    const examples = await definitionOf(dataset.name).windowsOf(record, preparation, () => undefined);
    if (windows.length > 0 && windows.length + examples.length > mostWindows) break;
    signals.push(await signalAt(path));
    windows.push(...examples.map(({ x }) => x));
  }
  if (windows.length === 0) return undefined;
  const size = window.samples * window.leads.length;
  const data = new Float32Array(windows.length * size);
  windows.forEach((x, w) => data.set(x, w * size));
  const inputs = { ecg: { data, shape: [windows.length, window.samples, window.leads.length] } };
  return { inputs, expected: answers(inputs), signals };
}

/** The record at a path, in millivolts. */
export const signalAt = async (path: string): Promise<Signal> => (await readEcgFile(ecgFileAt(path))).signal;

/** The records of the rate and length that a graph takes; none where the first one isn't, since records of a database are alike. */
export async function fittingPaths(
  paths: readonly string[],
  { sampleRateHz, seconds }: Pick<GraphPreparation, 'sampleRateHz' | 'seconds'>,
): Promise<string[]> {
  const fitting: string[] = [];
  for (const path of paths) {
    const signal = await signalAt(path);
    const fits =
      signal.sampleRateHz === sampleRateHz && signal.samples[0].length === Math.round(seconds * sampleRateHz);
    if (fits) fitting.push(path.replace(/\.hea$/, ''));
    else if (fitting.length === 0) return [];
  }
  return fitting;
}

/** The file of a record whose path may lack its extension, as WFDB's do. */
export function ecgFileAt(path: string): string {
  const isFile = ecgExtensions.includes(extname(path).toLowerCase()) && existsSync(path);
  return isFile ? path : `${path}.hea`;
}

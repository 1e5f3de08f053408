import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';

import type { DatasetCard } from '@cardio/datasets';
import type { GraphPreparation, OnnxExport, Parity, Precision } from '@cardio/export';

import type { ProfileFit } from './export-profile.js';
import type { Manifest } from './manifest.js';
import { readJson, runFiles, type Run } from './run-folder.js';

/** What a user of an exported model must know to feed it: `bundle.json`, beside the model. */
export interface Bundle {
  readonly formatVersion: 1;
  /** Name of the file beside it. */
  readonly model: string;
  readonly run: string;
  readonly created: string;
  readonly precision: Precision;
  readonly task: Manifest['task'];
  /** The classes of the file's answer, in order: the task's, or those of a profile. */
  readonly classes: readonly string[];
  /** Those of them that the model doesn't know, which are always 0. */
  readonly unknownClasses: readonly string[];
  /** Classes of the task that the answer has no place for. */
  readonly droppedClasses: readonly string[];
  readonly window: Manifest['window'];
  readonly features: readonly string[];
  /** How a record becomes what the model takes; of this, {@link insideModel} is done by the file itself. */
  readonly preparation: Manifest['preparation'];
  readonly insideModel: GraphPreparation | null;
  readonly inputs: readonly {
    readonly name: string;
    readonly shape: readonly (number | 'batch')[];
    readonly unit: string;
  }[];
  readonly outputs: readonly string[];
  readonly trainedOn: {
    readonly dataset: string;
    readonly version: string;
    readonly hash: string;
    readonly licence: string;
  };
  readonly scores: Readonly<Record<string, number | null>> | null;
  readonly parity: Parity;
  readonly notes: readonly string[];
}

/** What came of the export. */
interface Exported {
  readonly exported: OnnxExport;
  readonly preparation?: GraphPreparation;
  readonly fit?: ProfileFit;
  readonly notes: readonly string[];
}

export function bundleOf(
  run: Run,
  manifest: Manifest,
  card: DatasetCard,
  { exported, preparation, fit, notes }: Exported,
): Bundle {
  const { window, features, dataset, task } = manifest;
  const evaluation = existsSync(join(run.dir, runFiles.evaluation))
    ? readJson<{ summary: Bundle['scores'] }>(run, 'evaluation')
    : null;
  return {
    formatVersion: 1,
    model: basename(exported.path),
    run: run.id,
    created: new Date().toISOString(),
    precision: exported.precision,
    task,
    classes: fit ? exported.classes : task.classes,
    unknownClasses: fit?.unknown ?? [],
    droppedClasses: fit?.dropped ?? [],
    window,
    features,
    preparation: manifest.preparation,
    insideModel: preparation ?? null,
    inputs: [
      ecgOf(window, preparation, fit),
      ...(features.length > 0
        ? [{ name: 'features', shape: ['batch' as const, features.length], unit: 'standardised' }]
        : []),
    ],
    outputs: fit ? ['probabilities'] : ['probabilities', 'logits'],
    trainedOn: { dataset: dataset.name, version: dataset.version, hash: dataset.hash, licence: card.licence },
    scores: evaluation?.summary ?? null,
    parity: exported.parity,
    notes,
  };
}

function ecgOf(
  window: Manifest['window'],
  raw: GraphPreparation | undefined,
  fit: ProfileFit | undefined,
): Bundle['inputs'][number] {
  if (!raw) return { name: 'ecg', shape: ['batch', window.samples, window.leads.length], unit: 'prepared signal' };
  const samples = Math.round(raw.seconds * raw.sampleRateHz);
  const axes = raw.layout === 'leads-samples' ? [raw.leads.length, samples] : [samples, raw.leads.length];
  return { name: 'ecg', shape: ['batch', ...axes], unit: fit ? 'each lead z-scored' : 'mV' };
}

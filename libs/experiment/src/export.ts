import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { datasetFactory, type DatasetCard } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import { exportOnnx, type OnnxExport } from '@cardio/export';
import { loadCheckpoint } from '@cardio/trainers';

import type { Manifest } from './manifest.js';
import { deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { checkpointOf, readJson, runFiles, writeJson, type Run } from './run-folder.js';

/** The formats a run can be exported to. */
export const exportFormats = ['onnx'] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What a user of an exported model must know to feed it: `bundle.json`, beside the model. */
export interface Bundle {
  readonly formatVersion: 1;
  readonly model: string;
  readonly run: string;
  readonly created: string;
  readonly task: Manifest['task'];
  readonly window: Manifest['window'];
  readonly features: readonly string[];
  readonly preparation: Manifest['preparation'];
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
}

/** Exports a run's chosen checkpoint, checks the file against the model, and writes `bundle.json` beside it. */
export async function exportRun(run: Run): Promise<OnnxExport & { bundle: string }> {
  const manifest = readJson<Manifest>(run, 'manifest');
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config) });
  const { model } = await loadCheckpoint(checkpointOf(run));
  const exported = await exportOnnx(model, {
    task: manifest.task.kind,
    classes: manifest.task.classes,
    path: join(run.dir, runFiles.onnx),
    metadata: { run: run.id, dataset: manifest.dataset.name, model: manifest.model.name },
  });
  return { ...exported, bundle: writeJson(run, 'bundle', bundleOf(run, manifest)) };
}

function bundleOf(run: Run, manifest: Manifest): Bundle {
  const { window, features, dataset } = manifest;
  const { card } = datasetFactory.get(dataset.name) as unknown as { card: DatasetCard };
  const evaluation = existsSync(join(run.dir, runFiles.evaluation))
    ? readJson<{ summary: Bundle['scores'] }>(run, 'evaluation')
    : null;
  return {
    formatVersion: 1,
    model: 'model.onnx',
    run: run.id,
    created: new Date().toISOString(),
    task: manifest.task,
    window,
    features,
    preparation: manifest.preparation,
    inputs: [
      { name: 'ecg', shape: ['batch', window.samples, window.leads.length], unit: 'prepared signal' },
      ...(features.length > 0
        ? [{ name: 'features', shape: ['batch' as const, features.length], unit: 'standardised' }]
        : []),
    ],
    outputs: ['probabilities', 'logits'],
    trainedOn: { dataset: dataset.name, version: dataset.version, hash: dataset.hash, licence: card.licence },
    scores: evaluation?.summary ?? null,
  };
}

import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { datasetFactory, type DatasetCard } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import {
  exportSafetensors,
  exportTfjsGraph,
  exportTfjsLayers,
  exportTorch,
  replacedFolder,
  torchVersion,
  type BundleCheck,
  type FormatOptions,
  type Parity,
} from '@cardio/export';
import { loadCheckpoint } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { bundleOf } from './export-bundle.js';
import { comparedOn } from './export-compared.js';
import type { ExportOptions } from './export.js';
import type { Manifest } from './manifest.js';
import { deviceOf } from './parts.js';
import { loadPlugins } from './plugins.js';
import { checkpointOf, readJson, type Run } from './run-folder.js';

/** Forms of a run's model besides ONNX, all in float32 and of prepared windows. */
export const otherFormats = ['safetensors', 'torch', 'tfjs-layers', 'tfjs-graph'] as const;
export type OtherFormat = (typeof otherFormats)[number];

/** The formats a run can be exported to: ONNX by `exportRun`, the others by {@link exportFormat}. */
export const exportFormats = ['onnx', ...otherFormats] as const;
export type ExportFormat = (typeof exportFormats)[number];

/** What an export left. */
export interface FormatExport {
  /** The file to open. */
  readonly path: string;
  /** Of all files of the model. */
  readonly bytes: number;
  /** What is in it, such as `72 operations`. */
  readonly content: string;
  /** How it was compared with the trained model; `null` where it could not be, of which a note says why. */
  readonly check: BundleCheck | null;
  /** Path of `bundle.json`, which describes the model as that of an ONNX bundle does. */
  readonly bundle: string;
  readonly notes: readonly string[];
}

/** What an exporter says. */
type Written = Pick<FormatExport, 'path' | 'bytes' | 'content' | 'check'>;

/**
 * Exports a run's chosen checkpoint to a folder of another format, with `bundle.json` beside it, which is there only if it answers as the trained model.
 *
 * @param options `records`: windows of the test split to compare on; default 32, 0: on noise alone
 * @throws {CardioError} `check` where it doesn't, `unavailable` where what opens the format isn't installed
 */
export async function exportFormat(
  run: Run,
  format: OtherFormat,
  { records }: Pick<ExportOptions, 'records'> = {},
): Promise<FormatExport> {
  const manifest = readJson<Manifest>(run, 'manifest');
  await loadPlugins(run.config.plugins);
  await startEngine(run.config.engine, { device: deviceOf(run.config) });
  const { model } = await loadCheckpoint(checkpointOf(run));
  const notes: string[] = [];
  const options = records === undefined ? {} : { records };
  const { examples } =
    format === 'safetensors' ? {} : await comparedOn(run, model, manifest, options, { file: '' }, notes);
  const { kind: task, classes } = manifest.task;
  const target = join(run.dir, 'export', format);
  return replacedFolder(target, async (folder) => {
    const given = { task, classes, folder, metadata: metadataOf(run, manifest), ...(examples && { examples }) };
    const { path, ...written } = await exporters[format](model, given, notes);
    const described = describe(run, manifest, format, { ...written, path }, notes);
    await writeFile(join(folder, 'bundle.json'), `${JSON.stringify(described, null, 2)}\n`);
    return {
      ...written,
      path: join(target, path.slice(folder.length + 1)),
      bundle: join(target, 'bundle.json'),
      notes,
    };
  });
}

const exporters: Readonly<
  Record<OtherFormat, (model: LayersModel, options: FormatOptions, notes: string[]) => Promise<Written>>
> = {
  async safetensors(model, { folder, metadata, task, classes }) {
    const path = join(folder, 'model.safetensors');
    const described = { ...metadata, task, classes: JSON.stringify(classes) };
    const { bytes, tensors } = await exportSafetensors(model, { path, metadata: described });
    const check = { where: 'safetensors', runtime: 'read back', inputs: tensors, what: 'a tensor differs' };
    return { path, bytes, content: `${tensors} tensors`, check: { ...check, difference: 0, allowed: 0 } };
  },
  async torch(model, options, notes) {
    const python = process.env['CARDIO_PYTHON'] ?? 'python3';
    const version = await torchVersion(python);
    if (version === undefined)
      notes.push(`Not compared in PyTorch: \`${python}\` has no torch; \`pip install torch\`, or set CARDIO_PYTHON.`);
    const { parity, ...written } = await exportTorch(model, { ...options, ...(version !== undefined && { python }) });
    const check = parity && checkOf(parity, 'PyTorch', `torch ${version}`);
    return { ...written, content: `${written.nodes} operations, ${written.tensors} tensors`, check };
  },
  async 'tfjs-layers'(model, options) {
    const { parity, version, ...written } = await exportTfjsLayers(model, options);
    const content = `${model.layers.length} layers`;
    return { ...written, content, check: checkOf(parity, 'TensorFlow.js layers model', `tfjs ${version}`) };
  },
  async 'tfjs-graph'(model, options) {
    const { parity, version, nodes, ...written } = await exportTfjsGraph(model, options);
    const content = `${nodes} operations`;
    return { ...written, content, check: checkOf(parity, 'TensorFlow.js graph model', `tfjs ${version}`) };
  },
};

const checkOf = ({ inputs, gate }: Parity, where: string, runtime: string): BundleCheck => ({
  where,
  runtime,
  inputs,
  ...gate,
});

/** What the files themselves say of the model: enough to feed it. */
const metadataOf = (run: Run, { dataset, model, window, features, preparation }: Manifest): Record<string, string> => ({
  ...{ run: run.id, dataset: dataset.name, model: model.name, window: JSON.stringify(window) },
  ...{ features: JSON.stringify(features), preparation: JSON.stringify(preparation) },
});

/** What each format's model returns. */
const outputsOf: Readonly<Record<OtherFormat, readonly string[]>> = {
  ...{ safetensors: [], torch: ['probabilities', 'logits'], 'tfjs-layers': ['logits'] },
  'tfjs-graph': ['probabilities', 'logits'],
};

/** The description that an ONNX bundle has, of another file: it names the format in place of an operator set. */
function describe(
  run: Run,
  manifest: Manifest,
  format: OtherFormat,
  { path, bytes, check }: Written,
  notes: readonly string[],
): object {
  const { card } = datasetFactory.get(manifest.dataset.name) as unknown as { card: DatasetCard };
  const parity = { maxAbsDiff: 0, inputs: 0, real: 0, gate: { what: '', difference: 0, allowed: 0 } }; // `checks` says it
  const { classes } = manifest.task;
  const exported = { path, bytes, nodes: 0, opset: 0, precision: 'float32' as const, classes, parity };
  const bundle = bundleOf(run, manifest, card, { exported, notes });
  const { file, architecture, parameters, precision } = bundle.model;
  return {
    ...bundle,
    model: { file, format, bytes, architecture, parameters, precision },
    outputs: outputsOf[format],
    checks: check ? [check] : [],
  };
}

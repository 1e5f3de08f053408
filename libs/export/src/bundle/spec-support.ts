import type { Signal } from '@cardio/core';
import { synthesizeEcg } from '@cardio/signal';
import { layers } from '@tensorflow/tfjs-layers';
import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { exportOnnx, type OnnxExport, type OnnxExportOptions } from '../export-onnx.js';
import { expectedOf, type Batch } from '../inputs.js';
import { chain, classes, modelOf } from '../spec-support.js';
import { modelSubject } from '../subject.js';
import { bundleFiles } from './files.js';
import { manifestText, sha256 } from './manifest.js';
import { openBundle } from './open-bundle.js';
import { windowsOf } from './predict.js';
import type { Bundle } from './schema.js';
import { writeBundle } from './write-bundle.js';

/** A small model of two leads, 2 s at 100 Hz. */
const smallModel = () =>
  modelOf([[200, 2]], (x) =>
    chain(
      x,
      layers.conv1d({ filters: 4, kernelSize: 5, strides: 4, activation: 'relu', name: 'conv' }),
      layers.globalAveragePooling1d(),
    ),
  );

/** Records of several rates and lengths. */
export const signals = (count: number): Signal[] =>
  Array.from({ length: count }, (_, seed) => {
    const sampleRateHz = [125, 250, 500][seed % 3];
    const { signal } = synthesizeEcg({ seconds: 5 + (seed % 2), sampleRateHz, heartRateBpm: 60 + seed, seed });
    return signal;
  });

/** A bundle's description in which all is filled in. */
function describe(file: string, bytes: number, parts: Partial<Bundle> = {}): Bundle {
  const each = <T>(make: (name: string, k: number) => T): T[] => classes.map(make);
  return {
    formatVersion: 2,
    run: 'a-run',
    created: '2026-11-24T02:00:00.000Z',
    model: { file, bytes, architecture: 'small', parameters: 59, precision: 'float32', opset: 20 },
    task: { name: 'letters', kind: 'multi-label', aggregate: 'max' },
    classes: each((name, k) => ({ name, codes: k === 0 ? { snomed: ['426783006'], scp: ['NORM'] } : {}, known: true })),
    droppedClasses: [],
    window: {
      ...{ leads: ['II', 'V1'], sampleRateHz: 100, samples: 200, layout: 'samples-leads', unit: 'prepared signal' },
    },
    features: [],
    outputs: ['probabilities', 'logits'],
    preparation: {
      sampleRateHz: 100,
      steps: [
        { step: 'select-leads', leads: ['II', 'V1'] },
        { step: 'filter', bandHz: [0.5, 40], notchHz: 50 },
        { step: 'resample', sampleRateHz: 100, window: { samples: 200, pad: true } },
        { step: 'standardise', mean: 0.01, std: 0.2 },
      ],
    },
    insideModel: null,
    thresholds: {
      ...{ by: 'f1', chosenOn: 'validation', fallback: 0.5 },
      classes: each((name, k) => ({
        name,
        threshold: k === 2 ? null : 0.25 * (k + 1),
        reason: k === 2 ? 'No c.' : null,
      })),
    },
    calibration: {
      ...{ method: 'temperature', fittedOn: 'validation', epsilon: 1e-7 },
      classes: each((name, k) => ({ name, temperature: k === 1 ? null : 1.5 + k, reason: k === 1 ? 'No b.' : null })),
    },
    metrics: {
      ...{ split: 'test', examples: 40 },
      intervals: { level: 0.95, resamples: 1000, patients: 30, method: 'percentile' },
      summary: { macroAuroc: { value: 0.9, low: 0.85, high: 0.94 } },
      perClass: each((name) => ({ name, support: 10, scores: { auroc: { value: 0.9, low: 0.8, high: null } } })),
    },
    trainedOn: {
      ...{ dataset: 'synthetic', title: 'Synthetic', version: '1', hash: 'abc', licence: 'MIT', url: '', citation: '' },
      ...{ examples: { train: 100 }, patients: { train: 80 } },
    },
    configHash: '0'.repeat(64),
    code: { version: '0.1.0', commit: null },
    use: { intended: 'Tests.', limits: ['It knows letters only.'] },
    checks: [],
    notes: [],
    ...parts,
  };
}

/** A bundle of a small model in a folder that is there, and what the model says of the windows of records. */
export async function writeSmallBundle(
  folder: string,
  options: Partial<OnnxExportOptions> = {},
  parts: Partial<Bundle> = {},
): Promise<{ exported: OnnxExport; inputs: Batch; expected: Float32Array; signals: Signal[] }> {
  const model = smallModel();
  const path = join(folder, 'model.onnx');
  const exported = await exportOnnx(model, { task: 'multi-label', classes, path, ...options });
  const description = describe('model.onnx', statSync(path).size, parts);
  const { precision } = exported;
  const bundle = { ...description, model: { ...description.model, precision } };
  await writeBundle(folder, bundle);
  const records = signals(6);
  const inputs = { ecg: windowsOf(bundle, records) };
  return { exported, inputs, expected: expectedOf(modelSubject(model, 'multi-label'), inputs), signals: records };
}

/** Makes the manifest true again: what follows is a bundle by somebody who means ill, not one that was damaged. */
export async function signedAgain(
  folder: string,
  names: readonly string[] = [bundleFiles.description, bundleFiles.card, 'model.onnx'],
): Promise<void> {
  const hashes = new Map<string, string>();
  for (const name of names)
    hashes.set(name, existsSync(join(folder, name)) ? await sha256(readFileSync(join(folder, name))) : '0'.repeat(64));
  writeFileSync(join(folder, bundleFiles.manifest), manifestText(hashes));
}

/** Opens a bundle and, if it can be, predicts with it; the error, or undefined. */
export async function failureOf(folder: string): Promise<unknown> {
  try {
    const opened = await openBundle(folder);
    try {
      await opened.predict(signals(1)[0]);
    } finally {
      await opened.close();
    }
    return undefined;
  } catch (error) {
    return error;
  }
}

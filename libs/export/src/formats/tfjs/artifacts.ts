import * as tf from '@tensorflow/tfjs-core';
import { join } from 'node:path';
import type { Parity } from '../../parity.js';
import { writeWhole } from '../write-whole.js';

/** A model in the two files that TensorFlow.js loads by the address of the first. */
export interface TfjsFiles {
  readonly json: string;
  readonly weights: Uint8Array;
}

/** What was written and checked. */
export interface TfjsExport {
  /** Path of `model.json`; `weights.bin` is beside it. */
  readonly path: string;
  /** Size of both. */
  readonly bytes: number;
  /** Of the TensorFlow.js that they were opened by. */
  readonly version: string;
  readonly parity: Parity;
}

const names = { json: 'model.json', weights: 'weights.bin' } as const;

/** Puts a model into files, its weights into one. */
export function encodeTfjs({ weightSpecs = [], weightData, ...model }: tf.io.ModelArtifacts): TfjsFiles {
  const weightsManifest = [{ paths: [names.weights], weights: weightSpecs }];
  const json = JSON.stringify({ ...model, generatedBy: '@cardio/export', convertedBy: null, weightsManifest });
  return { json, weights: new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)) };
}

/** Those files for TensorFlow.js's loaders, without a disk between. */
export const sourceOf = ({ json, weights }: TfjsFiles): tf.io.IOHandler => ({
  load: () =>
    tf.io.getModelArtifactsForJSON(JSON.parse(json) as tf.io.ModelJSON, async (manifest) => [
      manifest.flatMap((group) => group.weights),
      weights.slice().buffer,
    ]),
});

/** Writes those files into a folder. */
export async function writeTfjs(folder: string, { json, weights }: TfjsFiles): Promise<Omit<TfjsExport, 'parity'>> {
  const path = join(folder, names.json);
  await writeWhole(join(folder, names.weights), weights);
  await writeWhole(path, json);
  return { path, bytes: weights.length + Buffer.byteLength(json), version: tf.version_core };
}

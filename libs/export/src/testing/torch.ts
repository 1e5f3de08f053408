import { createRandom } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { exportTorch } from '../formats/torch/export-torch.js';

/** The Python that tests run. */
export const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const script = fileURLToPath(new URL('../../checks/torch_modules.py', import.meta.url));

/** Whether there is a Python with torch; says so if there is none. */
export function hasTorch(): boolean {
  const isThere = spawnSync(python, ['-c', 'import torch']).status === 0;
  if (!isThere) console.warn(`Skipped: \`${python}\` has no torch; \`pip install torch\`, or set CARDIO_PYTHON.`);
  return isThere;
}

/** Writes a model as a module into a folder, with inputs to run it on; returns the logits that the model gives. */
export async function writeCase(model: tfl.LayersModel, folder: string): Promise<number[]> {
  const classes = Array.from({ length: Number(model.outputs[0].shape[1]) }, (_, i) => `class ${i}`);
  await exportTorch(model, { task: 'multi-label', classes, folder });
  const random = createRandom(3);
  const inputs = model.inputs.map(({ shape }) => {
    const length = shape.slice(1).reduce<number>((product, n) => product * Number(n), 4);
    return tf.tensor(
      Float32Array.from({ length }, () => random.normal()),
      [4, ...(shape.slice(1) as number[])],
    );
  });
  const x = inputs.length === 1 ? inputs[0] : inputs;
  const logits = tf.tidy(() => [...(model.apply(x, { training: false }) as tf.Tensor).dataSync()]);
  writeFileSync(join(folder, 'inputs.json'), JSON.stringify(inputs.map((input) => input.arraySync())));
  tf.dispose(inputs);
  return logits;
}

/** What a module gave. */
export interface TorchOutputs {
  readonly probabilities: readonly number[][];
  readonly logits: readonly number[][];
  /** Parameters that its logits don't depend on. */
  readonly withoutGradient: readonly string[];
}

/** Runs the modules of folders in one Python. */
export function runModules(folders: readonly string[]): TorchOutputs[] {
  execFileSync(python, [script, ...folders], { stdio: ['ignore', 'inherit', 'inherit'] });
  return folders.map((folder) => JSON.parse(readFileSync(join(folder, 'outputs.json'), 'utf8')) as TorchOutputs);
}

/** The largest difference, relative where values are above 1. */
export const difference = (a: readonly number[], b: readonly number[]): number =>
  a.length === b.length ? Math.max(...a.map((x, i) => Math.abs(x - b[i]) / Math.max(1, Math.abs(x)))) : Infinity;

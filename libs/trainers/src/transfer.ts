import { CardioError } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';

import { readCheckpoint } from './checkpoints.js';

/** What is meant not to match. */
export interface TransferOptions {
  /** Layers of the model that keep the weights they have, such as a head for other classes. */
  readonly fresh?: readonly string[];
  /** Layers of the checkpoint that the model has no use for, such as the head of pre-training. */
  readonly left?: readonly string[];
  /** Load what matches although other tensors do not. */
  readonly allowMismatch?: boolean;
  /** A layer among the fresh ones whose kernel starts this much smaller: a small head disturbs what was loaded less (BEiT, appendix). */
  readonly shrink?: { readonly layer: string; readonly factor: number };
}

/** Every tensor of a model and of a checkpoint, by `layer/weight`, and what became of it. */
export interface TransferReport {
  readonly loaded: readonly string[];
  /** New in the model by design. */
  readonly fresh: readonly string[];
  /** Left in the checkpoint by design. */
  readonly left: readonly string[];
  /** That the model has and the checkpoint lacks. */
  readonly missing: readonly string[];
  /** That the checkpoint has and the model lacks. */
  readonly unexpected: readonly string[];
  /** Of another shape, with both. */
  readonly shape: readonly string[];
}

/**
 * Puts the weights of a checkpoint into a model by the names of layers and weights, without optimizer and history. What is loaded, new or left is
 * listed tensor by tensor; what does not match is an error that lists all of it, and then nothing is loaded.
 *
 * @param folder a checkpoint, such as `<run>/checkpoints/best`
 * @throws CardioError `usage` for a mismatch, unless it is allowed, and where nothing at all matches
 */
export async function transferWeights(
  model: tfl.LayersModel,
  folder: string,
  options: TransferOptions = {},
): Promise<TransferReport> {
  const { fresh = [], left = [], allowMismatch = false, shrink } = options;
  const { model: artifacts } = await readCheckpoint(folder);
  const given = tensorsOf(artifacts);
  const report = { loaded: [], fresh: [], left: [], missing: [], unexpected: [], shape: [] } as Record<
    keyof TransferReport,
    string[]
  >;
  const writes: [tfl.LayerVariable, Float32Array][] = [];
  const own = new Set<string>();
  for (const layer of model.layers) {
    for (const weight of layer.weights) {
      const name = plainName(weight.originalName);
      own.add(name);
      const tensor = given.get(name);
      if (fresh.includes(layer.name)) report.fresh.push(name);
      else if (!tensor) report.missing.push(name);
      else if (!sameShape(tensor.shape, weight.shape)) {
        report.shape.push(`${name}: [${weight.shape.join(', ')}] in the model, [${tensor.shape.join(', ')}] there`);
      } else {
        report.loaded.push(name);
        writes.push([weight, tensor.values]);
      }
    }
  }
  for (const name of given.keys()) {
    const isLeft = left.includes(layerOf(name)) || fresh.includes(layerOf(name));
    if (isLeft) report.left.push(name);
    else if (!own.has(name)) report.unexpected.push(name);
  }
  refuse(report, folder, allowMismatch);
  for (const [weight, values] of writes) {
    tf.tidy(() => void weight.write(tf.tensor(values, weight.shape as number[])));
  }
  for (const weight of shrink ? model.getLayer(shrink.layer).weights : []) {
    if (weight.shape.length > 1) tf.tidy(() => void weight.write(tf.mul(weight.read(), shrink?.factor ?? 1)));
  }
  return report;
}

function refuse({ loaded, missing, unexpected, shape }: TransferReport, folder: string, allowMismatch: boolean): void {
  const lines = [
    ...missing.map((name) => `  missing: ${name} (the model has it, the checkpoint does not)`),
    ...unexpected.map((name) => `  unexpected: ${name} (the checkpoint has it, the model does not)`),
    ...shape.map((text) => `  shape: ${text}`),
  ];
  if (loaded.length === 0) {
    throw new CardioError(
      'usage',
      `No weight of the checkpoint ${folder} fits this model. Take the model that it was made with.\n${lines.join('\n')}`,
    );
  }
  if (lines.length === 0 || allowMismatch) return;
  throw new CardioError(
    'usage',
    `${lines.length} tensors of the checkpoint ${folder} and this model do not match, ${loaded.length} do:\n${lines.join('\n')}\n` +
      'Give the model the numbers (preset, width, …) and the data the form (leads) that the checkpoint was made with, or allow the mismatch to load the rest.',
  );
}

function tensorsOf({
  weightSpecs = [],
  weightData,
}: tf.io.ModelArtifacts): Map<string, { shape: readonly number[]; values: Float32Array }> {
  let offset = 0;
  return new Map(
    weightSpecs.map(({ name, shape }) => {
      const values = new Float32Array(weightData as ArrayBuffer, offset, tf.util.sizeFromShape(shape)); // as packed: float32
      offset += values.byteLength;
      return [plainName(name), { shape, values }];
    }),
  );
}

/** `patches/kernel` of `patches/kernel_1`: tfjs numbers the weights of models that a process builds more than once. */
const plainName = (name: string): string => name.replace(/_\d+$/, '');
const sameShape = (a: readonly number[], b: readonly (number | null)[]): boolean =>
  a.length === b.length && a.every((n, i) => n === b[i]);
const layerOf = (name: string): string => name.slice(0, name.indexOf('/'));

import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { encodeSafetensors } from './safetensors.js';
import type { FileTensor } from './tensors.js';
import { writeWhole } from './write-whole.js';

/** Where weights are written, and what is said of them. */
export interface SafetensorsOptions {
  /** The file to write; its folder is made if it is missing. */
  readonly path: string;
  /** Kept in the file. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A written file of weights. */
export interface SafetensorsExport {
  readonly path: string;
  readonly bytes: number;
  readonly tensors: number;
}

/** What `form` says in the metadata: the model's own weights, or the tensors of its graph, whose axes may lie otherwise. */
export const forms = { model: 'model', graph: 'graph' } as const;

/** Writes a model's weights under their own names, in their own shapes (float32; a kernel of a convolution is `[K, in, out]`), as safetensors. */
export async function exportSafetensors(
  model: tfl.LayersModel,
  { path, metadata }: SafetensorsOptions,
): Promise<SafetensorsExport> {
  const tensors = new Map(model.weights.map((weight) => [weight.originalName, tensorOf(weight)]));
  const bytes = encodeSafetensors({ metadata: { ...metadata, form: forms.model }, tensors });
  await writeWhole(path, bytes);
  return { path, bytes: bytes.length, tensors: tensors.size };
}

function tensorOf(weight: tfl.LayerVariable): FileTensor {
  const values = tf.tidy(() => weight.read().dataSync<'float32'>());
  return { dtype: 'F32', shape: weight.shape as number[], values: Float32Array.from(values) };
}

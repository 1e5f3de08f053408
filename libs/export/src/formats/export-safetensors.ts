import { CardioError } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { encodeSafetensors, readSafetensors } from './safetensors.js';
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

/**
 * Writes a model's weights under their own names, in their own shapes (float32; a kernel of a convolution is `[K, in, out]`), as safetensors. They are
 * read back and compared bit for bit before the file has its name.
 *
 * @throws CardioError 'check' if a tensor that is read back differs
 */
export async function exportSafetensors(
  model: tfl.LayersModel,
  { path, metadata }: SafetensorsOptions,
): Promise<SafetensorsExport> {
  const tensors = new Map(model.weights.map((weight) => [weight.originalName, tensorOf(weight)]));
  const bytes = encodeSafetensors({ metadata: { ...metadata, form: forms.model }, tensors });
  const read = readSafetensors(bytes).tensors;
  for (const [name, { values }] of tensors) {
    const bits = (array: FileTensor['values'] = new Uint8Array()): Buffer => Buffer.from(array.buffer);
    if (!bits(values).equals(bits(read.get(name)?.values)))
      throw new CardioError(
        'check',
        `The tensor \`${name}\` is read back otherwise than it was written. No file was written.`,
      );
  }
  await writeWhole(path, bytes);
  return { path, bytes: bytes.length, tensors: tensors.size };
}

function tensorOf(weight: tfl.LayerVariable): FileTensor {
  const values = weight.read().dataSync<'float32'>();
  return { dtype: 'F32', shape: weight.shape as number[], values: values.slice() };
}

import { CardioError } from '@cardio/core';
import { readFile, stat } from 'node:fs/promises';
import { outputNames } from './names.js';
import { largestModel, modelIn, notOurs, type OnnxInput } from './onnx-model.js';
import { openSession } from './runtime.js';

export type { OnnxInput } from './onnx-model.js';

/** An exported model, ready to run. */
export interface OnnxModel {
  /** `['ecg']` or `['ecg', 'features']`. */
  readonly inputNames: readonly string[];
  readonly classes: readonly string[];
  /** What `exportOnnx` was given as `metadata`, with `classes` (JSON) and `task`. */
  readonly metadata: Readonly<Record<string, string>>;
  /**
   * Runs a batch of any size.
   *
   * @throws CardioError 'usage' if a shape is not what the model takes
   */
  run(input: OnnxInput): Promise<OnnxOutput>;
  /** Frees the runtime's memory. */
  close(): Promise<void>;
}

/** `[B, K]` each, row-major. */
export interface OnnxOutput {
  readonly probabilities: Float32Array;
  readonly logits: Float32Array;
}

/**
 * Opens a model written by {@link exportOnnx} in ONNX Runtime.
 *
 * @throws CardioError 'not-found' if there is no such file, 'data' if it is truncated or not one of ours, 'unavailable' without ONNX Runtime
 */
export async function openOnnx(path: string): Promise<OnnxModel> {
  const { inputs, classes, metadata, run, close } = await modelIn(
    await bytesOf(path),
    path,
    Object.values(outputNames),
    openSession,
  );
  return {
    inputNames: inputs.map(({ name }) => name),
    classes,
    metadata,
    run: async (input) => (await run(input)) as unknown as OnnxOutput, // both outputs are there
    close,
  };
}

async function bytesOf(path: string): Promise<Uint8Array> {
  const { size, isThere } = await stat(path).then(
    (found) => ({ size: found.size, isThere: found.isFile() }),
    () => ({ size: 0, isThere: false }),
  );
  if (size > largestModel) throw notOurs(path, `it has ${size} bytes, and no model has more than ${largestModel}`);
  return readFile(path).catch((cause: unknown) => {
    const why = isThere ? String(cause) : 'there is no such file';
    throw new CardioError('not-found', `The ONNX model \`${path}\` can't be read: ${why}`, { cause });
  });
}

import { CardioError, isCardioError } from '@cardio/core';
import { readFile } from 'node:fs/promises';
import { inputNames, outputNames } from './build.js';
import { decodeModel } from './model-proto.js';
import { openSession, type Floats, type Session } from './runtime.js';

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

/** A batch of prepared examples. */
export interface OnnxInput {
  /** `[B, T, L]`, row-major. */
  readonly ecg: Float32Array;
  /** B, T, L. */
  readonly shape: readonly number[];
  /** `[B, F]`, for a model that takes features. */
  readonly features?: Float32Array;
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
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CardioError('not-found', `The ONNX model \`${path}\` can't be read: ${String(cause)}`, { cause });
  });
  const metadata = readMetadata(bytes, path);
  const classes = readClasses(metadata, path);
  const session = await openSession(bytes).catch((cause: unknown) => {
    if (isCardioError(cause)) throw cause;
    throw notOurs(path, `ONNX Runtime can't load it (${String(cause)})`, cause);
  });
  const names = session.inputs.map(({ name }) => name);
  if (names[0] !== inputNames[0] || names.slice(1).some((name) => name !== inputNames[1]) || !hasOutputs(session)) {
    await session.close();
    throw notOurs(path, `it has the inputs ${names.join(', ')} and the outputs ${session.outputNames.join(', ')}`);
  }
  return {
    inputNames: names,
    classes,
    metadata,
    run: async (input) => (await session.run(feedsOf(session, input))) as unknown as OnnxOutput, // both outputs are there, see above
    close: () => session.close(),
  };
}

const hasOutputs = (session: Session): boolean =>
  Object.values(outputNames).every((name) => session.outputNames.includes(name));

function readMetadata(bytes: Uint8Array, path: string): Record<string, string> {
  try {
    const model = decodeModel(bytes);
    return Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
  } catch (cause) {
    throw notOurs(path, 'it is truncated or not an ONNX file', cause);
  }
}

function readClasses(metadata: Readonly<Record<string, string>>, path: string): string[] {
  let classes: unknown;
  try {
    classes = JSON.parse(metadata['classes']);
  } catch (cause) {
    throw notOurs(path, 'it names no classes', cause);
  }
  if (!Array.isArray(classes) || !classes.every((name) => typeof name === 'string'))
    throw notOurs(path, 'its list of classes is damaged');
  return classes;
}

const notOurs = (path: string, why: string, cause?: unknown): CardioError =>
  new CardioError(
    'data',
    `\`${path}\` is not a whole model exported by this platform: ${why}. Export the model again.`,
    { cause },
  );

function feedsOf(session: Session, { ecg, shape, features }: OnnxInput): Record<string, Floats> {
  const given: Record<string, Floats> = { ecg: { data: ecg, shape } };
  if (features) given['features'] = { data: features, shape: [shape[0], features.length / shape[0]] };
  for (const { name, shape: wanted } of session.inputs) {
    const input = given[name] as Floats | undefined;
    const fits =
      input?.shape.length === wanted.length &&
      wanted.every((length, i) => typeof length === 'string' || length === input.shape[i]);
    if (fits && input.data.length === input.shape.reduce((a, b) => a * b, 1)) continue;
    const received = input ? `${input.data.length} values of shape [${input.shape.join(', ')}]` : 'nothing';
    throw new CardioError(
      'usage',
      `The model takes \`${name}\` of shape [${wanted.join(', ')}]; received ${received}.`,
    );
  }
  return Object.fromEntries(session.inputs.map(({ name }) => [name, given[name]]));
}

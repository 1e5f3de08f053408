import { CardioError, isCardioError } from '@cardio/core';
import { decodeModel } from './decode-model.js';
import type { ModelProto } from './gen/onnx_pb.js';
import { inputNames } from './names.js';
import type { Floats, Session } from './session.js';

/** Prepared examples, as many as wanted. */
export interface OnnxInput {
  /** `[B, T, L]`, row-major. */
  readonly ecg: Float32Array;
  /** B, T, L. */
  readonly shape: readonly number[];
  /** `[B, F]`, for a model that takes features. */
  readonly features?: Float32Array;
}

/** A session with a model of ours, of which the inputs are known to be named right. */
export interface OpenModel {
  readonly inputs: Session['inputs'];
  readonly classes: readonly string[];
  readonly metadata: Readonly<Record<string, string>>;
  run(input: OnnxInput): Promise<Record<string, Float32Array>>;
  close(): Promise<void>;
}

/** No file of protobuf is larger. */
export const largestModel = 2 ** 31 - 1;

/**
 * Opens the bytes of a file that {@link exportOnnx} wrote, in any runtime.
 *
 * @param name of the file, for messages
 * @param outputs that it must have
 * @throws CardioError 'data' if they are truncated, refer to other files or are not one of ours
 */
export async function modelIn(
  bytes: Uint8Array,
  name: string,
  outputs: readonly string[],
  open: (bytes: Uint8Array) => Promise<Session>,
): Promise<OpenModel> {
  const metadata = readMetadata(bytes, name);
  const classes = readClasses(metadata, name);
  const session = await open(bytes).catch((cause: unknown) => {
    if (isCardioError(cause)) throw cause;
    throw notOurs(name, `ONNX Runtime can't load it (${String(cause)})`, cause);
  });
  const names = session.inputs.map((input) => input.name);
  const hasOutputs = outputs.every((output) => session.outputNames.includes(output));
  if (names[0] !== inputNames[0] || names.slice(1).some((other) => other !== inputNames[1]) || !hasOutputs) {
    await session.close();
    throw notOurs(name, `it has the inputs ${names.join(', ')} and the outputs ${session.outputNames.join(', ')}`);
  }
  return {
    inputs: session.inputs,
    classes,
    metadata,
    run: async (input) => {
      const feeds = feedsOf(session, input);
      return session.run(feeds).catch((cause: unknown) => {
        throw notOurs(name, `ONNX Runtime can't run it (${String(cause)})`, cause);
      });
    },
    close: () => session.close(),
  };
}

export const notOurs = (name: string, why: string, cause?: unknown): CardioError =>
  new CardioError(
    'data',
    `\`${name}\` is not a whole model exported by this platform: ${why}. Export the model again.`,
    { cause },
  );

function readMetadata(bytes: Uint8Array, name: string): Record<string, string> {
  let model: ModelProto;
  try {
    model = decodeModel(bytes);
  } catch (cause) {
    throw notOurs(name, 'it is truncated or not an ONNX file', cause);
  }
  if (hasForeignParts(model)) {
    throw notOurs(name, 'it holds what this platform never writes, such as a tensor kept in another file');
  }
  return Object.fromEntries(model.metadataProps.map(({ key, value }) => [key, value]));
}

/**
 * Whether a model has fields that the exporter has no use for. Among them are the names of files that a tensor is read from, which may be any file of the
 * machine, functions, and graphs within nodes.
 */
function hasForeignParts(model: ModelProto): boolean {
  const { graph } = model;
  const nodes = graph?.node ?? [];
  const attributes = nodes.flatMap((node) => node.attribute);
  const tensors = [...(graph?.initializer ?? []), ...attributes.flatMap(({ t }) => t ?? [])];
  return [model, ...(graph ? [graph] : []), ...nodes, ...attributes, ...tensors].some(
    ({ $unknown }) => ($unknown?.length ?? 0) > 0,
  );
}

function readClasses(metadata: Readonly<Record<string, string>>, name: string): string[] {
  let classes: unknown;
  try {
    classes = JSON.parse(metadata['classes']);
  } catch (cause) {
    throw notOurs(name, 'it names no classes', cause);
  }
  if (!Array.isArray(classes) || !classes.every((one) => typeof one === 'string'))
    throw notOurs(name, 'its list of classes is damaged');
  return classes;
}

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

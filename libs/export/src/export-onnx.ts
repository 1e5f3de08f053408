import { CardioError, type TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildGraph } from './build.js';
import { traceBatches } from './dims.js';
import { firstDifference, type RunModel } from './first-difference.js';
import { foldNormalization } from './fold-normalization.js';
import { randomInputs, some, tensorsOf, type Batch } from './inputs.js';
import { encodeModel, opsetOf } from './model-proto.js';
import { inputNames } from './names.js';
import { checkParity, expectedInPieces, randomExamples, type Examples, type Parity } from './parity.js';
import type { Calibration } from './precision/calibrate.js';
import { inPrecision } from './precision/in-precision.js';
import type { Precision } from './precision/precision.js';
import { preparedSubject, type ClassMap, type GraphPreparation } from './preparation/prepared-subject.js';
import { mergeTraces, type Program } from './program.js';
import { modelSubject, type Subject } from './subject.js';
import { trace, type Trace } from './trace.js';

/** What to export and where to. */
export interface OnnxExportOptions {
  /** Softmax (`multi-class`) or sigmoid (`multi-label`) makes the probabilities. */
  readonly task: TaskKind;
  /** Names of the K outputs, in order. */
  readonly classes: readonly string[];
  /** The file to write; its folder is made if it is missing. */
  readonly path: string;
  /** Kept in the file's metadata. */
  readonly metadata?: Readonly<Record<string, string>>;
  /** What the file computes in; inputs and outputs are float32 always. Default `float32`. */
  readonly precision?: Precision;
  /** For `int8`: records from which the ranges of activations are taken. Without them they are found anew in each run (dynamic). */
  readonly calibration?: Calibration;
  /**
   * Whether a normalisation that follows a convolution is part of its filter (`folded`, default), or a node of its own (`kept`), so that every weight of
   * the model is in the file; lower precisions are always folded.
   */
  readonly normalisation?: 'folded' | 'kept';
  /** Puts the preparation of raw records into the file; its `ecg` is then a record in millivolts. */
  readonly preparation?: GraphPreparation;
  /** Answers with other classes than the model's, of which `classes` are the names; needs a `preparation`, be it one of no steps. */
  readonly classMap?: ClassMap;
  /** Real inputs to compare model and file on, besides random ones. */
  readonly examples?: Examples;
}

/** A written and checked export. */
export interface OnnxExport {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Number of ONNX nodes. */
  readonly nodes: number;
  readonly opset: number;
  readonly precision: Precision;
  readonly classes: readonly string[];
  readonly parity: Parity;
  /** The trained model's own probabilities `[N * K]` of inputs as the file takes them. */
  readonly answers: (inputs: Batch) => Float32Array;
  /** What file and model were compared on: the examples, or without any the random inputs. */
  readonly compared: () => Examples & { readonly expected: Float32Array };
  /** Says in a sentence at which node a file, this or what became of it, first parts from the model by more than is allowed, where it is run by `run`. */
  readonly locate: (file: Uint8Array, input: Batch, allowed: number, run?: RunModel) => Promise<string>;
}

/**
 * Exports a model to ONNX by tracing its forward pass, then runs the file in ONNX Runtime against the model, on 16 random inputs and on the
 * examples given. The file appears under its name only when they agree: within 1e-4 in float32 and 2e-3 in float16, for int8 see {@link Examples}.
 *
 * Inputs are `ecg` float32 `[batch, T, L]` and, for a model with two inputs, `features` `[batch, F]`; outputs are `probabilities` and
 * `logits`, both `[batch, K]`. The batch size is free.
 *
 * @throws CardioError 'usage' if the model can't be expressed, naming kernel and layer; 'check' if the file and the model disagree;
 *   'unavailable' without ONNX Runtime
 */
export async function exportOnnx(model: tfl.LayersModel, options: OnnxExportOptions): Promise<OnnxExport> {
  const { task, classes, preparation, classMap } = options;
  assertExportable(model, classMap ? undefined : classes);
  return exportSubject(
    preparation ? preparedSubject(model, task, preparation, classMap) : modelSubject(model, task),
    options,
  );
}

/** Exports any computation as {@link exportOnnx} does a model. */
async function exportSubject(subject: Subject, options: OnnxExportOptions): Promise<OnnxExport> {
  const { task, classes, path, metadata, precision = 'float32', normalisation, calibration, examples } = options;
  const program = traceProgram(subject);
  const inputs = subject.inputs.map(({ name }) => name);
  const plain = buildGraph(program, { inputs, outputs: subject.outputs });
  const isKept = normalisation === 'kept' && precision === 'float32';
  const graph = await inPrecision(
    isKept ? plain : foldNormalization(plain),
    precision,
    { subject, program, inputs: some(examples?.inputs ?? randomInputs(subject, 8), 8) },
    calibration,
  );
  const bytes = encodeModel(graph, { ...metadata, task, precision, classes: JSON.stringify(classes) });
  const parity = await checkParity({ subject, program, graph, bytes, precision, examples });
  await writeWhole(path, bytes);
  return {
    ...{ path, bytes: bytes.length, nodes: graph.nodes.length, opset: opsetOf(graph), precision, classes, parity },
    answers: (given) => expectedInPieces(subject, given),
    compared: () => {
      const shown: Examples = examples ?? { inputs: randomInputs(subject, randomExamples) };
      return { ...shown, expected: shown.expected ?? expectedInPieces(subject, shown.inputs) };
    },
    locate: (file, input, allowed, run) =>
      firstDifference({ subject, program, graph, bytes: file, precision }, input, allowed, run),
  };
}

/** Writes to a temporary name beside the file and renames, so that no half file is ever seen. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await mkdir(dirname(path), { recursive: true });
  try {
    await writeFile(temporary, bytes);
    await rename(temporary, path);
  } finally {
    await rm(temporary, { force: true });
  }
}

/** The computation for any batch size. */
export function traceProgram(subject: Subject): Program {
  const [first, second] = traceBatches.map((batch): Trace => {
    const x = tensorsOf(randomInputs(subject, batch));
    const traced = trace(subject.forward, x);
    tf.dispose(x);
    return traced;
  });
  return mergeTraces(first, second);
}

export function assertExportable(model: tfl.LayersModel, classes: readonly string[] | undefined): void {
  const text = (shape: readonly (number | null)[]): string =>
    `[${shape.map((length) => length ?? 'batch').join(', ')}]`;
  const fail = (why: string): never => {
    throw new CardioError('usage', `The model \`${model.name}\` can't be exported: ${why}.`);
  };
  if (model.inputs.length > inputNames.length)
    fail(`it has ${model.inputs.length} inputs; at most two, \`ecg\` and \`features\`, are supported`);
  for (const { name, shape } of model.inputs) {
    const [batch, ...rest] = shape;
    if (batch !== null) fail(`its input \`${name}\` has a fixed batch size (${text(shape)}); build it with a free one`);
    if (rest.includes(null))
      fail(`its input \`${name}\` has a free length (${text(shape)}); give every length but the batch`);
  }
  const shapes = model.outputs.map(({ shape }) => shape);
  if (shapes.length !== 1 || shapes[0].length !== 2 || (classes && shapes[0][1] !== classes.length)) {
    fail(
      `it must return logits of shape [batch, ${classes?.length ?? 'classes'}], one for each of the classes ${classes?.join(', ') ?? ''}; it returns ${shapes.map(text).join(' and ')}`,
    );
  }
}

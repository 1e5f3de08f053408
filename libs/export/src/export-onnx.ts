import { CardioError, type TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { buildGraph, inputNames } from './build.js';
import { traceBatches } from './dims.js';
import { encodeModel, opset } from './model-proto.js';
import { checkParity, randomInputs, tensorsOf, type Parity } from './parity.js';
import { mergeTraces, type Program } from './program.js';
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
}

/** A written and checked export. */
export interface OnnxExport {
  readonly path: string;
  /** Size of the file. */
  readonly bytes: number;
  /** Number of ONNX nodes. */
  readonly nodes: number;
  readonly opset: number;
  readonly parity: Parity;
}

/**
 * Exports a model to ONNX by tracing its forward pass, then runs the file in ONNX Runtime on 16 random inputs against the model.
 * The file appears under its name only when they agree within 1e-4.
 *
 * Inputs are `ecg` float32 `[batch, T, L]` and, for a model with two inputs, `features` `[batch, F]`; outputs are `probabilities` and
 * `logits`, both `[batch, K]`. The batch size is free.
 *
 * @throws CardioError 'usage' if the model can't be expressed, naming kernel and layer; 'check' if the file and the model disagree;
 *   'unavailable' without ONNX Runtime
 */
export async function exportOnnx(model: tfl.LayersModel, options: OnnxExportOptions): Promise<OnnxExport> {
  const { task, classes, path, metadata } = options;
  assertExportable(model, classes);
  const program = traceProgram(model);
  const graph = buildGraph(program, task);
  const bytes = encodeModel(graph, { ...metadata, task, classes: JSON.stringify(classes) });
  const parity = await checkParity({ model, task, program, graph, bytes });
  await writeWhole(path, bytes);
  return { path, bytes: bytes.length, nodes: graph.nodes.length, opset, parity };
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

/** The forward pass for any batch size. */
export function traceProgram(model: tfl.LayersModel): Program {
  const [first, second] = traceBatches.map((batch): Trace => {
    const x = tensorsOf(randomInputs(model, batch));
    const traced = trace(model, x);
    tf.dispose(x);
    return traced;
  });
  return mergeTraces(first, second);
}

function assertExportable(model: tfl.LayersModel, classes: readonly string[]): void {
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
  if (shapes.length !== 1 || shapes[0].length !== 2 || shapes[0][1] !== classes.length) {
    fail(
      `it must return logits of shape [batch, ${classes.length}], one for each of the classes ${classes.join(', ')}; it returns ${shapes.map(text).join(' and ')}`,
    );
  }
}

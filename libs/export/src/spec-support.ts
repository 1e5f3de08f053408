import { createRandom } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { exportOnnx, type OnnxExport, type OnnxExportOptions } from './export-onnx.js';
import type { ModelProto } from './gen/onnx_pb.js';
import { decodeModel } from './model-proto.js';
import { openOnnx } from './open-onnx.js';

/** A symbolic tensor or a list of them: what layers take and give. */
type Symbolic = tfl.SymbolicTensor | tfl.SymbolicTensor[];

export const classes = ['a', 'b', 'c'];

/** Applies layers one after the other. */
export const chain = (x: Symbolic, ...layers: tfl.layers.Layer[]): tfl.SymbolicTensor =>
  layers.reduce((y, layer) => layer.apply(y) as tfl.SymbolicTensor, x as tfl.SymbolicTensor);

/** A model of the inputs with a dense layer of three logits at its end and seeded random weights. */
export function modelOf(
  shapes: number[][],
  body: (...inputs: tfl.SymbolicTensor[]) => tfl.SymbolicTensor,
): tfl.LayersModel {
  const inputs = shapes.map((shape) => tfl.input({ shape }));
  const y = body(...inputs);
  const flat = y.rank > 2 ? chain(y, tfl.layers.flatten()) : y;
  const model = tfl.model({
    inputs,
    outputs: chain(flat, tfl.layers.dense({ units: classes.length, name: 'logits' })),
  });
  const random = createRandom(7);
  for (const weight of model.weights) {
    const length = weight.shape.reduce<number>((a, b) => a * (b ?? 1), 1);
    const isVariance = weight.originalName.includes('variance');
    const values = Float32Array.from({ length }, () => (isVariance ? random.uniform(0.5, 2) : 0.5 * random.normal()));
    weight.write(tf.tensor(values, weight.shape as number[]));
  }
  return model;
}

/** A layer without weights that applies `operation`. */
export class Operation extends tfl.layers.Layer {
  static className = 'Operation';

  constructor(
    private readonly operation: (x: tf.Tensor) => tf.Tensor,
    name = 'operation',
  ) {
    super({ name });
  }

  override call(inputs: tf.Tensor | tf.Tensor[]): tf.Tensor {
    return tf.tidy(() => this.operation([inputs].flat()[0]));
  }

  override computeOutputShape(inputShape: tfl.Shape | tfl.Shape[]): tfl.Shape {
    const [, ...rest] = inputShape as number[];
    return [null, ...tf.tidy(() => this.operation(tf.zeros([2, ...rest]))).shape.slice(1)];
  }
}

/** An export and how far its logits are from the model's. */
export interface Comparison extends OnnxExport {
  /** Largest difference of a logit, relative where it is above 1, at batch sizes 1 and 5 and on inputs other than those of the gate. */
  readonly logitsDiff: number;
  /** The file's content. */
  readonly file: ModelProto;
}

/** Exports a model, runs the file at batch sizes 1 and 5 and compares. */
export async function compare(model: tfl.LayersModel, options: Partial<OnnxExportOptions> = {}): Promise<Comparison> {
  const path = join(mkdtempSync(join(tmpdir(), 'cardio-export-')), 'model.onnx');
  const result = await exportOnnx(model, { task: 'multi-label', classes, path, ...options });
  const onnx = await openOnnx(path);
  const random = createRandom(42);
  let logitsDiff = 0;
  for (const batch of [1, 5]) {
    const x = model.inputs.map(({ shape }) =>
      tf.tensor(normals(random.normal, [batch, ...(shape.slice(1) as number[])]), [
        batch,
        ...(shape.slice(1) as number[]),
      ]),
    );
    const [ecg, features] = x.map((tensor) => tensor.dataSync<'float32'>());
    const { logits } = await onnx.run({ ecg, shape: x[0].shape, ...(features && { features }) });
    const expected = tf.tidy(() =>
      (model.apply(x.length === 1 ? x[0] : x, { training: false }) as tf.Tensor).dataSync<'float32'>(),
    );
    logitsDiff = expected.reduce(
      (max, value, i) => Math.max(max, Math.abs(value - logits[i]) / Math.max(1, Math.abs(value))),
      logitsDiff,
    );
    tf.dispose(x);
  }
  await onnx.close();
  return { ...result, logitsDiff, file: decodeModel(readFileSync(path)) };
}

const normals = (normal: () => number, shape: readonly number[]): Float32Array =>
  Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, normal);

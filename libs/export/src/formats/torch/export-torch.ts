import { CardioError, type TaskKind } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { join } from 'node:path';
import type { Initializer } from '../../graph.js';
import { forms } from '../export-safetensors.js';
import { graphOf } from '../graph-of.js';
import { encodeSafetensors } from '../safetensors.js';
import type { FileTensor, TensorType } from '../tensors.js';
import { writeWhole } from '../write-whole.js';
import { torchModule } from './module.js';

/** What to export as a PyTorch module and where to. */
export interface TorchExportOptions {
  /** Softmax (`multi-class`) or sigmoid (`multi-label`) makes the probabilities. */
  readonly task: TaskKind;
  /** Names of the K outputs, in order; kept in the metadata of the weights. */
  readonly classes: readonly string[];
  /** The folder to write `model.py` and `model.safetensors` to. */
  readonly folder: string;
  /** Kept with the weights. */
  readonly metadata?: Readonly<Record<string, string>>;
}

/** A written module. */
export interface TorchExport {
  /** Path of `model.py`. */
  readonly path: string;
  /** Path of `model.safetensors`. */
  readonly weights: string;
  /** Size of both. */
  readonly bytes: number;
  /** Lines of the forward pass. */
  readonly nodes: number;
  readonly tensors: number;
}

/**
 * Writes a model as a PyTorch module that needs torch alone: `model.py`, with one line for each ONNX node of the model, and `model.safetensors`
 * beside it. In Python, `load()` gives the model and `model(ecg)` gives `(probabilities, logits)`; its layers can be trained on.
 *
 * @throws CardioError 'usage' if an operation can't be written, naming operator and layer
 */
export async function exportTorch(model: tfl.LayersModel, options: TorchExportOptions): Promise<TorchExport> {
  const { task, classes, folder, metadata } = options;
  const graph = graphOf(model, task);
  const [{ classes: count }] = graph.outputs;
  if (count !== classes.length)
    throw new CardioError(
      'usage',
      `The model has ${count} outputs; received ${classes.length} classes: ${classes.join(', ')}.`,
    );
  const [path, weights] = ['model.py', 'model.safetensors'].map((name) => join(folder, name));
  const title = `${model.name.replaceAll(/[^\w .-]/g, '_')}: ${task}, ${classes.length} classes.`;
  const { source, tensors } = torchModule(graph, { title, weightsFile: 'model.safetensors' });
  const encoded = encodeSafetensors({
    metadata: { ...metadata, form: forms.graph, task, classes: JSON.stringify(classes) },
    tensors: new Map(tensors.map((tensor) => [tensor.name, fileTensor(tensor)])),
  });
  await writeWhole(weights, encoded);
  await writeWhole(path, source);
  const bytes = encoded.length + Buffer.byteLength(source);
  return { path, weights, bytes, nodes: graph.nodes.length, tensors: tensors.length };
}

const typeOf: Readonly<Record<Initializer['dtype'], TensorType>> = {
  ...{ float32: 'F32', float16: 'F16', int64: 'I64', int32: 'I32', int8: 'I8', uint8: 'U8', bool: 'BOOL' },
};

const fileTensor = ({ dtype, dims, values }: Initializer): FileTensor => ({
  dtype: typeOf[dtype],
  shape: dims,
  values,
});

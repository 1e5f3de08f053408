import type * as tfl from '@tensorflow/tfjs-layers';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { assertExportable } from '../../export-onnx.js';
import type { Initializer } from '../../graph.js';
import type { Parity } from '../../parity.js';
import { modelSubject } from '../../subject.js';
import { compareForms } from '../compare.js';
import { forms } from '../export-safetensors.js';
import type { FormatOptions } from '../format-options.js';
import { graphOf } from '../graph-of.js';
import { encodeSafetensors } from '../safetensors.js';
import type { FileTensor, TensorType } from '../tensors.js';
import { writeWhole } from '../write-whole.js';
import { torchModule } from './module.js';
import { runTorch } from './run-torch.js';

/** What to export as a PyTorch module and where to. */
export interface TorchExportOptions extends FormatOptions {
  /** A Python with torch, in which the module is compared with the model before it is kept. Without one it is not compared. */
  readonly python?: string;
}

/** A written module. */
export interface TorchExport {
  /** Path of `model.py`; `model.safetensors` is beside it. */
  readonly path: string;
  /** Size of both. */
  readonly bytes: number;
  /** Lines of the forward pass. */
  readonly nodes: number;
  readonly tensors: number;
  /** `null` where no Python was given. */
  readonly parity: Parity | null;
}

const files = { module: 'model.py', weights: 'model.safetensors' } as const;

/**
 * Writes a model as a PyTorch module that needs torch alone: `model.py`, with one line for each ONNX node of the model, and `model.safetensors`
 * beside it. In Python, `load()` gives the model and `model(ecg)` gives `(probabilities, logits)`; its layers can be trained on.
 *
 * @throws CardioError 'usage' if an operation can't be written, naming operator and layer; 'check' if module and model disagree
 */
export async function exportTorch(model: tfl.LayersModel, options: TorchExportOptions): Promise<TorchExport> {
  const { task, classes, folder, metadata, python, examples } = options;
  assertExportable(model, classes);
  const graph = graphOf(model, task);
  const title = `${model.name.replaceAll(/[^\w .-]/g, '_')}: ${task}, ${classes.length} classes.`;
  const { source, tensors } = torchModule(graph, { title, weightsFile: files.weights });
  const weights = encodeSafetensors({
    metadata: { ...metadata, form: forms.graph, task, classes: JSON.stringify(classes) },
    tensors: new Map(tensors.map((tensor) => [tensor.name, fileTensor(tensor)])),
  });
  const write = async (where: string): Promise<string> => {
    await writeWhole(join(where, files.weights), weights);
    await writeWhole(join(where, files.module), source);
    return join(where, files.module);
  };
  const parity =
    python === undefined
      ? null
      : await inTrial(write, (path) =>
          compareForms(
            modelSubject(model, task),
            'PyTorch module',
            (batches) => runTorch(python, path, batches, classes.length),
            examples,
          ),
        );
  const bytes = weights.length + Buffer.byteLength(source);
  return { path: await write(folder), bytes, nodes: graph.nodes.length, tensors: tensors.length, parity };
}

/** Writes into a folder that is gone afterwards. */
async function inTrial<T>(
  write: (folder: string) => Promise<string>,
  tryOut: (path: string) => Promise<T>,
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'cardio-module-'));
  try {
    return await tryOut(await write(folder));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const typeOf: Readonly<Record<Initializer['dtype'], TensorType>> = {
  ...{ float32: 'F32', float16: 'F16', int64: 'I64', int32: 'I32', int8: 'I8', uint8: 'U8', bool: 'BOOL' },
};

const fileTensor = ({ dtype, dims, values }: Initializer): FileTensor => ({
  dtype: typeOf[dtype],
  shape: dims,
  values,
});

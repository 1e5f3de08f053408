import { CardioError } from '@cardio/core';
import type { GraphModel } from '@tensorflow/tfjs-converter';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { assertExportable, traceProgram } from '../../export-onnx.js';
import { tensorsOf, type Batch } from '../../inputs.js';
import { outputNames } from '../../names.js';
import { modelSubject } from '../../subject.js';
import { compareForms } from '../compare.js';
import type { FormatOptions } from '../format-options.js';
import { encodeTfjs, sourceOf, writeTfjs, type TfjsExport, type TfjsFiles } from './artifacts.js';
import { graphModel } from './graph-model.js';
import { withoutFusedKernels } from './plain-kernels.js';

/** A written and checked graph model. */
export interface TfjsGraphExport extends TfjsExport {
  /** Operations of the graph. */
  readonly nodes: number;
}

/**
 * Exports a model as a graph model of TensorFlow.js: its forward pass in TensorFlow's own operators, for every batch size, which any page with
 * `@tensorflow/tfjs` runs by `tf.loadGraphModel`, without code of ours. Inputs are `ecg` and, for a model of two inputs, `features`; outputs
 * `probabilities` and `logits`. Opened by tfjs-converter and compared with the model before the files have their names.
 *
 * @throws CardioError 'usage' if the model can't be expressed, naming kernel and layer; 'check' if files and model disagree; 'unavailable'
 *   without tfjs-converter
 */
export async function exportTfjsGraph(model: tfl.LayersModel, options: FormatOptions): Promise<TfjsGraphExport> {
  const { task, classes, folder, metadata, examples } = options;
  assertExportable(model, classes);
  const subject = modelSubject(model, task);
  const names = new Map(model.weights.map(({ name, originalName }) => [name, originalName]));
  const program = withoutFusedKernels(() => traceProgram(subject));
  const { artifacts, nodes } = graphModel(program, subject, names);
  const files = encodeTfjs({ ...artifacts, userDefinedMetadata: { ...metadata, task, classes } });
  const graph = await openGraph(files);
  const run = async (batches: readonly Batch[]): Promise<Float32Array[]> =>
    batches.map((batch) => runGraph(graph, batch));
  const parity = await compareForms(subject, 'TensorFlow.js graph model', run, examples).finally(() => graph.dispose());
  return { ...(await writeTfjs(folder, files)), nodes, parity };
}

function runGraph(graph: GraphModel, batch: Batch): Float32Array {
  const x = tensorsOf(batch);
  const feeds = Object.fromEntries(Object.keys(batch).map((name, i) => [name, x[i]]));
  const probabilities = graph.execute(feeds, outputNames.probabilities) as tf.Tensor;
  const values = probabilities.dataSync<'float32'>().slice();
  tf.dispose([probabilities, ...x]);
  return values;
}

async function openGraph(files: TfjsFiles): Promise<GraphModel> {
  const { loadGraphModel } = await import('@tensorflow/tfjs-converter').catch((cause: unknown) => {
    throw new CardioError(
      'unavailable',
      'A graph model is opened before it is kept, by TensorFlow.js’s own loader, which is not installed: ' +
        '`npm install @tensorflow/tfjs-converter@4.22.0`.',
      { cause },
    );
  });
  return loadGraphModel(sourceOf(files));
}

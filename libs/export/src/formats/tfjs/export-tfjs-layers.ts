import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import { assertExportable } from '../../export-onnx.js';
import { expectedOf, type Batch } from '../../inputs.js';
import { modelSubject } from '../../subject.js';
import { compareForms } from '../compare.js';
import type { FormatOptions } from '../format-options.js';
import { encodeTfjs, sourceOf, writeTfjs, type TfjsExport } from './artifacts.js';

/**
 * Saves a model as TensorFlow.js's layers model: its layers and weights, which return logits and can be trained on. Whoever opens it by
 * `tf.loadLayersModel` has to know its layers; those of @cardio/engine are made known by `registerLayers()`. Opened and compared with the model
 * before the files have their names.
 *
 * @throws CardioError 'usage' for a model of another form than {@link exportOnnx} takes; 'check' if files and model disagree; what tfjs throws for
 *   layers that are not registered
 */
export async function exportTfjsLayers(model: tfl.LayersModel, options: FormatOptions): Promise<TfjsExport> {
  const { task, classes, folder, metadata, examples } = options;
  assertExportable(model, classes);
  const userDefinedMetadata = { ...metadata, task, classes };
  const files = encodeTfjs({ ...(await artifactsOf(model)), userDefinedMetadata });
  const loaded = await tfl.loadLayersModel(sourceOf(files));
  const subject = modelSubject(loaded, task);
  const run = async (batches: readonly Batch[]): Promise<Float32Array[]> =>
    batches.map((batch) => expectedOf(subject, batch));
  const parity = await compareForms(modelSubject(model, task), 'TensorFlow.js layers model', run, examples).finally(
    () => loaded.dispose(),
  );
  return { ...(await writeTfjs(folder, files)), parity };
}

async function artifactsOf(model: tfl.LayersModel): Promise<tf.io.ModelArtifacts> {
  let saved: tf.io.ModelArtifacts = {};
  await model.save(
    tf.io.withSaveHandler(async (artifacts) => {
      saved = artifacts;
      return { modelArtifactsInfo: { dateSaved: new Date(), modelTopologyType: 'JSON' } };
    }),
  );
  return saved;
}

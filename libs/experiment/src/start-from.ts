import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { importWeights } from '@cardio/export';
import { headLayers, pretrainingLayers } from '@cardio/models';
import { transferWeights, type TransferReport } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import type { Manifest } from './manifest.js';
import { isPretraining, openRun, readJson, runFiles, type Run } from './run-folder.js';
import type { ExperimentConfig } from './schema.js';

/** What became of every tensor of a checkpoint that a model started from, as `transfer.json` holds it. */
export interface Start extends TransferReport {
  /** Folder of the checkpoint, or the file of weights. */
  readonly from: string;
}

/**
 * The run that a model is to start from; `undefined` for a file of weights, which its ending tells.
 *
 * @throws CardioError `not-found` if there is neither
 */
export function openStart(name: string, runsDir?: string): Run | undefined {
  if (!/\.(safetensors|onnx)$/i.test(name)) return openRun(name, runsDir);
  if (existsSync(name)) return undefined;
  throw new CardioError(
    'not-found',
    `There is no file of weights \`${name}\`. Name one that \`cardio export\` wrote, or a run.`,
  );
}

/**
 * Gives a model the weights of the best checkpoint of another run, of pre-training or of training, or of an exported file. The head is new after
 * pre-training and for other classes.
 *
 * @param classes of the model
 * @throws CardioError `usage` with every tensor that does not match, unless the configuration allows that
 */
export async function startFrom(
  { output: { runsDir }, transfer: { allowMismatch } }: ExperimentConfig,
  model: LayersModel,
  name: string,
  classes: readonly string[],
): Promise<Start> {
  const source = openStart(name, runsDir);
  if (!source) {
    const head = { layer: 'logits', classes };
    return { from: name, ...(await importWeights(model, name, { allowMismatch, head })) };
  }
  const checkpoints = join(source.dir, runFiles.checkpoints);
  const folder = join(checkpoints, existsSync(join(checkpoints, 'best')) ? 'best' : 'last');
  const report = await transferWeights(model, folder, {
    fresh: freshLayers(source, classes),
    left: isPretraining(source) ? pretrainingLayers : [],
    allowMismatch,
  });
  return { from: folder, ...report };
}

/** The layers that start as in a new model: the head, unless it says the same classes. */
function freshLayers(source: Run, classes: readonly string[]): readonly string[] {
  if (isPretraining(source)) return headLayers;
  const { task } = readJson<Manifest>(source, 'manifest');
  return task.classes.join('\n') === classes.join('\n') ? [] : ['logits'];
}

/** What a linear probe freezes: every layer of the model but the head. */
export const encoderLayers = (model: LayersModel): string[] =>
  model.layers.map(({ name }) => name).filter((name) => !headLayers.includes(name));

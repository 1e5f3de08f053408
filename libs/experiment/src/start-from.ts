import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { headLayers, pretrainingLayers } from '@cardio/models';
import { transferWeights, type TransferReport } from '@cardio/trainers';
import type { LayersModel } from '@tensorflow/tfjs-layers';

import { isPretraining } from './codebook-file.js';
import type { Manifest } from './manifest.js';
import { openRun, readJson, runFiles, writeJson, type Run } from './run-folder.js';

/** How much smaller than usual a head starts that follows weights that are loaded, as in BEiT's fine-tuning. */
const headFactor = 0.001;

/**
 * Gives a model the weights of the best checkpoint of another run, of pre-training or of training, and writes `transfer.json` with what became of every
 * tensor. The head is new after pre-training and for other classes.
 *
 * @param classes of the model
 * @throws CardioError `usage` with every tensor that does not match, unless the configuration allows that
 */
export async function startFrom(
  run: Run,
  model: LayersModel,
  name: string,
  classes: readonly string[],
): Promise<TransferReport> {
  const source = openRun(name, run.config.output.runsDir);
  const { allowMismatch } = run.config.transfer;
  const checkpoints = join(source.dir, runFiles.checkpoints);
  const folder = ['best', 'last'].map((kind) => join(checkpoints, kind)).find((path) => existsSync(path));
  const fresh = freshLayers(source, classes);
  const report = await transferWeights(model, folder ?? join(checkpoints, 'best'), {
    fresh,
    left: isPretraining(source) ? pretrainingLayers : [],
    allowMismatch,
    ...(fresh.includes('logits') && { shrink: { layer: 'logits', factor: headFactor } }),
  });
  writeJson(run, 'transfer', { from: folder, ...report });
  return report;
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

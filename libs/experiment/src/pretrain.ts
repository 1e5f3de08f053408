import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import { createLoader, stepsFor, type EcgDataset } from '@cardio/datasets';
import { startEngine } from '@cardio/engine';
import {
  assertFits,
  codesOf,
  cutPatches,
  heartbeit,
  heartbeitPretraining,
  heartbeitPatch,
  learnCodebook,
  maskSpans,
  type CodebookPass,
} from '@cardio/models';
import { maskedPrediction, trainingConfig, TrainingLoop, type History } from '@cardio/trainers';

import { readCodebook, writeCodebook, type KeptCodebook } from './codebook-file.js';
import { describeRun } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { createDataset, modelInputOf } from './parts.js';
import { hasCheckpoint, isPretraining, runFiles, writeJson, type Run } from './run-folder.js';
import { trackersOf } from './tracking.js';

/** What a finished pre-training is summed up by. */
export interface PretrainResult {
  readonly history: History;
  /** How the codebook was learned. */
  readonly codebook: readonly CodebookPass[];
}

/**
 * Pre-trains HeartBEiT without labels: learns a codebook of patches on the training split and keeps it as `codebook.json`, then trains the encoder to name
 * the codes of hidden patches, and chooses by the loss on the validation split. The test split is not touched.
 *
 * @param options.resume go on from the run's last checkpoint, or where there is none yet from its beginning
 * @param options.signal stops after the current step and writes the checkpoint `last`
 * @throws CardioError `usage` for a model that can't be pre-trained, and a run of training with labels
 */
export async function pretrainRun(
  run: Run,
  options: { observer?: ExperimentObserver; resume?: boolean; signal?: AbortSignal } = {},
): Promise<PretrainResult> {
  const { observer = {}, resume = false, signal } = options;
  const { config } = run;
  const { seed, device, precision, augmentation, pretraining } = config;
  const { batchSize, sampling, loaderWorkers: workers, labelFraction, mix } = config.training;
  const { name, ...architecture } = config.model;
  if (name !== heartbeit.name) {
    throw new CardioError('usage', `\`${name}\` can't be pre-trained; \`${heartbeit.name}\` can.`);
  }
  if (resume && hasCheckpoint(run) && !isPretraining(run)) {
    throw new CardioError('usage', `The run ${run.dir} is no pre-training; go on with \`train --resume\`.`);
  }
  if (labelFraction < 1 || mix !== 'none') {
    const what = labelFraction < 1 ? '`labelFraction`' : '`mix`';
    throw new CardioError('usage', `${what} is for training with labels; pre-training takes none, and every example.`);
  }
  const engine = await startEngine(config.engine, { device, precision });
  observer.onEngine?.(engine);
  const dataset = await createDataset(config, observer.onReading);
  observer.onDataset?.(dataset);

  const fields = heartbeit.config.parse({ ...architecture, ...modelInputOf(config, dataset) });
  const model = heartbeitPretraining(fields, pretraining.codes);
  const manifest = describeRun(run, dataset, engine, model.countParams());
  observer.onModel?.(manifest);
  writeJson(run, 'manifest', manifest);
  const patch = heartbeitPatch(fields);
  const kept = resume && isPretraining(run) ? readCodebook(run) : await learn(run, dataset, patch, observer);
  const { codebook } = kept;
  assertFits(codebook, { patch, leads: fields.inputChannels });

  const { train, validation } = dataset.splits;
  const [, patches] = model.outputs[0].shape as [null, number, number];
  const objective = maskedPrediction(model, {
    codebook: kept.sha256,
    codesOf: ({ x, shape }) => codesOf(codebook, cutPatches(x, shape, patch)),
    mask: (size, random) =>
      maskSpans(size, patches, { share: pretraining.maskShare, longestSpan: pretraining.maskSpan }, random),
    seed,
  });
  const checkpointDir = join(run.dir, runFiles.checkpoints);
  const augment = augmentation === 'none' ? {} : { augment: stepsFor(dataset, augmentation) };
  const trainLoader = createLoader(train, { batchSize, shuffle: true, sampling, seed, workers, ...augment });
  const numbers = trainingConfig.omit({ seed: true, classWeights: true }).strip().parse(config.training);
  const loop = new TrainingLoop(
    model,
    objective,
    { ...numbers, seed },
    {
      trainLoader,
      valLoader: createLoader(validation, { batchSize }),
      checkpointDir,
      callbacks: [...trackersOf(run, { warn: observer.onWarning }), observer],
      signal,
    },
  );
  if (resume && hasCheckpoint(run)) await loop.resume(join(checkpointDir, 'last'));
  const history = await loop.run().finally(() => trainLoader.close());
  return { history, codebook: kept.passes };
}

/** Learns the codebook on the training split, and keeps it. */
async function learn(
  run: Run,
  { splits }: EcgDataset,
  patch: number,
  observer: ExperimentObserver,
): Promise<KeptCodebook> {
  const { seed, training, pretraining } = run.config;
  const { codes, codebookPasses: passes, codebookPatches: startPatches, codebookDecay: decay } = pretraining;
  const loader = createLoader(splits.train, { batchSize: training.batchSize, shuffle: true, seed });
  const done: CodebookPass[] = [];
  const codebook = await learnCodebook(
    (index) => loader.epoch(index),
    { patch, codes, passes, startPatches, decay, seed },
    (pass) => {
      done.push(pass);
      observer.onCodebook?.(pass);
    },
  );
  await loader.close();
  return writeCodebook(run, codebook, done);
}

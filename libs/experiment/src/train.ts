import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';
import type { History } from '@cardio/trainers';

import { evaluateModel, type EvaluatedSplit, type RunEvaluation } from './evaluate.js';
import { describeRun } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { prepare, trainerOf } from './prepare.js';
import { hasCheckpoint, isPretraining, runFiles, writeJson, type Run } from './run-folder.js';
import { trackersOf } from './tracking.js';

/** What a finished run is summed up by. */
export interface TrainResult {
  readonly history: History;
  /** Of the test split; `null` when training was aborted before its end, was only a check, or nothing was to be evaluated. */
  readonly evaluation: RunEvaluation | null;
}

/**
 * Trains what a run's configuration says, chooses the checkpoint by validation alone, then evaluates it once on the test split.
 * Everything lands in the run's folder.
 *
 * @param options.resume go on from the run's last checkpoint, or where there is none yet from its beginning
 * @param options.evaluate the split that the chosen checkpoint is evaluated on, if any; default `test`
 * @param options.dataset the configuration's, where it is loaded already
 * @param options.signal stops after the current step and writes the checkpoint `last`
 */
export async function trainRun(
  run: Run,
  options: {
    observer?: ExperimentObserver;
    resume?: boolean;
    signal?: AbortSignal;
    evaluate?: EvaluatedSplit | 'nothing';
    dataset?: EcgDataset | undefined;
  } = {},
): Promise<TrainResult> {
  const { observer = {}, signal, evaluate = 'test' } = options;
  checkNoPretraining(run, options.resume ?? false);
  const resume = options.resume === true && hasCheckpoint(run);
  if (options.resume && !resume) observer.onWarning?.(`${run.dir} has no checkpoint yet: it begins anew.`);
  const prepared = await prepare(run.config, { observer, resume, dataset: options.dataset });
  const { engine, dataset, model, start } = prepared;
  const manifest = describeRun(run, dataset, engine, model.countParams());
  observer.onModel?.(manifest);
  if (start) {
    writeJson(run, 'transfer', start);
    observer.onTransfer?.(start);
  }
  writeJson(run, 'manifest', manifest);

  const checkpointDir = join(run.dir, runFiles.checkpoints);
  const callbacks = [...trackersOf(run, { warn: observer.onWarning }), observer];
  const { trainer, close } = trainerOf(run.config, prepared, { checkpointDir, callbacks, signal });
  try {
    if (resume) await trainer.resume(join(checkpointDir, 'last'));
    const history = await trainer.train();
    const { overfitOneBatch, fastDevRun } = run.config.training;
    const nothing = history.stopped === 'aborted' || overfitOneBatch || fastDevRun || evaluate === 'nothing';
    return { history, evaluation: nothing ? null : await evaluateModel(run, trainer, dataset, evaluate) };
  } finally {
    await close();
    model.dispose();
  }
}

/** Refuses to go on with a run of pre-training. */
function checkNoPretraining(run: Run, resume: boolean): void {
  if (!resume || !isPretraining(run)) return;
  throw new CardioError('usage', `The run ${run.dir} is one of pre-training; go on with \`pretrain --resume\`.`);
}

import type { EcgDataset } from '@cardio/datasets';
import { monitorFor, type History } from '@cardio/trainers';

import type { Manifest } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { loadPlugins } from './plugins.js';
import { finalWeightsOf, hasCheckpoint, readJson, type Run } from './run-folder.js';
import type { ExperimentConfig } from './schema.js';
import type { Trial } from './sweep-state.js';
import { trainRun } from './train.js';

/** What {@link trainTrial} takes beside the run. */
interface TrialOptions {
  /** Finished epochs at which the trial pauses; `null`: not before its end. */
  readonly until: number | null;
  readonly observer?: ExperimentObserver | undefined;
  readonly signal?: AbortSignal | undefined;
  /** The dataset that an earlier trial has loaded, if it is this one's. */
  dataset(config: ExperimentConfig): EcgDataset | undefined;
  onDataset(config: ExperimentConfig, dataset: EcgDataset): void;
}

/**
 * Trains a trial, from its checkpoint where it has one, and pauses it at the end of an epoch as if it were stopped by hand; so it goes on later bit
 * for bit, whatever its schedule. The test split is not evaluated.
 *
 * @returns the validation score of the weights that it would be evaluated with, or `undefined` when it was stopped before
 */
export async function trainTrial(run: Run, options: TrialOptions): Promise<Trial['rounds'][number] | undefined> {
  const { until, signal, observer = {} } = options;
  await loadPlugins(run.config.plugins);
  const pause = new AbortController();
  const pauseAt = (epochs: number): void => {
    if (until !== null && epochs >= until) pause.abort();
  };
  const { history } = await trainRun(run, {
    observer: {
      ...observer,
      onDataset(dataset) {
        if (!('storeDir' in run.config.dataset) || run.config.dataset['storeDir'] === undefined)
          options.onDataset(run.config, dataset);
        observer.onDataset?.(dataset);
      },
      async onTrainBegin(event) {
        await observer.onTrainBegin?.(event);
        pauseAt(event.history.length);
      },
      async onEpochEnd(event) {
        await observer.onEpochEnd?.(event);
        pauseAt(event.record.epoch);
      },
    },
    resume: hasCheckpoint(run),
    signal: AbortSignal.any([pause.signal, ...(signal ? [signal] : [])]),
    evaluate: 'nothing',
    dataset: options.dataset(run.config),
  });
  const chosen = chosenOf(run, history);
  if (!chosen || (history.stopped === 'aborted' && !pause.signal.aborted)) return undefined;
  return { epochs: history.epochs.length, ...chosen };
}

/** The epoch whose weights a run is evaluated with, and its monitored validation score: the best, or with `finalWeights: last` the last. */
export function chosenOf(run: Run, history: History): { readonly epoch: number; readonly score: number } | null {
  if (finalWeightsOf(run.config) === 'best') return history.best;
  const last = history.epochs.at(-1);
  const score = last?.validation?.[monitorOf(run)];
  return last && typeof score === 'number' ? { epoch: last.epoch, score } : null;
}

/** The validation score by which a run that has begun chooses its best epoch. */
export function monitorOf(run: Run): string {
  const { task } = readJson<Manifest>(run, 'manifest');
  return monitorFor(task.kind, task.classes, run.config.training.monitor);
}

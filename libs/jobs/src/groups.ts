import { CardioError } from '@cardio/core';
import {
  foldConfig,
  planFolds,
  resolveTrials,
  spreadOf,
  type ConfigSources,
  type ExperimentConfig,
  type Spread,
} from '@cardio/experiment';

import { isFinal, type Job } from './job.js';
import type { JobRequest } from './jobs.js';

/**
 * A cross-validation as jobs, one a fold, for {@link Jobs.startAll}. Where every fold has the same test set, that is not looked at: folds are
 * then evaluated on the patients that they validate on.
 *
 * @throws {CardioError} `config` or `data` for folds that the dataset can't be divided into
 */
export async function foldRequests(config: ExperimentConfig, folds: number): Promise<readonly JobRequest[]> {
  const { outOfFold } = await planFolds(config, folds);
  const kind = outOfFold === 'test' ? 'train' : 'trial';
  return Array.from({ length: folds }, (_, fold) => ({
    kind,
    config: named(foldConfig(config, fold), `fold-${fold}`),
  }));
}

/**
 * The trials of a sweep file as jobs, for {@link Jobs.startAll}: none looks at the test split.
 *
 * @throws {CardioError} `config` for a file or trial that is wrong, `usage` for successive halving, whose rounds wait for one another
 */
export async function trialRequests(
  file: string,
  sources: Pick<ConfigSources, 'env' | 'folder'> = {},
): Promise<readonly JobRequest[]> {
  const { sweep, resolved } = await resolveTrials(file, sources);
  if (sweep.search.strategy === 'successive-halving') {
    throw new CardioError(
      'usage',
      'Trials of successive halving wait for one another: run it by `cardio sweep`, or take the strategy random.',
    );
  }
  return resolved.map(({ config }, i) => ({ kind: 'trial', config: named(config, `trial-${i + 1}`) }));
}

/**
 * The preparation of a dataset's store as jobs, one a share, for {@link Jobs.startAll}, by workers that have the folder of stores in common. A training
 * that is queued after them, or beside them, prepares what is missing then.
 *
 * @throws {CardioError} `usage` without `dataset.storeDir`
 */
export function prepareRequests(config: ExperimentConfig, shares: number): readonly JobRequest[] {
  if (!config.dataset['storeDir']) {
    throw new CardioError('usage', 'Shares are of a prepared store: name its folder (`storeDir`).');
  }
  return Array.from({ length: shares }, (_, index) => ({
    ...{ kind: 'prepare' as const, config: named(config, `share-${index}`), share: { index, of: shares } },
  }));
}

/** What several jobs have come to. */
export interface GroupResult {
  readonly done: number;
  readonly of: number;
  readonly failed: number;
  /** Mean and standard deviation of each score over the completed jobs. */
  readonly scores: Readonly<Record<string, Spread>>;
}

/** Sums up the jobs of a group. */
export function groupResult(jobs: readonly Job[]): GroupResult {
  const completed = jobs.filter(({ state }) => state === 'completed');
  const names = [...new Set(completed.flatMap(({ scores }) => Object.keys(scores ?? {})))];
  return {
    done: jobs.filter(({ state }) => isFinal(state)).length,
    of: jobs.length,
    failed: jobs.filter(({ state }) => state === 'failed').length,
    scores: Object.fromEntries(names.map((name) => [name, spreadOf(completed.map(({ scores }) => scores?.[name]))])),
  };
}

/** With a part of its name of its own, where the experiment has one. */
const named = (config: ExperimentConfig, part: string): ExperimentConfig =>
  config.output.runId === undefined
    ? config
    : { ...config, output: { ...config.output, runId: `${config.output.runId}-${part}` } };

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError, isCardioError, stableJson } from '@cardio/core';
import type { EcgDataset } from '@cardio/datasets';

import { createCrossValidation, crossValidate, type CrossValidation } from './cross-validation.js';
import { evaluateRun, type RunEvaluation } from './evaluate.js';
import { wantedFolds } from './folds.js';
import type { ExperimentObserver } from './observer.js';
import { resolveConfig, type ConfigSources, type ResolvedConfig } from './resolve.js';
import { newFolder, openRun, readJson, writeJson } from './run-folder.js';
import { readSweep, type SweepConfig } from './sweep-config.js';
import { planRounds, planTrials, type TrialParameters } from './sweep-plan.js';
import { afterRound, sweepCsv, sweepMarkdown, trialName, type Sweep, type Trial } from './sweep-state.js';
import { monitorOf, trainTrial } from './trial.js';

/** Who wants to watch a sweep: the observer of each trial's run, and when a trial begins and ends a round. */
export interface SweepObserver {
  readonly run?: ExperimentObserver;
  onTrial?(trial: Trial, round: number, sweep: Sweep): void;
  onTrialEnd?(trial: Trial, round: number, sweep: Sweep): void;
}

/**
 * The configurations of all trials of a sweep, validated.
 *
 * @throws {CardioError} `config`: which field of the sweep or of which trial, what was received, the nearest known name
 */
export async function resolveTrials(
  file: string,
  environment: Pick<ConfigSources, 'env' | 'folder'> = {},
): Promise<{ sweep: SweepConfig; trials: readonly TrialParameters[]; resolved: readonly ResolvedConfig[] }> {
  const { sweep, content } = await readSweep(file);
  const { search } = sweep;
  const trials = planTrials(sweep);
  const epochs = search.strategy === 'successive-halving' ? { 'training.epochs': String(search.maxEpochs) } : {};
  const resolved: ResolvedConfig[] = [];
  for (const [i, parameters] of trials.entries()) {
    try {
      resolved.push(await resolveConfig({ ...environment, content, flags: { ...texts(parameters), ...epochs } }));
    } catch (error) {
      if (!isCardioError(error)) throw error;
      throw new CardioError('config', `Trial ${i + 1} of the sweep ${file}: ${error.message}`, { cause: error });
    }
  }
  return { sweep, trials, resolved };
}

/**
 * Makes the folder of a sweep: `trials/001` and so on with the configuration of each, and `sweep.json`. Every configuration is resolved and
 * validated before the first trial begins.
 *
 * @param file the sweep file
 * @param sources environment and `.env`, which count as for `cardio train`, and where the folder goes
 * @returns the folder, for {@link runSweep}
 * @throws {CardioError} `config`: which field of the sweep or of which trial, what was received, the nearest known name
 */
export async function createSweep(
  file: string,
  sources: Pick<ConfigSources, 'env' | 'folder'> & {
    readonly runsDir?: string;
    readonly runId?: string | undefined;
  } = {},
): Promise<string> {
  const { runsDir = 'runs', runId, ...environment } = sources;
  const { sweep: config, trials, resolved } = await resolveTrials(file, environment);
  const { search } = config;
  const folds = wantedFolds(resolved[0]) ?? null;
  if (folds !== null && search.strategy === 'successive-halving') {
    throw new CardioError(
      'usage',
      'Successive halving does not go with `folds`: name one `fold`, or take the strategy random.',
    );
  }
  const { dataset, model } = resolved[0].config;
  const folder = newFolder({ runsDir, runId }, `${dataset.name}-${model.name}-sweep`);
  for (const [i, trial] of resolved.entries()) {
    const name = trialName(i + 1);
    const dir = join(folder.dir, 'trials', name);
    mkdirSync(dir, { recursive: true });
    const own = {
      ...trial.config,
      output: { ...trial.config.output, runsDir: join(folder.dir, 'trials'), runId: name },
    };
    if (folds === null) writeJson({ dir }, 'config', own);
    else await createCrossValidation(own, dir);
  }
  const waiting = trials.map((parameters, i): Trial => ({
    number: i + 1,
    parameters,
    ...{ status: 'waiting', rounds: [], error: null },
  }));
  const rounds = planRounds(config, trials.length);
  save(folder.dir, { id: folder.id, config, monitor: null, rounds, folds, trials: waiting, best: null });
  return folder.dir;
}

/**
 * Runs what is left of a sweep, trial after trial. Trials are compared by their monitored validation score alone; none is evaluated on the test
 * split. A trial that fails is kept with its error, and the others go on. `sweep.json`, `sweep.csv` and `sweep.md` are written after each trial.
 *
 * With successive halving a trial does not start again in its next round: it goes on from its checkpoint, bit for bit as if it had not stopped, and
 * its learning rate follows the schedule of `maxEpochs` from the beginning.
 *
 * @param dir made by {@link createSweep}
 * @param options.signal stops after the current step
 * @param options.retryFailed tries failed trials again
 */
export async function runSweep(
  dir: string,
  options: { observer?: SweepObserver; signal?: AbortSignal; retryFailed?: boolean } = {},
): Promise<Sweep> {
  const { observer = {}, signal } = options;
  let sweep = readJson<Sweep>({ dir }, 'sweep');
  const change = (number: number, changes: Partial<Trial>): Trial => {
    sweep = {
      ...sweep,
      trials: sweep.trials.map((trial) => (trial.number === number ? { ...trial, ...changes } : trial)),
    };
    save(dir, sweep);
    return sweep.trials[number - 1];
  };
  if (options.retryFailed) {
    for (const { number } of sweep.trials.filter(({ status }) => status === 'failed')) {
      change(number, { status: 'waiting', error: null });
    }
  }
  let loaded: { key: string; dataset: EcgDataset } | undefined;
  for (const [round, { epochs }] of sweep.rounds.entries()) {
    for (const { number } of sweep.trials) {
      const trial = sweep.trials[number - 1];
      if (trial.status !== 'waiting' || trial.rounds.length > round) continue;
      if (signal?.aborted) return sweep;
      observer.onTrial?.(trial, round, sweep);
      const folder = join(dir, 'trials', trialName(number));
      try {
        const score =
          sweep.folds === null
            ? await trainTrial(openRun(folder), {
                ...{ until: epochs, signal, observer: observer.run },
                dataset: (config) => (loaded?.key === stableJson(config.dataset) ? loaded.dataset : undefined),
                onDataset: (config, dataset) => (loaded = { key: stableJson(config.dataset), dataset }),
              })
            : await foldsScore(folder, observer.run, signal);
        if (!score) return sweep;
        const known = sweep.folds === null ? folder : join(folder, 'folds', '1');
        sweep = { ...sweep, monitor: monitorOf(openRun(known)) };
        observer.onTrialEnd?.(change(number, { rounds: [...trial.rounds, score] }), round, sweep);
      } catch (error) {
        const failed = change(number, { status: 'failed', error: (error as Error).message });
        observer.onTrialEnd?.(failed, round, sweep);
      }
    }
    sweep = afterRound(sweep, round);
    save(dir, sweep);
  }
  return sweep;
}

/**
 * Evaluates the best trial of a finished sweep, and it alone: on its test split, or, where trials are cross-validations, as these are evaluated.
 *
 * @throws {CardioError} `usage` when there is no best trial
 */
export async function evaluateBestTrial(
  dir: string,
  observer: ExperimentObserver = {},
): Promise<{ readonly evaluation: RunEvaluation } | { readonly crossValidation: CrossValidation }> {
  const { best, folds } = readJson<Sweep>({ dir }, 'sweep');
  if (best === null)
    throw new CardioError('usage', `The sweep ${dir} has no best trial: it is not finished, or all failed.`);
  const folder = join(dir, 'trials', trialName(best));
  return folds === null
    ? { evaluation: await evaluateRun(openRun(folder), observer) }
    : { crossValidation: await crossValidate(folder, { observer: { run: observer } }) };
}

/** The mean validation score of a trial's folds; `undefined` when it was stopped. */
async function foldsScore(
  folder: string,
  run: ExperimentObserver | undefined,
  signal: AbortSignal | undefined,
): Promise<Trial['rounds'][number] | undefined> {
  const { folds, validation } = await crossValidate(folder, {
    ...{ evaluate: false, ...(run && { observer: { run } }), ...(signal && { signal }) },
  });
  const bests = folds.flatMap(({ best }) => best ?? []);
  if (bests.length < folds.length || validation.mean === null) return undefined;
  const epoch = Math.round(bests.reduce((sum, best) => sum + best.epoch, 0) / bests.length);
  return { epochs: openRun(join(folder, 'folds', '1')).config.training.epochs, score: validation.mean, epoch };
}

function save(dir: string, sweep: Sweep): void {
  writeJson({ dir }, 'sweep', sweep);
  writeFileSync(join(dir, 'sweep.csv'), sweepCsv(sweep));
  writeFileSync(join(dir, 'sweep.md'), sweepMarkdown(sweep));
}

/** Parameters as the texts of flags, which every field can read. */
const texts = (parameters: TrialParameters): Record<string, string> =>
  Object.fromEntries(
    Object.entries(parameters).map(([path, value]) => [path, Array.isArray(value) ? value.join(',') : String(value)]),
  );

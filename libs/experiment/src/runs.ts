import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import type { Evaluation } from '@cardio/eval';
import { monitorFor, type EpochRecord } from '@cardio/trainers';

import type { RunEvaluation } from './evaluate.js';
import type { Manifest } from './manifest.js';
import { finalWeightsOf, isPretraining, openRun, readJson, runFiles, type Run } from './run-folder.js';

/**
 * How far a run has come: `new` before its first epoch, `unfinished` while it trains or after it was stopped, `trained` when it has chosen its weights
 * but was not tested, `evaluated`, and `pre-training`.
 */
export type RunState = 'new' | 'unfinished' | 'trained' | 'evaluated' | 'pre-training';

/** One score by its name. */
export interface NamedScore {
  readonly name: string;
  readonly value: number | null;
}

/** A line of the list of runs. */
export interface RunRow {
  readonly id: string;
  readonly dir: string;
  /** ISO time of its start. */
  readonly started: string;
  readonly dataset: string;
  readonly model: string;
  readonly state: RunState;
  /** Finished epochs, and how many there were to be at most. */
  readonly epochs: { readonly done: number; readonly most: number };
  /** The score of the chosen weights on validation, by which runs may be chosen; `null` before the first epoch. */
  readonly validation: (NamedScore & { readonly epoch: number }) | null;
  /** The same score on test; `null` for a run that was not evaluated. */
  readonly test: NamedScore | null;
}

/** A run with all that its folder tells. */
export interface RunDetails extends RunRow {
  readonly config: Run['config'];
  readonly manifest: Manifest | null;
  readonly history: readonly EpochRecord[];
  readonly evaluation: RunEvaluation | null;
  /** Relative to the run's folder, with their sizes, sorted by name. */
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/**
 * The runs of a folder, the latest first; those of sweeps and cross-validations are in folders of their own.
 *
 * @throws {CardioError} `not-found` where there is no such folder, or no run in it
 */
export function listRuns(runsDir = 'runs'): RunRow[] {
  const ids = existsSync(runsDir) ? readdirSync(runsDir) : [];
  const rows = ids
    .filter((id) => existsSync(join(runsDir, id, runFiles.config)))
    .map((id) => rowOf(openRun(join(runsDir, id))))
    .sort((a, b) => (a.started < b.started ? 1 : -1));
  if (rows.length > 0) return rows;
  throw new CardioError('not-found', `There is no run in \`${runsDir}\` yet. Name another folder by --runs-dir.`);
}

/** One run as a line of the list. */
export function rowOf(run: Run): RunRow {
  const { config, dir, id } = run;
  const manifest = optional<Manifest>(run, 'manifest');
  const history = historyOf(run);
  const evaluation = optional<RunEvaluation>(run, 'evaluation');
  const monitor =
    manifest &&
    (isPretraining(run) ? 'loss' : monitorFor(manifest.task.kind, manifest.task.classes, config.training.monitor));
  const chosen = finalWeightsOf(config) === 'best' ? history.findLast(({ best }) => best) : history.at(-1);
  return {
    ...{ id, dir, dataset: config.dataset.name, model: config.model.name },
    started: manifest?.created ?? statSync(join(dir, runFiles.config)).mtime.toISOString(),
    state: stateOf(run, history, evaluation),
    epochs: { done: history.length, most: config.training.epochs },
    validation:
      chosen?.validation && monitor
        ? { name: monitor, value: chosen.validation[monitor] ?? null, epoch: chosen.epoch }
        : null,
    test: evaluation && monitor ? { name: monitor, value: scoreNamed(monitor, evaluation) } : null,
  };
}

/** Everything a run's folder tells. */
export function showRun(run: Run): RunDetails {
  const files = readdirSync(run.dir, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .map((path) => ({ path: path.slice(run.dir.length + 1).replaceAll('\\', '/'), bytes: statSync(path).size }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
  return {
    ...rowOf(run),
    config: run.config,
    manifest: optional<Manifest>(run, 'manifest'),
    history: historyOf(run),
    evaluation: optional<RunEvaluation>(run, 'evaluation'),
    files,
  };
}

/** The epochs of `metrics.jsonl`; the last line of a run that was killed may be cut off and is left out. */
export function historyOf({ dir }: Pick<Run, 'dir'>): EpochRecord[] {
  const path = join(dir, runFiles.metrics);
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .flatMap((line): EpochRecord[] => {
      try {
        return line === '' ? [] : [JSON.parse(line) as EpochRecord]; // written by this platform
      } catch {
        return [];
      }
    });
}

/** One of a run's JSON files, or `null` where the run did not get that far. */
export const optional = <T>(run: Pick<Run, 'dir'>, file: keyof typeof runFiles): T | null =>
  existsSync(join(run.dir, runFiles[file])) ? readJson<T>(run, file) : null;

/** A score of the summary, or the loss. */
export const scoreNamed = (name: string, evaluation: Evaluation & { readonly loss: number }): number | null =>
  name === 'loss' ? evaluation.loss : (evaluation.summary[name] ?? null);

function stateOf(run: Run, history: readonly EpochRecord[], evaluation: RunEvaluation | null): RunState {
  if (isPretraining(run)) return 'pre-training';
  if (evaluation) return 'evaluated';
  if (history.length === 0) return 'new';
  return history.length >= run.config.training.epochs ? 'trained' : 'unfinished';
}

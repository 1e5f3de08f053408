import { mkdirSync } from 'node:fs';
import { basename, join } from 'node:path';

import { CardioError } from '@cardio/core';

import { filesOf, scored, type RunEvaluation } from './evaluate.js';
import { foldConfig, planFolds, type FoldPlan } from './folds.js';
import type { Manifest } from './manifest.js';
import type { ExperimentObserver } from './observer.js';
import { joined, readPredictions, writePredictions } from './predictions.js';
import { hasCheckpoint, newFolder, openRun, readJson, runFiles, writeJson, type Run } from './run-folder.js';
import { scoreSpreads, spreadOf, type ScoreSpreads, type Spread } from './spread.js';
import type { ExperimentConfig } from './schema.js';
import { trainRun } from './train.js';
import { chosenOf } from './trial.js';

/** What is known of one fold; its run is in `folds/<fold>`. */
export interface FoldResult {
  /** From 1: the dataset's `fold` plus one. */
  readonly fold: number;
  readonly patients: FoldPlan['patients'][number];
  /** The epoch whose weights were chosen, and its monitored validation score; `null` until the fold is trained. */
  readonly best: { readonly epoch: number; readonly score: number } | null;
  /** Loss and scores of the out-of-fold split; `null` until the fold is evaluated. */
  readonly scores: Readonly<Record<string, number | null>> | null;
  readonly examples: number | null;
}

/** A cross-validation as `cross-validation.json` holds it. */
export interface CrossValidation {
  readonly id: string;
  readonly config: ExperimentConfig;
  readonly plan: FoldPlan;
  readonly folds: readonly FoldResult[];
  /** Of the folds' monitored validation scores. */
  readonly validation: Spread;
  /** Of the folds that are evaluated. */
  readonly scores: ScoreSpreads;
  /** The scores of all out-of-fold predictions together; `null` until every fold is evaluated. */
  readonly pooled: Omit<RunEvaluation, 'loss'> | null;
}

/** Who wants to watch a cross-validation: the observer of each fold's run, and when a fold begins and ends. */
export interface FoldsObserver {
  readonly run?: ExperimentObserver;
  onFold?(fold: number, of: number, state: 'done' | 'new' | 'resumed'): void;
  onFoldEnd?(result: FoldResult): void;
}

/**
 * Makes the folder of a cross-validation: `folds/1` to `folds/<k>` with the configuration of each, and `cross-validation.json`. The dataset decides
 * who validates and who tests in a fold; see {@link planFolds}.
 *
 * @param config of which `dataset.folds` are the folds
 * @param dir a folder to use in place of a new one in `output.runsDir`
 * @returns the folder, for {@link crossValidate}
 */
export async function createCrossValidation(config: ExperimentConfig, dir?: string): Promise<string> {
  const { folds } = config.dataset;
  if (typeof folds !== 'number') throw new CardioError('usage', 'A cross-validation needs the number of `folds`.');
  if (config.training.fastDevRun || config.training.overfitOneBatch) {
    throw new CardioError('usage', '`fastDevRun` and `overfitOneBatch` check a single run: name its `fold` as well.');
  }
  const plan = await planFolds(config, folds);
  const what = `${config.dataset.name}-${config.model.name}-${folds}-folds`;
  const parent = dir === undefined ? newFolder(config.output, what) : { id: basename(dir), dir };
  const results = plan.patients.map((patients, i): FoldResult => {
    const fold = foldRun(parent.dir, i + 1);
    mkdirSync(fold.dir, { recursive: true });
    const output = { ...config.output, runsDir: join(parent.dir, 'folds'), runId: String(i + 1) };
    writeJson(fold, 'config', { ...foldConfig(config, i), output });
    return { fold: i + 1, patients, best: null, scores: null, examples: null };
  });
  const whole = { ...{ id: parent.id, config, plan, folds: results }, validation: spreadOf([]) };
  writeJson(parent, 'crossValidation', { ...whole, scores: scoreSpreads([]), pooled: null } satisfies CrossValidation);
  return parent.dir;
}

/**
 * Trains and evaluates every fold that is not done, each a run of its own, and goes on with the one that was interrupted; then puts their
 * out-of-fold predictions together. What is written: `cross-validation.json` after each fold, and `predictions.parquet` at the end.
 *
 * @param dir made by {@link createCrossValidation}
 * @param options.evaluate without it folds are only trained; a later call evaluates them
 * @param options.signal stops after the current step
 * @returns what is known by then; with `pooled` when all is done
 */
export async function crossValidate(
  dir: string,
  options: { observer?: FoldsObserver; signal?: AbortSignal; evaluate?: boolean } = {},
): Promise<CrossValidation> {
  const { observer = {}, signal, evaluate = true } = options;
  let state = readJson<CrossValidation>({ dir }, 'crossValidation');
  const { folds: k, outOfFold } = state.plan;
  for (const before of state.folds) {
    if (before.scores || (!evaluate && before.best)) {
      observer.onFold?.(before.fold, k, 'done');
      continue;
    }
    if (signal?.aborted) return state;
    const run = openRun(join(dir, 'folds', String(before.fold)));
    const resume = hasCheckpoint(run);
    observer.onFold?.(before.fold, k, resume ? 'resumed' : 'new');
    const { history, evaluation } = await trainRun(run, {
      ...{ resume, evaluate: evaluate ? outOfFold : 'nothing' },
      ...(observer.run && { observer: observer.run }),
      ...(signal && { signal }),
    });
    if (history.stopped === 'aborted') return state;
    const result: FoldResult = {
      ...before,
      best: chosenOf(run, history),
      scores: evaluation && { loss: evaluation.loss, ...evaluation.summary },
      examples: evaluation?.examples ?? null,
    };
    state = updated(dir, state, result);
    writeJson({ dir }, 'crossValidation', state);
    observer.onFoldEnd?.(result);
  }
  if (!evaluate || state.pooled) return state;
  return pooled(dir, state);
}

/** The state with one more fold done. */
function updated(dir: string, state: CrossValidation, result: FoldResult): CrossValidation {
  const folds = state.folds.map((fold) => (fold.fold === result.fold ? result : fold));
  const [file] = filesOf(state.plan.outOfFold);
  const evaluations = folds
    .filter(({ scores }) => scores)
    .map(({ fold }) => readJson<RunEvaluation>(foldRun(dir, fold), file));
  const validation = spreadOf(folds.map(({ best }) => best?.score));
  return { ...state, folds, validation, scores: scoreSpreads(evaluations) };
}

/** Puts the predictions of all folds together, which their runs have written. */
async function pooled(dir: string, state: CrossValidation): Promise<CrossValidation> {
  const { outOfFold, note } = state.plan;
  const [scoresFile, predictionsFile] = filesOf(outOfFold);
  const parts = await Promise.all(
    state.folds.map(({ fold }) => readPredictions(join(foldRun(dir, fold).dir, runFiles[predictionsFile]))),
  );
  const predictions = joined(parts);
  const folds = parts.flatMap(({ examples }, i) => examples.map(() => i + 1));
  const first = foldRun(dir, 1);
  const { task } = readJson<Manifest>(first, 'manifest');
  const { checkpoint, aggregate } = readJson<RunEvaluation>(first, scoresFile);
  const done: CrossValidation = {
    ...state,
    pooled: { split: outOfFold, checkpoint, aggregate, ...scored(task, predictions, [note]) },
  };
  writePredictions(join(dir, runFiles.predictions), predictions, folds);
  writeJson({ dir }, 'crossValidation', done);
  return done;
}

const foldRun = (dir: string, fold: number): Pick<Run, 'dir'> => ({ dir: join(dir, 'folds', String(fold)) });

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';

import { CardioError } from '@cardio/core';

import type { ExperimentConfig } from './schema.js';

/** One training run and the folder in which it leaves everything. */
export interface Run {
  readonly id: string;
  readonly dir: string;
  readonly config: ExperimentConfig;
}

/** The files of a run, by what they hold. */
export const runFiles = {
  config: 'config.json',
  manifest: 'manifest.json',
  checkpoints: 'checkpoints',
  metrics: 'metrics.jsonl',
  table: 'metrics.csv',
  codebook: 'codebook.json',
  transfer: 'transfer.json',
  log: 'log.jsonl',
  evaluation: 'evaluation.json',
  predictions: 'predictions.parquet',
  validation: 'validation.json',
  validationPredictions: 'validation-predictions.parquet',
  crossValidation: 'cross-validation.json',
  sweep: 'sweep.json',
  report: 'report.html',
  onnx: join('export', 'onnx', 'model.onnx'),
  bundle: join('export', 'onnx', 'bundle.json'),
} as const;

/** Makes the folder of a new run and writes its configuration; the id is the time, the dataset and the model unless given. */
export function createRun(config: ExperimentConfig, now = new Date()): Run {
  const run = { ...newFolder(config.output, `${config.dataset.name}-${config.model.name}`, now), config };
  writeJson(run, 'config', config);
  return run;
}

/**
 * Makes a folder in `runsDir`.
 *
 * @param what comes after the time in the id, where none is given
 * @throws {CardioError} `usage` when a run, a cross-validation or a sweep is there already
 */
export function newFolder(
  { runId, runsDir }: ExperimentConfig['output'],
  what: string,
  now = new Date(),
): { id: string; dir: string } {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const id = runId ?? freeId(runsDir, `${time}-${what}`);
  const dir = join(runsDir, id);
  if ((['config', 'crossValidation', 'sweep'] as const).some((file) => existsSync(join(dir, runFiles[file])))) {
    throw new CardioError(
      'usage',
      `The run \`${dir}\` exists. Go on with it by --resume ${dir}, or give another --run-id.`,
    );
  }
  mkdirSync(dir, { recursive: true });
  return { id, dir };
}

/** Whether a run has a checkpoint to go on from; a killed process may have left it under the name it is replaced by. */
export const hasCheckpoint = ({ dir }: { dir: string }, kind: 'best' | 'last' = 'last'): boolean =>
  [kind, `.${kind}.old`].some((name) => existsSync(join(dir, runFiles.checkpoints, name)));

/** The folder of a cross-validation or a sweep, by its path or its id in `runsDir`; `undefined` where there is none of that name. */
export const groupFolder = (name: string, file: 'crossValidation' | 'sweep', runsDir = 'runs'): string | undefined =>
  [name, join(runsDir, name)].find((path) => existsSync(join(path, runFiles[file])));

/** Which weights a run is evaluated, exported and used with; runs from before there was a choice have their best. */
export const finalWeightsOf = (config: ExperimentConfig): 'best' | 'last' =>
  (config.training as Partial<ExperimentConfig['training']>).finalWeights ?? 'best';

/** The folder of the checkpoint with these weights. */
export function checkpointOf(run: Run): string {
  const kind = finalWeightsOf(run.config);
  if (!hasCheckpoint(run, kind)) {
    throw new CardioError(
      'not-found',
      `The run \`${run.dir}\` has no checkpoint \`${kind}\` yet. Go on with it: \`cardio train --resume ${run.dir}\`.`,
    );
  }
  return join(run.dir, runFiles.checkpoints, kind);
}

/** Opens a run by its folder, by its id in `runsDir`, or the newest one by the word `latest`. */
export function openRun(name: string, runsDir = 'runs'): Run {
  const id = name === 'latest' ? newest(runsDir) : name;
  const dir = [id, join(runsDir, id)].find((path) => existsSync(join(path, runFiles.config)));
  if (!dir) {
    refuseGroup(name, runsDir);
    throw new CardioError(
      'not-found',
      `No run \`${name}\`: neither ${name}/${runFiles.config} nor ${join(runsDir, name)}/${runFiles.config} exists.`,
    );
  }
  const run = { id: basename(dir), dir };
  return { ...run, config: readJson<ExperimentConfig>(run, 'config') };
}

/** Opens a run to evaluate, export or use its classifier. */
export function openTrained(name: string, runsDir = 'runs'): Run {
  const run = openRun(name, runsDir);
  if (isPretraining(run)) {
    const { dataset, model } = run.config;
    throw new CardioError(
      'usage',
      `\`${run.dir}\` is a pre-training: it knows no classes yet. Train on it first: ` +
        `\`cardio train --from ${run.dir} --dataset ${dataset.name} --model ${model.name}\`, and name the run that this makes.`,
    );
  }
  return run;
}

/** Whether a run is one of pre-training. */
export const isPretraining = ({ dir }: { dir: string }): boolean => existsSync(join(dir, runFiles.codebook));

/** Says what a folder is that holds many runs. */
function refuseGroup(name: string, runsDir: string): void {
  const sweep = groupFolder(name, 'sweep', runsDir);
  if (sweep !== undefined) {
    throw new CardioError(
      'usage',
      `\`${name}\` is a sweep. Name one of its trials, such as \`${join(sweep, 'trials', '001')}\`; ` +
        `to go on with it: \`cardio sweep --resume ${sweep}\`, and \`--evaluate-best\` for scores of the best.`,
    );
  }
  const folds = groupFolder(name, 'crossValidation', runsDir);
  if (folds !== undefined) {
    throw new CardioError(
      'usage',
      `\`${name}\` is a cross-validation, with its scores in ${join(folds, runFiles.crossValidation)}. Name one of its folds, such as ` +
        `\`${join(folds, 'folds', '1')}\`; to go on with it: \`cardio train --resume ${folds}\`.`,
    );
  }
}

/** Writes one of the run's JSON files whole or not at all. */
export function writeJson(run: { dir: string }, file: keyof typeof runFiles, value: unknown): string {
  const path = join(run.dir, runFiles[file]);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(`${path}.tmp`, `${JSON.stringify(value, null, 2)}\n`);
  renameSync(`${path}.tmp`, path);
  return path;
}

/** Reads one of the run's JSON files. */
export function readJson<T>(run: { dir: string }, file: keyof typeof runFiles): T {
  const path = join(run.dir, runFiles[file]);
  if (!existsSync(path)) throw new CardioError('not-found', `The run has no \`${path}\`: it did not get that far.`);
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T; // written by this platform
  } catch (cause) {
    throw new CardioError('data', `\`${path}\` is not readable JSON: ${(cause as Error).message}`, { cause });
  }
}

/** The run that was started last, by the time its configuration was written. */
function newest(runsDir: string): string {
  const started = (id: string): number =>
    statSync(join(runsDir, id, runFiles.config), { throwIfNoEntry: false })?.mtimeMs ?? 0;
  const ids = existsSync(runsDir) ? readdirSync(runsDir) : [];
  const id = ids.sort((a, b) => started(a) - started(b)).at(-1);
  if (id === undefined || started(id) === 0) {
    throw new CardioError('not-found', `There is no run in \`${runsDir}\` yet.`);
  }
  return id;
}

function freeId(runsDir: string, id: string): string {
  for (let n = 1; ; n++) {
    const candidate = n === 1 ? id : `${id}-${n}`;
    if (!existsSync(join(runsDir, candidate))) return candidate;
  }
}

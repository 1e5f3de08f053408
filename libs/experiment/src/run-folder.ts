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
  log: 'log.jsonl',
  evaluation: 'evaluation.json',
  predictions: 'predictions.parquet',
  onnx: join('export', 'onnx', 'model.onnx'),
  bundle: join('export', 'onnx', 'bundle.json'),
} as const;

/** Makes the folder of a new run and writes its configuration; the id is the time, the dataset and the model unless given. */
export function createRun(config: ExperimentConfig, now = new Date()): Run {
  const time = now.toISOString().slice(0, 19).replace('T', '-').replaceAll(':', '');
  const id =
    config.output.runId ?? freeId(config.output.runsDir, `${time}-${config.dataset.name}-${config.model.name}`);
  const dir = join(config.output.runsDir, id);
  if (existsSync(join(dir, runFiles.config))) {
    throw new CardioError(
      'usage',
      `The run \`${dir}\` exists. Go on with it by --resume ${dir}, or give another --run-id.`,
    );
  }
  mkdirSync(dir, { recursive: true });
  const run = { id, dir, config };
  writeJson(run, 'config', config);
  return run;
}

/** Opens a run by its folder, by its id in `runsDir`, or the newest one by the word `latest`. */
export function openRun(name: string, runsDir = 'runs'): Run {
  const id = name === 'latest' ? newest(runsDir) : name;
  const dir = [id, join(runsDir, id)].find((path) => existsSync(join(path, runFiles.config)));
  if (!dir) {
    throw new CardioError(
      'not-found',
      `No run \`${name}\`: neither ${name}/${runFiles.config} nor ${join(runsDir, name)}/${runFiles.config} exists.`,
    );
  }
  const run = { id: basename(dir), dir };
  return { ...run, config: readJson<ExperimentConfig>(run, 'config') };
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

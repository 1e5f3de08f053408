import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';

import type { TrainerCallback } from '../callbacks.js';
import { tracking, type TrackedRun } from './tracking.js';
import { createWandbFile, type WandbFile } from './wandb-file.js';
import { openWandbLive, type WandbLive } from './wandb-live.js';
import { wandbRows, type WandbRun } from './wandb-run.js';

/** What W&B takes for how a run ended: 0 is finished, all else crashed or failed. */
const exitCodes = { completed: 0, early: 0, aborted: 130, failed: 1 } as const;

/** What a run is called in Weights & Biases, and where it goes. */
export interface WandbOptions {
  /** `offline`: a folder for `wandb sync`; `online`: the same, and to the server as the run goes, which needs `WANDB_API_KEY`. */
  readonly mode: 'offline' | 'online';
  /** Unique in the project: `wandb sync` and a resumed run replace the run of this id. */
  readonly runId: string;
  /** Default `WANDB_PROJECT`, else `cardio`. */
  readonly project?: string | undefined;
  /** User or team; default `WANDB_ENTITY`, else the key's own. */
  readonly entity?: string | undefined;
  readonly tags?: readonly string[] | undefined;
  /** What is kept as the run's config; default: the trainer's numbers. */
  readonly parameters?: object | undefined;
  /** Default `process.env`; also `WANDB_BASE_URL` is read from it. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

/**
 * Tracks a run with Weights & Biases: its scalars per epoch (see `scalarsOf`), its parameters and its end, in
 * `<folder>/wandb/offline-run-<time>-<id>`, which the official `wandb sync` takes. A resumed run writes its folder anew, with every epoch once.
 *
 * @throws CardioError `usage` when `online` has no key
 *
 * @example
 * new ClassificationTrainer(model, { …, callbacks: [wandb('runs/a', { mode: 'offline', runId: 'a' })] });
 * // then: wandb sync runs/a/wandb/offline-run-*
 */
export function wandb(folder: string, options: WandbOptions): TrainerCallback {
  const { mode, runId, env = process.env, tags = [] } = options;
  const apiKey = env['WANDB_API_KEY'] ?? '';
  if (mode === 'online' && apiKey === '') {
    throw new CardioError(
      'usage',
      'Weights & Biases needs a key to be told of a run as it goes, and `WANDB_API_KEY` is not set. Set it, or choose `offline` and sync later.',
    );
  }
  const server = { url: env['WANDB_BASE_URL'] ?? 'https://api.wandb.ai', apiKey };
  let file: WandbFile | undefined;
  let live: WandbLive | undefined;
  let run: WandbRun;
  let path = '';
  let [written, sent] = [0, 0];

  const update = async ({ config, history, stopped }: TrackedRun): Promise<void> => {
    run ??= {
      id: runId,
      name: runId,
      project: options.project ?? env['WANDB_PROJECT'] ?? 'cardio',
      entity: options.entity ?? env['WANDB_ENTITY'],
      tags,
      config: { ...(options.parameters ?? config) },
      startTime: Date.now() / 1000 - history.reduce((sum, { seconds }) => sum + seconds, 0),
    };
    const rows = wandbRows(history, run.startTime);
    const exitCode = stopped && exitCodes[stopped];
    if (!file) {
      path = await logPath(folder, run);
      for (const mark of marks) await rm(path + mark, { force: true });
      file = await createWandbFile(path, run, rows);
      written = rows.length;
    }
    while (written < rows.length) await file.append(rows[written++]);
    if (exitCode !== undefined) await file.end(exitCode, rows.at(-1)?.['_runtime'] ?? 0);
    if (mode === 'offline') return;
    live ??= await openWandbLive(run, server);
    if (rows.length > sent || exitCode !== undefined) await live.send(rows.slice(sent), sent, exitCode);
    sent = rows.length;
    if (exitCode !== undefined) await writeFile(path + marks[0], '');
  };
  const remedy = `The run is complete in ${join(folder, 'wandb')}: \`wandb sync\` sends it.`;
  return tracking({ name: 'Weights & Biases', remedy, update, alive: async () => live?.send([], sent) }, options.warn);
}

/** Files beside the log by which `wandb sync` knows what it has sent. */
const marks = ['.synced', '.syncstate'];

/** The log in the folder of the run's first start; `files` is there because `wandb sync` looks into it. */
async function logPath(folder: string, { id, startTime }: WandbRun): Promise<string> {
  const parent = join(folder, 'wandb');
  await mkdir(parent, { recursive: true });
  const before = (await readdir(parent)).find(
    (name) => /^offline-run-\d{8}_\d{6}-/.test(name) && name.slice(28) === id,
  );
  const dir = join(parent, before ?? `offline-run-${stamp(new Date(startTime * 1000))}-${id}`);
  await mkdir(join(dir, 'files'), { recursive: true });
  return join(dir, `run-${id}.wandb`);
}

/** `20260131_235959`, local time. */
function stamp(date: Date): string {
  const local = new Date(date.getTime() - date.getTimezoneOffset() * 60000).toISOString();
  return local.slice(0, 19).replaceAll(/[-:]/g, '').replace('T', '_');
}

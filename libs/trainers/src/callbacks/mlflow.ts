import { existsSync } from 'node:fs';
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

import type { TrainerCallback } from '../callbacks.js';
import { mlflowServer } from './mlflow-server.js';
import { flatParameters, scalarsOf } from './scalars.js';
import { tracking, type TrackedRun } from './tracking.js';

/** What a run is called in MLflow, and where it goes. */
export interface MlflowOptions {
  /** Such as `http://localhost:5000`; a user and a password in it are used and never shown. */
  readonly uri: string;
  readonly runName: string;
  /** Default `MLFLOW_EXPERIMENT_NAME`, else `cardio`; made if it is not there. */
  readonly experiment?: string | undefined;
  readonly tags?: Readonly<Record<string, string>> | undefined;
  /** What is kept as the run's parameters, with dotted names; default: the trainer's numbers. */
  readonly parameters?: object | undefined;
  /** Default `process.env`: `MLFLOW_TRACKING_TOKEN`, or `MLFLOW_TRACKING_USERNAME` and `MLFLOW_TRACKING_PASSWORD`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  readonly warn?: ((message: string) => void) | undefined;
}

/** What `mlflow.json` keeps: the run on the server, and how much of it is there. */
interface Sent {
  readonly url: string;
  readonly runId: string;
  readonly parameters: boolean;
  /** The last epoch that is there. */
  readonly epoch: number;
}

/**
 * Tracks a run on an MLflow server: parameters, tags, scalars per epoch (see `scalarsOf`), and how it ended. `<folder>/mlflow.json` keeps how much
 * of it the server has, so that a resumed run goes on with the same one and sends what is missing.
 *
 * @throws CardioError `usage` when `uri` is not an address of HTTP
 *
 * @example
 * new ClassificationTrainer(model, { …, callbacks: [mlflow('runs/a', { uri: 'http://localhost:5000', runName: 'a' })] });
 */
export function mlflow(folder: string, options: MlflowOptions): TrainerCallback {
  const { env = process.env, runName: name } = options;
  const server = mlflowServer(options.uri, env);
  const path = join(folder, 'mlflow.json');
  let sent: Sent | undefined;
  let begun = false;
  const keep = async (now: Sent): Promise<Sent> => {
    await mkdir(folder, { recursive: true });
    await writeFile(`${path}.tmp`, `${JSON.stringify(now, null, 2)}\n`);
    await rename(`${path}.tmp`, path);
    return (sent = now);
  };
  const update = async ({ config, history, stopped }: TrackedRun): Promise<void> => {
    let now = sent ?? (await readSent(path, server.url));
    if (!now) {
      const experiment = options.experiment ?? env['MLFLOW_EXPERIMENT_NAME'] ?? 'cardio';
      const tags = { 'mlflow.source.name': 'cardio', ...options.tags };
      const runId = await server.createRun({ experiment, name, startTime: Date.now(), tags });
      now = await keep({ url: server.url, runId, parameters: false, epoch: 0 });
    } else if (!begun) {
      await server.setStatus(now.runId, 'RUNNING', false);
    }
    begun = true;
    if (!now.parameters) {
      // those of a run can't be changed later: a resumed one keeps its first
      await server.logParameters(now.runId, flatParameters(options.parameters ?? config));
      now = await keep({ ...now, parameters: true });
    }
    for (const record of history.slice(now.epoch)) {
      const at = { timestamp: Date.now(), step: record.epoch };
      const metrics = Object.entries(scalarsOf(record)).map(([key, value]) => ({ key, value, ...at }));
      await server.logMetrics(now.runId, metrics);
      now = await keep({ ...now, epoch: record.epoch });
    }
    if (stopped) await server.setStatus(now.runId, statuses[stopped], true);
  };
  const remedy = `What the server lacks is in ${folder}: a training resumed from there sends it.`;
  return tracking({ name: 'MLflow', remedy, update }, options.warn);
}

const statuses = { completed: 'FINISHED', early: 'FINISHED', aborted: 'KILLED', failed: 'FAILED' } as const;

/** What was sent to this server before; none of another's. */
async function readSent(path: string, url: string): Promise<Sent | undefined> {
  if (!existsSync(path)) return undefined;
  const sent = JSON.parse(await readFile(path, 'utf8')) as Sent; // written by this file
  return sent.url === url ? sent : undefined;
}

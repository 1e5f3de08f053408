import { hostname } from 'node:os';

import { CardioError } from '@cardio/core';

import { giveBackLost, takeJob } from '../claims.js';
import type { Core } from '../core.js';
import type { Job } from '../job.js';
import { jobFrom } from '../store.js';
import { runJob, type RunningJob } from './run-job.js';

/** How a worker works. */
export interface WorkerOptions {
  /** Unique; default: machine and process. */
  readonly name?: string;
  /** Jobs at once on this machine; default `TRAINING_MAX_CONCURRENT_JOBS`, or 1. */
  readonly concurrency?: number;
  /** A worker that is silent for so long has lost its jobs; default 15. */
  readonly leaseSeconds?: number;
  /** How often it looks for a job while it has room; default 500. */
  readonly pollMs?: number;
  /** How long a job may take to stop with a checkpoint before it is killed; default 10 000. */
  readonly graceMs?: number;
  /** A job was taken, or let go of: with its state then. */
  readonly onJob?: (job: Job) => void;
  /** What ends nothing, such as a database that does not answer. */
  readonly onProblem?: (message: string) => void;
}

/** A worker that takes jobs. */
export interface Worker {
  readonly name: string;
  /** Jobs at once. */
  readonly concurrency: number;
  /** The jobs that run now. */
  readonly running: readonly string[];
  /** Stops its jobs, each with a checkpoint, gives them back to the queue and takes no more. */
  stop(): Promise<void>;
}

/** Starts to take jobs. */
export function startWorker(core: Core, options: WorkerOptions = {}): Worker {
  const {
    leaseSeconds = 15,
    pollMs = 500,
    graceMs = 10_000,
    onProblem = () => undefined,
    onJob = () => undefined,
  } = options;
  const concurrency = options.concurrency ?? defaultConcurrency();
  const name = options.name ?? `${hostname()}-${process.pid}`;
  const { database, queue, artifacts, runsDir } = core;
  const running = new Map<string, RunningJob>();
  const around = { database, queue, artifacts, leaseSeconds, graceMs, onProblem };
  let [stopping, lookedAt] = [false, -Infinity];

  const tick = async (): Promise<void> => {
    if (performance.now() - lookedAt > 333 * leaseSeconds) {
      lookedAt = performance.now();
      await giveBackLost(database, queue);
    }
    await database.query(
      `insert into cardio.worker (name, host, pid, concurrency) values ($1, $2, $3, $4)
       on conflict (name) do update set seen_at = now(), concurrency = $4, pid = $3`,
      [name, hostname(), process.pid, concurrency],
    );
    if (running.size >= concurrency) return;
    for (const { jobId, end } of await queue.pull(concurrency - running.size)) {
      const job = stopping ? undefined : await takeJob(database, jobId, { worker: name, runsDir }, leaseSeconds);
      if (stopping && !job) continue; // the message comes again to somebody else
      if (job) {
        const one = runJob(job, { jobId, worker: name, number: job.claims }, around);
        running.set(jobId, one);
        onJob(job);
        void one.finished.finally(() => {
          running.delete(jobId);
          void jobFrom(database, 'select * from cardio.job where id = $1', [jobId]).then((now) => now && onJob(now), () => undefined); // prettier-ignore
        });
      }
      await end();
    }
  };
  const loop = async (): Promise<void> => {
    while (!stopping) {
      await tick().catch((error: unknown) => onProblem(`The queue does not answer: ${String(error)}`));
      await new Promise((resolve) => setTimeout(resolve, pollMs));
    }
  };
  const looping = loop();
  return {
    name,
    concurrency,
    get running() {
      return [...running.keys()];
    },
    async stop() {
      stopping = true;
      await looping;
      const left = [...running.values()];
      for (const job of left) job.release();
      await Promise.allSettled(left.map(({ finished }) => finished));
      await database.query('delete from cardio.worker where name = $1', [name]).catch(() => undefined);
    },
  };
}

function defaultConcurrency(): number {
  const text = process.env['TRAINING_MAX_CONCURRENT_JOBS'];
  if (text === undefined || text === '') return 1;
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CardioError('usage', `\`TRAINING_MAX_CONCURRENT_JOBS\` must be a whole number from 1. Received: ${text}.`);
}

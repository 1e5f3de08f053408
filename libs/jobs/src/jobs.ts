import { randomUUID } from 'node:crypto';
import { join, resolve } from 'node:path';

import { CardioError, stableJson } from '@cardio/core';
import type { ExperimentConfig, StoreShare } from '@cardio/experiment';
import { createHash } from 'node:crypto';

import { openArtifacts } from './artifacts/open.js';
import type { Core } from './core.js';
import { openEmbedded } from './database/embedded.js';
import { migrate } from './database/migrate.js';
import { openServer } from './database/server.js';
import { followEvents } from './follow.js';
import type { Job, JobEvent, JobKind, JobMetrics, JobState } from './job.js';
import { openQueue } from './queue.js';
import { addStateEvent, eventsAfter, jobFrom, listJobs, metricsOf, type JobFilter } from './store.js';
import { startWorker, type Worker, type WorkerOptions } from './worker/worker.js';

/** Where jobs are kept. */
export interface JobsOptions {
  /** A PostgreSQL server, `postgres://…`, that any number of machines share; without it PostgreSQL is embedded in this process. */
  readonly databaseUrl?: string | undefined;
  /** Folder of the embedded database; default `.cardio/jobs`. */
  readonly dataDir?: string;
  /** Folder of the runs; workers on several machines share it, or `artifacts`. Default `runs`. */
  readonly runsDir?: string;
  /** `s3://bucket/prefix`: where runs are kept for workers that share no folder. */
  readonly artifacts?: string | undefined;
  /** What ends nothing, such as a lost connection that is made again. */
  readonly onProblem?: (message: string) => void;
}

/** What is to be done. */
export interface JobRequest {
  readonly kind?: JobKind;
  /** As `resolveConfig` of `@cardio/experiment` gives it; its `output.runId` is the run's name, if given. */
  readonly config: ExperimentConfig;
  /** Of kind `prepare`. */
  readonly share?: StoreShare;
  readonly priority?: number;
  /** Attempts that may end in a crash; default 3. */
  readonly maxAttempts?: number;
  readonly timeLimitSeconds?: number;
  readonly memoryLimitMb?: number;
  readonly group?: string;
  /** The same key and request again give the same job. */
  readonly idempotencyKey?: string;
}

/** A persistent queue of jobs. */
export interface Jobs {
  /** For people: where the database is. */
  readonly place: string;
  /** Queues a job. @throws {CardioError} `usage` for a key of another request, or a run's name that is taken */
  start(request: JobRequest): Promise<Job>;
  /** Queues several of one experiment, all or none; they share a group, by default a new one. */
  startAll(requests: readonly JobRequest[], group?: string): Promise<readonly Job[]>;
  /** @throws {CardioError} `not-found` */
  get(id: string): Promise<Job>;
  /** The latest first. */
  list(filter?: JobFilter): Promise<readonly Job[]>;
  /** How many jobs there are in each state. */
  counts(): Promise<Readonly<Record<JobState, number>>>;
  /** Cancels a job: a queued one at once, a running one with a checkpoint within seconds; one that is over stays as it is. */
  cancel(id: string): Promise<Job>;
  /** Events after a certain one, those to come too, until the job is over or `signal` aborts. */
  events(id: string, options?: { readonly after?: number; readonly signal?: AbortSignal }): AsyncIterable<JobEvent>;
  /** Events so far, at most `limit` (500). */
  eventsSoFar(id: string, after?: number, limit?: number): Promise<readonly JobEvent[]>;
  /** The numbers of each epoch, once. */
  metrics(id: string): Promise<readonly JobMetrics[]>;
  /** Workers that were heard of in the last minute. */
  workers(): Promise<readonly WorkerInfo[]>;
  /** Runs jobs in processes of this machine. */
  work(options?: WorkerOptions): Worker;
  /** @throws whatever keeps the database from answering */
  ping(): Promise<void>;
  /** Stop workers first. */
  close(): Promise<void>;
}

/** A worker, wherever it is. */
export interface WorkerInfo {
  readonly name: string;
  readonly host: string;
  readonly concurrency: number;
  readonly seenAt: Date;
}

/**
 * Opens the queue, and makes its tables where there are none.
 *
 * @throws {CardioError} `unavailable` for a server that does not answer or an embedded database that another process has open
 */
export async function openJobs(options: JobsOptions = {}): Promise<Jobs> {
  const { databaseUrl, dataDir = join('.cardio', 'jobs'), runsDir = 'runs', onProblem = () => undefined } = options;
  const artifacts = options.artifacts === undefined ? undefined : openArtifacts(options.artifacts);
  const database = databaseUrl === undefined ? await openEmbedded(resolve(dataDir)) : await openServer(databaseUrl);
  try {
    await migrate(database);
    const queue = await openQueue(database, (error) => onProblem(`The queue: ${error.message}`));
    return jobsOf({ database, queue, artifacts, runsDir: resolve(runsDir) });
  } catch (error) {
    await database.close();
    throw error;
  }
}

function jobsOf(core: Core): Jobs {
  const { database, queue } = core;
  const get = async (id: string): Promise<Job> => {
    const job = isUuid(id) ? await jobFrom(database, 'select * from cardio.job where id = $1', [id]) : undefined;
    if (!job) throw new CardioError('not-found', `There is no job \`${id}\`.`);
    return job;
  };
  const startAll = (requests: readonly JobRequest[]): Promise<Job[]> =>
    database.transaction(async (tx) => {
      const jobs: Job[] = [];
      for (const request of requests) {
        const row = rowOf(request, core.runsDir);
        const job = await jobFrom(
          tx,
          `insert into cardio.job (${Object.keys(row).map((name) => `"${name}"`).join(', ')})
           values (${Object.keys(row).map((_, i) => `$${i + 1}`).join(', ')}) on conflict do nothing returning *`,
          Object.values(row),
        ); // prettier-ignore
        if (job) {
          await addStateEvent(tx, job);
          await queue.push(tx, job.id, job.priority);
        }
        jobs.push(job ?? (await sameRequest(tx, row)));
      }
      return jobs;
    });
  return {
    place: database.place,
    start: async (request) => (await startAll([request]))[0],
    startAll: (requests, group = randomUUID()) => startAll(requests.map((request) => ({ group, ...request }))),
    get,
    list: (filter = {}) => listJobs(database, filter),
    async counts() {
      const rows = await database.query<{ state: JobState; n: number }>(
        'select state, count(*)::int as n from cardio.job group by state',
      );
      const none = { queued: 0, running: 0, completed: 0, failed: 0, cancelled: 0 };
      return { ...none, ...Object.fromEntries(rows.map(({ state, n }) => [state, n])) };
    },
    async cancel(id) {
      await get(id);
      await database.transaction(async (tx) => {
        const cancelled = await jobFrom(
          tx,
          `update cardio.job set cancel_requested = true, updated_at = now(),
             state = case when state = 'queued' then 'cancelled' else state end,
             finished_at = case when state = 'queued' then now() else finished_at end
           where id = $1 and state in ('queued', 'running') returning *`,
          [id],
        );
        if (cancelled?.state === 'cancelled') await addStateEvent(tx, cancelled);
      });
      return get(id);
    },
    events: (id, given = {}) => followEvents(database, id, given),
    eventsSoFar: (id, after = 0, limit = 500) => eventsAfter(database, id, after, limit),
    metrics: (id) => metricsOf(database, id),
    async workers() {
      const rows = await database.query<{ name: string; host: string; concurrency: number; seen_at: Date }>(
        "select name, host, concurrency, seen_at from cardio.worker where seen_at > now() - interval '1 minute' order by name",
      );
      return rows.map(({ seen_at: seenAt, ...worker }) => ({ ...worker, seenAt }));
    },
    work: (options) => startWorker(core, options),
    ping: async () => void (await database.query('select 1')),
    async close() {
      await queue.close();
      await database.close();
    },
  };
}

const isUuid = (text: string): boolean => /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i.test(text);

type NewRow = ReturnType<typeof rowOf>;

function rowOf(request: JobRequest, runsDir: string) {
  const {
    kind = 'train',
    config,
    priority = 0,
    maxAttempts = 3,
    timeLimitSeconds,
    memoryLimitMb,
    group,
    share,
  } = request;
  const id = randomUUID();
  const runId = config.output.runId ?? `${new Date().toISOString().slice(0, 10)}-${config.dataset.name}-${config.model.name}-${id.slice(0, 8)}`; // prettier-ignore
  return {
    id,
    kind,
    config: JSON.stringify(config),
    share: share ? JSON.stringify(share) : null,
    priority,
    max_attempts: maxAttempts,
    time_limit_seconds: timeLimitSeconds ?? null,
    memory_limit_mb: memoryLimitMb ?? null,
    group: group ?? null,
    idempotency_key: request.idempotencyKey ?? null,
    request_hash: createHash('sha256')
      .update(stableJson({ kind, config, share: share ?? null }))
      .digest('hex'),
    epochs: config.training.epochs,
    run_id: runId,
    run_dir: join(runsDir, runId),
  };
}

/** The job that a request met in place of a new one. */
async function sameRequest(queries: Core['database'] | Parameters<typeof jobFrom>[0], row: NewRow): Promise<Job> {
  const same = await jobFrom(
    queries,
    'select * from cardio.job where idempotency_key = $1 and request_hash = $2',
    [row.idempotency_key, row.request_hash],
  ); // prettier-ignore
  if (same) return same;
  const other = await jobFrom(queries, 'select * from cardio.job where idempotency_key = $1', [row.idempotency_key]);
  throw new CardioError(
    'usage',
    other
      ? `The idempotency key \`${row.idempotency_key}\` belongs to another request (job ${other.id}).`
      : `There is a run \`${row.run_id}\` of another job. Choose another name.`,
  );
}

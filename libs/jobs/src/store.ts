import type { ExperimentConfig } from '@cardio/experiment';

import type { Queries } from './database/database.js';
import type { Job, JobError, JobEvent, JobKind, JobMetrics, JobState } from './job.js';

/** A row of `cardio.job`. */
interface JobRow {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly config: ExperimentConfig;
  readonly share: Job['share'];
  readonly priority: number;
  readonly attempts: number;
  readonly claims: number;
  readonly max_attempts: number;
  readonly time_limit_seconds: number | null;
  readonly memory_limit_mb: number | null;
  readonly group: string | null;
  readonly progress: number;
  readonly epoch: number;
  readonly epochs: number;
  readonly metrics: Job['metrics'];
  readonly scores: Job['scores'];
  readonly run_id: string;
  readonly run_dir: string;
  readonly worker: string | null;
  readonly cancel_requested: boolean;
  readonly error: JobError | null;
  readonly created_at: Date;
  readonly started_at: Date | null;
  readonly updated_at: Date;
  readonly finished_at: Date | null;
}

/** A job of its row. */
const jobOf = (row: JobRow): Job => ({
  ...{
    id: row.id,
    kind: row.kind,
    state: row.state,
    config: row.config,
    share: row.share,
    priority: row.priority,
    group: row.group,
  },
  ...{
    attempts: row.attempts,
    maxAttempts: row.max_attempts,
    claims: row.claims,
    epoch: row.epoch,
    epochs: row.epochs,
  },
  ...{ timeLimitSeconds: row.time_limit_seconds, memoryLimitMb: row.memory_limit_mb, progress: row.progress },
  ...{ metrics: row.metrics, scores: row.scores, runId: row.run_id, runDir: row.run_dir, worker: row.worker },
  ...{ cancelRequested: row.cancel_requested, error: row.error, createdAt: row.created_at, startedAt: row.started_at },
  ...{ updatedAt: row.updated_at, finishedAt: row.finished_at },
});

/** The job of a statement that returns its row; `undefined` where it met none. */
export async function jobFrom(queries: Queries, text: string, values: readonly unknown[]): Promise<Job | undefined> {
  const [row] = await queries.query<JobRow>(text, values);
  return row && jobOf(row);
}

/** Which jobs are listed. */
export interface JobFilter {
  readonly state?: JobState;
  readonly group?: string;
  /** The latest so many; 100 by default. */
  readonly limit?: number;
}

/** Jobs, the latest first. */
export async function listJobs(queries: Queries, { state, group, limit = 100 }: JobFilter): Promise<Job[]> {
  const rows = await queries.query<JobRow>(
    `select * from cardio.job where ($1::text is null or state = $1) and ($2::text is null or "group" = $2)
     order by created_at desc, id limit $3`,
    [state ?? null, group ?? null, limit],
  );
  return rows.map(jobOf);
}

/** Adds an event; it is seen by readers in the order of its id. */
export async function addEvent(queries: Queries, jobId: string, type: JobEvent['type'], data: object): Promise<void> {
  await queries.query('insert into cardio.event (job_id, type, data) values ($1, $2, $3)', [
    jobId,
    type,
    JSON.stringify(data),
  ]);
}

/** Adds the event of a job's new state. */
export const addStateEvent = (queries: Queries, { id, state, attempts, worker, error }: Job): Promise<void> =>
  addEvent(queries, id, 'state', { state, attempts, worker, error });

/** Events of a job after a certain one. */
export async function eventsAfter(queries: Queries, jobId: string, after: number, limit = 500): Promise<JobEvent[]> {
  const rows = await queries.query<{
    id: string | number;
    type: JobEvent['type'];
    data: Record<string, unknown>;
    at: Date;
  }>('select id, type, data, at from cardio.event where job_id = $1 and id > $2 order by id limit $3', [
    jobId,
    after,
    limit,
  ]);
  return rows.map(({ id, type, data, at }) => ({ id: Number(id), jobId, type, data, at }));
}

/** Numbers of every epoch. */
export async function metricsOf(queries: Queries, jobId: string): Promise<JobMetrics[]> {
  return queries.query<{ epoch: number; row: Record<string, unknown> }>(
    'select epoch, row from cardio.metric where job_id = $1 order by epoch',
    [jobId],
  );
}

import type { Database, Queries } from './database/database.js';
import type { Job, JobError, JobMetrics } from './job.js';
import type { Queue } from './queue.js';
import { addEvent, addStateEvent, jobFrom } from './store.js';

/** The right of one worker to run a job: while it lasts nobody else does, and what comes from an older one is refused. */
export interface Claim {
  readonly jobId: string;
  readonly worker: string;
  /** Which of all that the job ever had. */
  readonly number: number;
}

const held = 'id = $1 and worker = $2 and claims = $3 and state = \'running\''; // prettier-ignore
const of = ({ jobId, worker, number }: Claim): unknown[] => [jobId, worker, number];

/** Who takes jobs, and where it keeps their runs. */
interface Taker {
  readonly worker: string;
  readonly runsDir: string;
}

/** Takes a queued job for so many seconds; `undefined` when it is not queued (any more). */
export async function takeJob(
  database: Database,
  id: string,
  { worker, runsDir }: Taker,
  seconds: number,
): Promise<Job | undefined> {
  return database.transaction(async (tx) => {
    const job = await jobFrom(
      tx,
      `update cardio.job set state = 'running', worker = $2, attempts = attempts + 1, claims = claims + 1, updated_at = now(), error = null,
         started_at = coalesce(started_at, now()), run_dir = $4 || '/' || run_id, lease_until = now() + make_interval(secs => $3)
       where id = $1 and state = 'queued' returning *`,
      [id, worker, seconds, runsDir],
    );
    if (job) await addStateEvent(tx, job);
    return job;
  });
}

/** Keeps a claim for so many seconds more, with what the job has come to; `undefined` when it is lost. */
export async function keepClaim(
  queries: Queries,
  claim: Claim,
  seconds: number,
  { progress, epoch, epochs, metrics }: Pick<Job, 'progress' | 'epoch' | 'epochs' | 'metrics'>,
): Promise<Job | undefined> {
  return jobFrom(
    queries,
    `update cardio.job set lease_until = now() + make_interval(secs => $4), progress = $5, epoch = $6, epochs = $7, metrics = $8,
       updated_at = now()
     where ${held} returning *`,
    [...of(claim), seconds, progress, epoch, epochs, JSON.stringify(metrics)],
  );
}

/** Writes the numbers of epochs that are not known yet, each with its event. @returns false when the claim is lost */
export async function addMetrics(database: Database, claim: Claim, metrics: readonly JobMetrics[]): Promise<boolean> {
  return database.transaction(async (tx) => {
    const job = await jobFrom(tx, `select * from cardio.job where ${held} for update`, of(claim));
    if (!job) return false;
    const known = await tx.query<{ epoch: number }>('select epoch from cardio.metric where job_id = $1', [claim.jobId]);
    const have = new Set(known.map(({ epoch }) => epoch));
    for (const { epoch, row } of metrics.filter((one) => !have.has(one.epoch))) {
      await tx.query('insert into cardio.metric (job_id, epoch, row) values ($1, $2, $3)', [
        claim.jobId,
        epoch,
        JSON.stringify(row),
      ]);
      await addEvent(tx, claim.jobId, 'metrics', row);
    }
    return true;
  });
}

/** Writes a line of the log, unless the claim is lost: its row is locked, so that events have the order of their ids. */
export async function addLog(queries: Queries, claim: Claim, line: object): Promise<void> {
  await queries.query(
    `with job as (select id from cardio.job where ${held} for update)
     insert into cardio.event (job_id, type, data) select id, 'log', $4::jsonb from job`,
    [...of(claim), JSON.stringify(line)],
  );
}

/** How an attempt ends for good. */
type Ending =
  | { readonly state: 'completed'; readonly scores: Job['scores'] }
  | { readonly state: 'cancelled' }
  | { readonly state: 'failed'; readonly error: JobError };

/** Ends a job. @returns false when the claim is lost */
export async function endJob(database: Database, claim: Claim, ending: Ending): Promise<boolean> {
  return database.transaction(async (tx) => {
    const job = await jobFrom(
      tx,
      `update cardio.job set state = $4, error = $5, scores = coalesce($6, scores), lease_until = null, finished_at = now(),
         updated_at = now(), progress = case when $4 = 'completed' then 100 else progress end
       where ${held} returning *`,
      [
        ...of(claim),
        ending.state,
        ending.state === 'failed' ? JSON.stringify(ending.error) : null,
        ending.state === 'completed' && ending.scores ? JSON.stringify(ending.scores) : null,
      ],
    );
    if (job) await addStateEvent(tx, job);
    return job !== undefined;
  });
}

/**
 * Gives a job back to the queue: because its worker stops, which costs it no attempt, or because the attempt crashed. One that crashed as often as
 * it may has failed with the reason of the last.
 */
export async function giveBack(database: Database, queue: Queue, claim: Claim, crash?: JobError): Promise<boolean> {
  return database.transaction(async (tx) => {
    const job = await jobFrom(tx, `select * from cardio.job where ${held} for update`, of(claim));
    if (!job) return false;
    await requeue(tx, queue, job, crash);
    return true;
  });
}

/** Gives back the jobs whose workers did not keep their claims (they died, or can't reach the database), and queues again those whose message was lost. */
export async function giveBackLost(database: Database, queue: Queue): Promise<number> {
  return database.transaction(async (tx) => {
    const ids = await tx.query<{ id: string }>(
      "select id from cardio.job where state = 'running' and lease_until < now() for update skip locked",
    );
    for (const { id } of ids) {
      const job = await jobFrom(tx, 'select * from cardio.job where id = $1', [id]);
      if (!job) continue;
      await requeue(tx, queue, job, { code: 'crashed', message: `Its worker ${job.worker} was lost.` });
    }
    const forgotten = await queue.forgotten(tx);
    for (const { id, priority } of forgotten) await queue.push(tx, id, priority);
    return ids.length + forgotten.length;
  });
}

async function requeue(tx: Queries, queue: Queue, job: Job, crash: JobError | undefined): Promise<void> {
  const [state, error] = job.cancelRequested
    ? (['cancelled', null] as const)
    : crash && job.attempts >= job.maxAttempts
      ? (['failed', { ...crash, message: `${crash.message} It was tried ${job.attempts} times.` }] as const)
      : (['queued', crash ?? null] as const);
  const next = await jobFrom(
    tx,
    `update cardio.job set state = $2, error = $3, worker = case when $2 = 'queued' then null else worker end, lease_until = null,
       updated_at = now(), finished_at = case when $2 = 'queued' then null else now() end, attempts = attempts - $4
     where id = $1 returning *`,
    [job.id, state, error && JSON.stringify(error), crash ? 0 : 1],
  );
  if (!next) return;
  await addStateEvent(tx, next);
  if (state === 'queued') await queue.push(tx, job.id, job.priority);
}

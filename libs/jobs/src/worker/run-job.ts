import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { runFiles } from '@cardio/experiment';

import type { Artifacts } from '../artifacts/artifacts.js';
import type { FromChild } from '../child/messages.js';
import { addLog, addMetrics, endJob, giveBack, keepClaim, type Claim } from '../claims.js';
import type { Database } from '../database/database.js';
import type { Job, JobError, JobMetrics } from '../job.js';
import type { Queue } from '../queue.js';
import { startProcess, type Exit } from './job-process.js';
import { memoryOf } from './memory.js';

/** What a running job needs of its worker. */
interface Surroundings {
  readonly database: Database;
  readonly queue: Queue;
  readonly artifacts: Artifacts | undefined;
  /** How long a claim lasts without being kept. */
  readonly leaseSeconds: number;
  /** How long a process may take to stop with a checkpoint before it is killed. */
  readonly graceMs: number;
  readonly onProblem: (message: string) => void;
}

/** A job that a worker runs. */
export interface RunningJob {
  readonly jobId: string;
  /** Resolves when the job was ended, given back, or is somebody else's. */
  readonly finished: Promise<void>;
  /** Stops it with a checkpoint and gives it back to the queue. */
  release(): void;
}

/** Why a job's process is made to stop. */
type Reason = 'cancel' | 'release' | 'lost' | 'time-limit' | 'memory-limit';

/** Runs a job that was just taken. */
export function runJob(job: Job, claim: Claim, surroundings: Surroundings): RunningJob {
  const running = new Running(job, claim, surroundings);
  return { jobId: job.id, finished: running.finish(), release: () => running.stop('release') };
}

class Running {
  private reason: Reason | undefined;
  private process: ReturnType<typeof startProcess> | undefined;
  private status: Pick<Job, 'progress' | 'epoch' | 'epochs' | 'metrics'>;
  private keptAt = performance.now();
  private readonly startedAt = performance.now();
  /** Everything that is written, one after the other. */
  private writing: Promise<unknown> = Promise.resolve();
  private publishing: Promise<unknown> = Promise.resolve();
  private beating = false;

  constructor(
    private readonly job: Job,
    private readonly claim: Claim,
    private readonly around: Surroundings,
  ) {
    this.status = job;
  }

  async finish(): Promise<void> {
    const heart = setInterval(() => void this.beat(), 1000);
    try {
      await this.around.artifacts?.fetch(this.job.runId, this.job.runDir);
      if (this.reason === undefined) {
        this.process = startProcess(this.job, (message) => this.hear(message));
      }
      const exit: Exit = (await this.process?.exit) ?? { type: 'stopped' };
      await this.publishing;
      await this.publish();
      this.keepMetrics();
      await this.writing;
      if (this.reason !== 'lost') await this.untilWritten(() => this.end(exit));
    } catch (error) {
      // What fails here is not the job's fault: storage or database. Another attempt may do better.
      const message = `Its worker failed: ${String(error)}`;
      this.around.onProblem(`Job ${this.job.id}: ${message}`);
      this.process?.kill();
      await this.process?.exit;
      await this.untilWritten(() => this.giveBack({ code: 'crashed', message }));
    } finally {
      clearInterval(heart);
    }
  }

  stop(reason: Reason): void {
    if (this.reason !== undefined) return;
    this.reason = reason;
    if (reason === 'lost' || reason === 'memory-limit') this.process?.kill();
    else this.process?.stop(this.around.graceMs);
  }

  /** Keeps the claim, and looks whether the job may go on. */
  private async beat(): Promise<void> {
    const { leaseSeconds } = this.around;
    if (performance.now() - this.keptAt > 900 * leaseSeconds) return this.stop('lost'); // before somebody else may take it
    const { timeLimitSeconds, memoryLimitMb } = this.job;
    if (timeLimitSeconds !== null && performance.now() - this.startedAt > 1000 * timeLimitSeconds)
      this.stop('time-limit');
    const megabytes = this.process && memoryOf(this.process.pid);
    if (memoryLimitMb !== null && megabytes !== undefined && megabytes > memoryLimitMb) this.stop('memory-limit');
    if (this.beating) return;
    this.beating = true;
    const asked = performance.now();
    try {
      const now = await keepClaim(this.around.database, this.claim, leaseSeconds, this.status);
      if (!now) return this.stop('lost');
      this.keptAt = asked;
      if (now.cancelRequested) this.stop('cancel');
    } catch {
      // The database does not answer: the next beat asks again, while the claim lasts.
    } finally {
      this.beating = false;
    }
  }

  private hear(message: FromChild): void {
    if (message.type === 'log')
      this.write(() => addLog(this.around.database, this.claim, { level: message.level, message: message.message }));
    else if (message.type === 'step') {
      const { epoch, epochs, share, loss } = message;
      this.progress(epoch, epochs, (epoch - 1 + share) / epochs, { trainLoss: Number.isFinite(loss) ? loss : null });
    } else if (message.type === 'epoch') {
      this.progress(message.epoch, message.epochs, message.epoch / message.epochs, {});
      this.keepMetrics();
    } else if (message.type === 'checkpoint' && this.around.artifacts) {
      const { onProblem } = this.around;
      this.publishing = this.publishing
        .then(() => this.publish())
        .catch((error: unknown) => onProblem(`Job ${this.job.id}: its checkpoint was not stored: ${String(error)}`));
    }
  }

  /** What a worker has whose claim is lost is older than what its successor publishes. */
  private async publish(): Promise<void> {
    if (this.reason !== 'lost')
      await this.around.artifacts?.publish(this.job.runId, this.job.runDir, this.claim.number);
  }

  private progress(epoch: number, epochs: number, share: number, metrics: Job['metrics']): void {
    const progress = Math.max(this.status.progress, Math.min(99, Math.floor(1000 * share) / 10));
    this.status = { progress, epoch, epochs, metrics: { ...this.status.metrics, ...metrics } };
  }

  /** The epochs of the run's file, of which the database takes those that it lacks. */
  private keepMetrics(): void {
    const rows = readMetrics(join(this.job.runDir, runFiles.metrics));
    const latest = rows.at(-1)?.row;
    if (latest) this.status = { ...this.status, metrics: { ...this.status.metrics, ...numbersOf(latest) } };
    this.write(async () => {
      if (!(await addMetrics(this.around.database, this.claim, rows))) this.stop('lost');
    });
  }

  /** What fails to be written now is told; epochs are written with the next ones, or at the end. */
  private write(work: () => Promise<void>): void {
    this.writing = this.writing
      .then(work)
      .catch((error: unknown) => this.around.onProblem(`Job ${this.job.id}: ${String(error)}`));
  }

  /** Until the database has it, or the claim is over. */
  private async untilWritten(work: () => Promise<unknown>): Promise<void> {
    for (let told = ''; ;) {
      try {
        const rows = readMetrics(join(this.job.runDir, runFiles.metrics));
        if (!(await addMetrics(this.around.database, this.claim, rows))) return;
        await keepClaim(this.around.database, this.claim, this.around.leaseSeconds, this.status);
        await work();
        return;
      } catch (error) {
        if (String(error) !== told) this.around.onProblem(`Job ${this.job.id}: ${(told = String(error))}`);
        if (performance.now() - this.keptAt > 1000 * this.around.leaseSeconds) return;
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    }
  }

  private end(exit: Exit): Promise<unknown> {
    const { database } = this.around;
    const fail = (error: JobError) => endJob(database, this.claim, { state: 'failed', error });
    if (exit.type === 'done') return endJob(database, this.claim, { state: 'completed', scores: exit.scores });
    if (this.reason === 'cancel') return endJob(database, this.claim, { state: 'cancelled' });
    if (this.reason === 'release') return this.giveBack();
    if (this.reason === 'time-limit') {
      return fail({
        code: 'time-limit',
        message: `It took longer than ${this.job.timeLimitSeconds} s. Its checkpoint is kept.`,
      });
    }
    if (this.reason === 'memory-limit') {
      return fail({ code: 'memory-limit', message: `Its process held more than ${this.job.memoryLimitMb} MB.` });
    }
    if (exit.type === 'error' && exit.code !== 'crashed') return fail({ code: exit.code, message: exit.message });
    return this.giveBack({ code: 'crashed', message: 'message' in exit ? exit.message : 'It stopped unasked.' });
  }

  private giveBack(crash?: JobError): Promise<unknown> {
    return giveBack(this.around.database, this.around.queue, this.claim, crash);
  }
}

/** Whole lines of a run's `metrics.jsonl`. */
function readMetrics(path: string): JobMetrics[] {
  if (!existsSync(path)) return [];
  return readFileSync(path, 'utf8')
    .split('\n')
    .slice(0, -1)
    .map((line) => JSON.parse(line) as { epoch: number })
    .map((row) => ({ epoch: row.epoch, row: { ...row } }));
}

/** The numbers of an epoch, those of validation as `validation.NAME`. */
function numbersOf(row: Readonly<Record<string, unknown>>, prefix = ''): Record<string, number | null> {
  const result: Record<string, number | null> = {};
  for (const [name, value] of Object.entries(row)) {
    if (typeof value === 'number' || value === null) result[`${prefix}${name}`] = value;
    else if (typeof value === 'object' && !Array.isArray(value))
      Object.assign(result, numbersOf(value as object as Record<string, unknown>, `${prefix}${name}.`));
  }
  return result;
}

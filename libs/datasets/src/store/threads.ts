import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { CardioError, type ErrorCode } from '@cardio/core';
import type { TaskName } from './worker.js';

/** Threads that all do the same kind of job. */
export interface Threads<Job, Result> {
  readonly count: number;
  /**
   * Gives a job to the thread with the fewest waiting; each thread does its jobs one after the other.
   *
   * @param onNote called with whatever the job tells while it runs
   */
  run(job: Job, onNote?: (note: unknown) => void): Promise<Result>;
  close(): Promise<void>;
}

/** What a thread answers; `id` is the job's. */
export type Answer =
  | { readonly ready: true }
  | { readonly id: number; readonly note: unknown }
  | { readonly id: number; readonly value: unknown }
  | { readonly id: number; readonly error: { readonly code?: ErrorCode; readonly message: string } };

interface Waiting {
  readonly thread: number;
  readonly resolve: (value: never) => void;
  readonly reject: (error: unknown) => void;
  readonly onNote?: ((note: unknown) => void) | undefined;
}

/**
 * Starts threads for a task. Where threads can't be started (a bundle without the worker's file, a runtime without threads), warns once
 * and returns `undefined`: the caller goes on in its own thread.
 *
 * @param init given to the task in each thread; structured-cloneable
 * @throws {CardioError} what the task's start throws
 */
export async function startThreads<Job, Result>(
  task: TaskName,
  init: unknown,
  count: number,
): Promise<Threads<Job, Result> | undefined> {
  let workers: Worker[] = [];
  try {
    workers = Array.from({ length: count }, () => startWorker({ task, init }));
    await Promise.all(workers.map(ready));
  } catch (error) {
    await Promise.all(workers.map((worker) => worker.terminate()));
    if (error instanceof CardioError) throw error;
    warnOnce(`Worker threads can't be started, so the work is done in this thread: ${(error as Error).message}`);
    return undefined;
  }
  return pool(workers);
}

function pool<Job, Result>(workers: readonly Worker[]): Threads<Job, Result> {
  const waiting = new Map<number, Waiting>();
  const load = workers.map(() => 0);
  let jobs = 0;
  let closing = false; // a process must live to see its threads end, or what awaits that never goes on

  const finish = (id: number): Waiting | undefined => {
    const job = waiting.get(id);
    if (!job) return undefined;
    waiting.delete(id);
    if (--load[job.thread] === 0 && !closing) workers[job.thread].unref(); // an idle thread keeps no process alive
    return job;
  };
  workers.forEach((worker, thread) => {
    worker.on('message', (answer: Answer) => {
      if ('ready' in answer) return;
      if ('note' in answer) waiting.get(answer.id)?.onNote?.(answer.note);
      else if ('error' in answer) finish(answer.id)?.reject(revived(answer.error));
      else finish(answer.id)?.resolve(answer.value as never); // the task's own result
    });
    const fail = (error: Error) => {
      for (const [id, job] of waiting) if (job.thread === thread) finish(id)?.reject(error);
    };
    worker.on('error', fail);
    worker.on('exit', (code) => fail(new Error(`A worker thread ended with code ${code} before its work was done.`)));
    worker.unref(); // after `on`, which refs its port
  });
  return {
    count: workers.length,
    run: (job, onNote) =>
      new Promise<Result>((resolve, reject) => {
        const thread = load.indexOf(Math.min(...load));
        const id = jobs++;
        waiting.set(id, { thread, resolve, reject, onNote });
        if (load[thread]++ === 0) workers[thread].ref();
        workers[thread].postMessage({ id, job });
      }),
    close: async () => {
      closing = true;
      await Promise.all(workers.map((worker) => worker.terminate()));
    },
  };
}

/** Sources run through tsx, which does not reach into threads by itself; what was built runs as it is. */
function startWorker(workerData: { readonly task: TaskName; readonly init: unknown }): Worker {
  const built = builtWorker();
  if (built) return new Worker(built, { workerData });
  const here = createRequire(import.meta.url);
  const tsx = pathToFileURL(join(dirname(here.resolve('tsx/package.json')), 'dist/esm/api/index.mjs')).href;
  const source = new URL('./worker.ts', import.meta.url).href;
  const start = `import(${JSON.stringify(tsx)}).then(({ register }) => { register(); return import(${JSON.stringify(source)}); })`;
  return new Worker(start, { eval: true, execArgv: ['--conditions=@cardio/source'], workerData });
}

/** The worker's file: beside this module, or in this library's package when this module was bundled into another's. */
function builtWorker(): string | undefined {
  if (import.meta.url.endsWith('.ts')) return undefined;
  const beside = fileURLToPath(new URL('./worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return join(dirname(createRequire(import.meta.url).resolve('@cardio/datasets/package.json')), 'dist', 'worker.js');
}

function ready(worker: Worker): Promise<void> {
  return new Promise((resolve, reject) => {
    const ended = (code: number) => reject(new Error(`the worker ended with code ${code}`));
    worker.once('error', reject);
    worker.once('exit', ended);
    worker.once('message', (answer: Answer) => {
      worker.off('error', reject).off('exit', ended);
      if ('error' in answer) reject(revived(answer.error));
      else resolve();
    });
  });
}

const revived = ({ code, message }: { code?: ErrorCode; message: string }): Error =>
  code ? new CardioError(code, message) : new Error(message);

let warned = false;

function warnOnce(message: string): void {
  if (!warned) process.emitWarning(message, { code: 'CARDIO_THREADS' });
  warned = true;
}

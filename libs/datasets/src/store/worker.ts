import { parentPort, workerData, type TransferListItem } from 'node:worker_threads';
import { isCardioError } from '@cardio/core';
import { batchTask } from '../loader/batch-task.js';
import { prepareTask } from './prepare-task.js';
import type { Answer } from './threads.js';

/** Does one job; `note` tells the caller something on the way. */
export type DoJob<Job, Result> = (
  job: Job,
  note: (note: unknown) => void,
) => Promise<{ readonly value: Result; readonly transfer?: readonly TransferListItem[] }>;

const tasks = { prepare: prepareTask, batch: batchTask };

/** What a thread can be started for. */
export type TaskName = keyof typeof tasks;

/** The file a thread starts with: it sets its task up, says so, and then does one job after the other. */
async function start(): Promise<void> {
  const port = parentPort;
  if (!port) return;
  const answer = (message: Answer, transfer: readonly TransferListItem[] = []) => port.postMessage(message, transfer);
  const { task, init } = workerData as { task: TaskName; init: never };
  let doJob: DoJob<never, unknown>;
  try {
    doJob = await tasks[task](init);
  } catch (error) {
    answer({ id: -1, error: described(error) });
    return;
  }
  let last: Promise<void> = Promise.resolve();
  port.on('message', ({ id, job }: { id: number; job: never }) => {
    const run = async (): Promise<void> => {
      try {
        const { value, transfer } = await doJob(job, (note) => answer({ id, note }));
        answer({ id, value }, transfer);
      } catch (error) {
        answer({ id, error: described(error) });
      }
    };
    last = last.then(run);
  });
  answer({ ready: true });
}

function described(error: unknown): Extract<Answer, { error: unknown }>['error'] {
  if (isCardioError(error)) return { code: error.code, message: error.message };
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) };
}

void start();

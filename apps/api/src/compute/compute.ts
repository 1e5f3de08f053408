import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { CardioError, type ErrorCode } from '@cardio/core';

import { Problem } from '../http/problem.js';
import type { Question, Reply, Results, Task } from './messages.js';

/** A process beside the service that does what takes long. */
export interface Compute {
  /** @throws {CardioError | Problem} what the task itself throws; `Problem` 503 when the queue is full or the process died of it */
  run<T extends Task>(task: T): Promise<Results[T['what']]>;
  close(): void;
}

/** So many wait at most; more are refused. */
const mostWaiting = 32;

/** Starts the process with the first task, and again after it died. */
export function startCompute(): Compute {
  let child: ChildProcess | undefined;
  let [next, closed] = [1, false];
  const waiting = new Map<number, { resolve(value: unknown): void; reject(error: Error): void }>();
  const start = (): ChildProcess => {
    const started = fork(...program());
    started.on('message', (reply: Reply) => {
      const asked = waiting.get(reply.id);
      waiting.delete(reply.id);
      if ('result' in reply) asked?.resolve(reply.result);
      else asked?.reject(errorOf(reply.error));
    });
    started.on('exit', () => {
      if (child === started) child = undefined;
      for (const { reject } of waiting.values())
        reject(new Problem(503, 'The process that computes ended; ask again.'));
      waiting.clear();
    });
    return started;
  };
  return {
    run(task) {
      if (closed || waiting.size >= mostWaiting) {
        return Promise.reject(
          new Problem(503, `${waiting.size} predictions and exports are waiting; ask again later.`),
        );
      }
      child ??= start();
      const question: Question = { id: next++, task };
      return new Promise((resolve, reject) => {
        waiting.set(question.id, { resolve: resolve as (value: unknown) => void, reject });
        child?.send(question);
      });
    },
    close() {
      closed = true;
      child?.kill('SIGKILL');
    },
  };
}

/** Built, or from sources through tsx. */
function program(): Parameters<typeof fork> {
  const env = { ...process.env, NODE_OPTIONS: '' };
  const source = fileURLToPath(new URL('./main.ts', import.meta.url));
  if (!import.meta.url.endsWith('.ts') || !existsSync(source)) {
    return [fileURLToPath(new URL('./compute.js', import.meta.url)), [], { env }];
  }
  const tsx = join(dirname(createRequire(import.meta.url).resolve('tsx/package.json')), 'dist/loader.mjs');
  return [source, [], { env, execArgv: ['--conditions=@cardio/source', '--import', tsx] }];
}

function errorOf({ code, message }: { readonly code: string | null; readonly message: string }): Error {
  return code === null ? new Error(message) : new CardioError(code as ErrorCode, message); // it was a CardioError there
}

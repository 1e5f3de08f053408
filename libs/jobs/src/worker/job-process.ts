import type { ChildProcess } from 'node:child_process';

import type { FromChild, ToChild } from '../child/messages.js';
import { spawnChild } from '../child/spawn.js';
import type { Job } from '../job.js';

/** How the process of a job ended. */
export type Exit =
  /** With what it said last. */
  | Extract<FromChild, { type: 'done' | 'stopped' | 'error' }>
  /** Without a word. */
  | { readonly type: 'died'; readonly message: string };

/** A job's process. */
interface JobProcess {
  readonly pid: number;
  readonly exit: Promise<Exit>;
  /** Asks it to stop with a checkpoint, and kills it when it takes longer than so many milliseconds. */
  stop(withinMs: number): void;
  kill(): void;
}

/** Characters of what a process wrote on stderr that are kept for its error. */
const kept = 4000;

/** Starts a job in a process of its own. */
export function startProcess(job: Job, onMessage: (message: FromChild) => void): JobProcess {
  const child = spawnChild({ heapMb: job.memoryLimitMb ?? undefined });
  let [last, errors]: [Exit | undefined, string] = [undefined, ''];
  child.stderr?.on('data', (chunk: Buffer) => (errors = `${errors}${chunk.toString()}`.slice(-kept)));
  child.on('message', (message: FromChild) => {
    if (message.type === 'ready') {
      send(child, { type: 'start', kind: job.kind, config: job.config, runDir: job.runDir, share: job.share });
    } else if (message.type === 'done' || message.type === 'stopped' || message.type === 'error') last = message;
    else onMessage(message);
  });
  const exit = new Promise<Exit>((resolve) => {
    child.on('error', (error) => resolve({ type: 'died', message: `Its process did not start: ${error.message}` }));
    child.on('close', (code, signal) =>
      resolve(
        last ?? {
          type: 'died',
          message: `Its process ended ${signal ? `by ${signal}` : `with code ${code}`}.${errors && ` It wrote: ${errors.trim()}`}`,
        },
      ),
    );
  });
  return {
    pid: child.pid ?? -1,
    exit,
    stop(withinMs) {
      send(child, { type: 'stop' });
      const timer = setTimeout(() => child.kill('SIGKILL'), withinMs);
      void exit.then(() => clearTimeout(timer));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** To a process that may be gone. */
const send = (child: ChildProcess, message: ToChild): void => {
  if (child.connected) child.send(message, () => undefined);
};

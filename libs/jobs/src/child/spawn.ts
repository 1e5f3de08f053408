import { fork, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { setPriority } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** How the process of a job is started. */
interface SpawnOptions {
  /** Of the JavaScript heap; tensors are outside it, and {@link memoryOf} sees them. */
  readonly heapMb?: number | undefined;
}

/** Trainings yield to the service beside them, whose answers are short; where nothing else runs they lose nothing. */
const niceness = 10;

/** Starts a process that waits for a job; from sources it runs them through tsx. */
export function spawnChild({ heapMb }: SpawnOptions = {}): ChildProcess {
  const heap = heapMb === undefined ? [] : [`--max-old-space-size=${Math.ceil(heapMb)}`];
  const built = builtChild();
  const execArgv = built ? heap : [...heap, '--conditions=@cardio/source', '--import', tsx()];
  const child = fork(built ?? fileURLToPath(new URL('./main.ts', import.meta.url)), {
    execArgv,
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
  try {
    if (child.pid !== undefined) setPriority(child.pid, niceness); // before its engine starts threads, which inherit it
  } catch {
    // It runs as it is where that is not allowed.
  }
  return child;
}

/** Beside this module once it is built, or in this library's package when it was bundled into another's. */
function builtChild(): string | undefined {
  if (import.meta.url.endsWith('.ts')) return undefined;
  const beside = fileURLToPath(new URL('./child.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return join(dirname(createRequire(import.meta.url).resolve('@cardio/jobs/package.json')), 'dist', 'child.js');
}

const tsx = (): string => {
  const here = createRequire(import.meta.url);
  return join(dirname(here.resolve('tsx/package.json')), 'dist/loader.mjs');
};

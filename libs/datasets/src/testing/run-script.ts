import { spawn, type ChildProcess } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';

/** Runs a script of this folder in a process of its own, with one argument as JSON; its errors are shown. */
export function runScript(name: string, argument: unknown): ChildProcess {
  const tsx = join(dirname(createRequire(import.meta.url).resolve('tsx/package.json')), 'dist/loader.mjs');
  const script = fileURLToPath(new URL(`./${name}`, import.meta.url));
  const flags = ['--conditions=@cardio/source', '--import', pathToFileURL(tsx).href, script, JSON.stringify(argument)];
  return spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'inherit'] });
}

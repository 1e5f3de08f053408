import { spawn } from 'node:child_process';
import { homedir } from 'node:os';
import { join } from 'node:path';

/** What installing needs of the machine; tests pass their own. */
export interface System {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  /** Runs a command to its end, or ends it after `timeoutSeconds`; never rejects. */
  run(command: string, args: readonly string[], options?: RunOptions): Promise<Outcome>;
}

interface RunOptions {
  readonly cwd?: string;
  readonly timeoutSeconds?: number;
  /** Added to the environment. */
  readonly env?: Readonly<Record<string, string>>;
}

export interface Outcome {
  /** Exit code 0. */
  readonly ok: boolean;
  /** The command itself is not there. */
  readonly missing: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** The machine that this process runs on. */
export const thisSystem: System = { env: process.env, platform: process.platform, arch: process.arch, run };

/** Where the platform keeps what it fetched and compiled: `$CARDIO_HOME`, or `~/.cardio`. */
export const cardioHome = (env: System['env']): string => env['CARDIO_HOME'] ?? join(homedir(), '.cardio');

function run(command: string, args: readonly string[], options: RunOptions = {}): Promise<Outcome> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, ...options.env },
      ...(options.cwd !== undefined && { cwd: options.cwd }),
      ...(options.timeoutSeconds !== undefined && { timeout: options.timeoutSeconds * 1000 }),
    });
    const output = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (output.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (output.stderr += chunk.toString()));
    child.on('error', (error) => resolve({ ok: false, missing: true, stdout: '', stderr: error.message }));
    child.on('close', (code, signal) => {
      if (signal !== null) output.stderr += `\nended by ${signal}`;
      resolve({ ok: code === 0, missing: false, ...output });
    });
  });
}

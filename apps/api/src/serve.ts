import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseEnv } from 'node:util';

import { CardioError } from '@cardio/core';
import { loadPlugins } from '@cardio/experiment';
import { openJobs } from '@cardio/jobs';

import { buildApi } from './api.js';
import { startCompute } from './compute/compute.js';
import type { ApiOptions } from './options.js';
import { readTokens } from './security/tokens.js';

/** How the service is started. Folders are relative to the working folder. */
export interface ServeOptions {
  /** Default 127.0.0.1; anything else needs tokens. */
  readonly host?: string | undefined;
  /** Default 8001; 0: any that is free. */
  readonly port?: number | undefined;
  /** PostgreSQL server; without it one is embedded, in `.cardio/jobs`. */
  readonly databaseUrl?: string | undefined;
  /** `s3://bucket/prefix`, where workers share no runs folder. */
  readonly artifacts?: string | undefined;
  readonly runsDir?: string | undefined;
  readonly dataDir?: string | undefined;
  /** Folders besides that requests may name files in. */
  readonly allowedDirs?: readonly string[];
  readonly allowedOrigins?: readonly string[];
  /** Jobs at once in this process; 0: none, other workers do them. Default `TRAINING_MAX_CONCURRENT_JOBS`, or 1. */
  readonly concurrency?: number | undefined;
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly limits?: ApiOptions['limits'];
  readonly logLevel?: ApiOptions['logLevel'] | undefined;
}

/** A service that listens. */
export interface Service {
  /** Such as `http://127.0.0.1:8001`. */
  readonly address: string;
  /** Ends requests, gives running jobs back to the queue with a checkpoint, and closes the database. */
  close(): Promise<void>;
}

const loopback = ['127.0.0.1', '::1', 'localhost'];

/**
 * Starts the service: API, dashboard, queue and a worker.
 *
 * @throws {CardioError} `usage` without a token on an address that others reach, `unavailable` for a port or a database that can't be had
 */
export async function serve(options: ServeOptions = {}): Promise<Service> {
  const { host = '127.0.0.1', port = 8001, databaseUrl, artifacts, concurrency, logLevel = 'info' } = options;
  const env = { ...dotEnv(), ...(options.env ?? process.env) };
  const tokens = readTokens(env['TRAINING_API_TOKEN']);
  if (tokens.length === 0 && !loopback.includes(host)) {
    throw new CardioError(
      'usage',
      `Others reach ${host}, so it needs a token: set TRAINING_API_TOKEN, such as to that of \`openssl rand -hex 24\`, or listen on 127.0.0.1.`,
    );
  }
  await loadPlugins(env['TRAINING_PLUGIN']?.split(',') ?? []);
  const [runsDir, dataDir] = [resolve(options.runsDir ?? 'runs'), resolve(options.dataDir ?? 'datasets')];
  for (const folder of [runsDir, dataDir]) mkdirSync(folder, { recursive: true });
  const say: { problem: (message: string) => void } = { problem: () => undefined };
  const onProblem = (message: string): void => say.problem(message);
  const jobs = await openJobs({ databaseUrl, artifacts, runsDir, onProblem });
  const compute = startCompute();
  try {
    const { allowedOrigins = [], allowedDirs = [], limits = {} } = options;
    const allowed = allowedDirs.map((dir) => resolve(dir));
    const app = await buildApi({
      ...{ jobs, compute, runsDir, dataDir, env, tokens, allowedOrigins, allowedDirs: allowed, limits, logLevel },
      dashboardDir: fileURLToPath(new URL('../../dashboard/dist', import.meta.url)),
    });
    say.problem = (message) => app.log.warn(message);
    const address = await app.listen({ host, port }).catch((cause: unknown) => {
      throw new CardioError('unavailable', `Can't listen on ${host}:${port}: ${(cause as Error).message}`, { cause });
    });
    const worker =
      concurrency === 0
        ? undefined
        : jobs.work({
            ...(concurrency !== undefined && { concurrency }),
            onProblem,
            onJob: ({ id, state, runId }) => app.log.info(`job ${id} (${runId}): ${state}`),
          });
    return {
      address,
      async close() {
        await app.close();
        await worker?.stop();
        compute.close();
        await jobs.close();
      },
    };
  } catch (error) {
    compute.close();
    await jobs.close();
    throw error;
  }
}

/** Serves until SIGINT or SIGTERM; a second one quits at once. */
export async function serveUntilStopped(options: ServeOptions, onListening: (address: string) => void): Promise<void> {
  const { address, close } = await serve(options);
  onListening(address);
  await new Promise<void>((done) => {
    let stopping = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (stopping) process.exit(130);
        stopping = true;
        done();
      });
    }
  });
  await close();
}

function dotEnv(): Readonly<Record<string, string | undefined>> {
  const path = join(process.cwd(), '.env');
  return existsSync(path) ? (parseEnv(readFileSync(path, 'utf8')) as Record<string, string>) : {};
}

import { CardioError } from '@cardio/core';

import type { ServeOptions } from './serve.js';

/** Flags of `cardio serve`, as text. */
export interface ServeFlags {
  readonly host?: string;
  readonly port?: string;
  readonly databaseUrl?: string;
  readonly runsDir?: string;
  readonly dataDir?: string;
  readonly artifacts?: string;
  readonly concurrency?: string;
  readonly allowOrigin?: readonly string[];
  readonly allowDir?: readonly string[];
  readonly logLevel?: string;
}

/** Options from flags, and from `TRAINING_*` variables where a flag is not given. @throws {CardioError} `usage` for what is no number */
export function serveOptionsOf(flags: ServeFlags, env: Readonly<Record<string, string | undefined>>): ServeOptions {
  const given = (flag: string | undefined, name: string): string | undefined => flag ?? (env[name] || undefined);
  const number = (flag: string, text: string | undefined, most: number): number | undefined => {
    if (text === undefined) return undefined;
    if (/^\d+$/.test(text) && Number(text) <= most) return Number(text);
    throw new CardioError('usage', `\`${flag}\` takes a whole number up to ${most}; received \`${text}\`.`);
  };
  const levels = ['debug', 'info', 'warn', 'error'] as const;
  const origins = flags.allowOrigin ?? env['TRAINING_ALLOW_ORIGIN']?.split(',').map((origin) => origin.trim()) ?? [];
  return {
    host: given(flags.host, 'TRAINING_HOST'),
    port: number('--port', given(flags.port, 'TRAINING_PORT'), 65_535),
    databaseUrl: given(flags.databaseUrl, 'TRAINING_DATABASE_URL'),
    runsDir: given(flags.runsDir, 'TRAINING_RUNS_DIR'),
    dataDir: given(flags.dataDir, 'TRAINING_DATASETS_DIR'),
    artifacts: given(flags.artifacts, 'TRAINING_ARTIFACTS'),
    concurrency: number('--concurrency', given(flags.concurrency, 'TRAINING_MAX_CONCURRENT_JOBS'), 1000),
    allowedDirs: flags.allowDir ?? [],
    allowedOrigins: origins.filter((origin) => origin !== ''),
    logLevel: levels.find((level) => level === flags.logLevel),
    env,
  };
}

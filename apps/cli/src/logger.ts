import { join } from 'node:path';

import pino, { type Logger } from 'pino';
import pretty from 'pino-pretty';

export const logLevels = ['silent', 'error', 'warn', 'info', 'debug'] as const;
export type LogLevel = (typeof logLevels)[number];

/**
 * The log of a command: readable on the terminal (stderr, from `level` on) and, when a run's folder is given, as JSON lines in
 * `log.jsonl` (everything).
 */
export function createLogger(level: LogLevel, runDir?: string): Logger {
  const colorize = process.stderr.isTTY && process.env['NO_COLOR'] === undefined;
  const terminal = pretty({
    destination: 2,
    sync: true,
    colorize,
    ignore: 'pid,hostname',
    translateTime: 'HH:MM:ss',
    hideObject: true,
  });
  const streams: pino.StreamEntry<string>[] = [{ level: level === 'silent' ? 'fatal' : level, stream: terminal }];
  if (runDir !== undefined) {
    streams.push({
      level: 'debug',
      stream: pino.destination({ dest: join(runDir, 'log.jsonl'), append: true, mkdir: true, sync: true }),
    });
  }
  return pino({ level: 'debug', base: null, timestamp: pino.stdTimeFunctions.isoTime }, pino.multistream(streams));
}

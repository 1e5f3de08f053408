import { CardioError } from '@cardio/core';
import { openJobs } from '@cardio/jobs';

import { createLogger, type LogLevel } from '../logger.js';

/** The options of `cardio worker`. */
export interface WorkerFlags {
  readonly databaseUrl?: string;
  readonly runsDir: string;
  readonly artifacts?: string;
  readonly concurrency?: string;
  readonly name?: string;
  readonly logLevel: LogLevel;
}

/** `cardio worker`: takes jobs of a shared queue until it is told to stop; its jobs then go back to the queue with a checkpoint. */
export async function worker({
  databaseUrl,
  runsDir,
  artifacts,
  concurrency,
  name,
  logLevel,
}: WorkerFlags): Promise<void> {
  if (databaseUrl === undefined) {
    throw new CardioError(
      'usage',
      'A worker shares a PostgreSQL server with the service: name it with --database-url or TRAINING_DATABASE_URL. The embedded database has its worker in `cardio serve`.',
    );
  }
  const logger = createLogger(logLevel);
  const onProblem = (message: string): void => logger.warn(message);
  const jobs = await openJobs({ databaseUrl, runsDir, artifacts, onProblem });
  const working = jobs.work({
    onProblem,
    onJob: ({ id, state, runId }) => logger.info(`Job ${id} (${runId}): ${state}.`),
    ...(concurrency !== undefined && { concurrency: whole(concurrency) }),
    ...(name !== undefined && { name }),
  });
  logger.info(`Worker ${working.name} takes jobs of ${jobs.place}, ${working.concurrency} at once; runs are in ${runsDir}${artifacts ? ` and ${artifacts}` : ''}.`); // prettier-ignore
  await new Promise<void>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => resolve());
  });
  logger.info(`Stopping: ${working.running.length} jobs go back to the queue with a checkpoint.`);
  await working.stop();
  await jobs.close();
}

function whole(text: string): number {
  if (/^[1-9]\d*$/.test(text)) return Number(text);
  throw new CardioError('usage', `\`--concurrency\` takes a whole number from 1; received \`${text}\`.`);
}

import { CardioError } from '@cardio/core';
import { groupResult, isFinal, openJobs, trialRequests, type Job } from '@cardio/jobs';

import { createLogger, type LogLevel } from '../logger.js';
import { printJson, score, table } from '../print.js';

/** What `cardio sweep --database-url` takes. */
export interface QueuedSweep {
  readonly config?: string | undefined;
  readonly databaseUrl: string;
  readonly runsDir: string;
  readonly json?: boolean;
  readonly logLevel: LogLevel;
}

/** `cardio sweep --database-url`: the trials as jobs for all workers of a database; prints the table once they are over. */
export async function queueSweep({ config, databaseUrl, runsDir, json, logLevel }: QueuedSweep): Promise<void> {
  if (config === undefined) throw new CardioError('usage', 'Name the sweep file with --config.');
  const logger = createLogger(logLevel);
  const requests = await trialRequests(config, { env: process.env, folder: process.cwd() });
  const jobs = await openJobs({ databaseUrl, runsDir, onProblem: (message) => logger.warn(message) });
  try {
    const queued = await jobs.startAll(requests);
    const group = queued[0].group ?? '';
    logger.info(`${queued.length} trials are queued as group ${group}. Ctrl-C leaves them to the workers.`);
    const stop = new AbortController();
    process.once('SIGINT', () => stop.abort());
    const told = new Set<string>();
    let all: readonly Job[] = queued;
    while (!stop.signal.aborted && !all.every(({ state }) => isFinal(state))) {
      await new Promise((resolve) => setTimeout(resolve, 1000));
      all = await jobs.list({ group, limit: 1000 });
      for (const { id, runId, state } of all) {
        if (isFinal(state) && !told.has(id)) logger.info(`${runId}: ${state}.`);
        if (isFinal(state)) told.add(id);
      }
    }
    if (json) printJson({ group, jobs: all, ...groupResult(all) });
    else console.log(sweepTable(all));
  } finally {
    await jobs.close();
  }
}

/** The trials, the best first, by the score that they name, or macro AUROC. */
function sweepTable(all: readonly Job[]): string {
  const { scores } = groupResult(all);
  const name = ['macroAuroc', 'macroF1'].find((one) => one in scores) ?? 'loss';
  const monitorOf = ({ config }: Job): string => config.training.monitor ?? name;
  const value = (job: Job): number => job.scores?.[monitorOf(job)] ?? NaN;
  const rows = [...all].sort((a, b) => (value(b) || -Infinity) - (value(a) || -Infinity));
  const cells = rows.map((job) => [job.runId, job.state, Number.isNaN(value(job)) ? '–' : score(value(job))]);
  return table([['run', 'state', all[0] ? monitorOf(all[0]) : name], ...cells]);
}

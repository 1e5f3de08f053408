import { evaluateRun, openRun, runFiles } from '@cardio/experiment';
import { join } from 'node:path';

import { createLogger, type LogLevel } from '../logger.js';
import { counter } from '../progress.js';
import { count, runEvaluationText } from '../print.js';

/** `cardio evaluate <run>` */
export async function evaluate(
  name: string,
  options: { runsDir: string; json?: boolean; logLevel: LogLevel },
): Promise<void> {
  const run = openRun(name, options.runsDir);
  const logger = createLogger(options.json ? 'warn' : options.logLevel, run.dir);
  const reading = counter('reading records');
  const evaluation = await evaluateRun(run, {
    ...(reading && { onReading: reading }),
    onDataset: ({ report }) => {
      if (report.absent.length > 0) logger.warn(`${count(report.absent.length)} listed records are not in the folder.`);
    },
  });
  if (options.json) console.log(JSON.stringify(evaluation, null, 2));
  else {
    console.log(runEvaluationText(evaluation));
    console.log(`\nWritten: ${join(run.dir, runFiles.evaluation)}, ${join(run.dir, runFiles.predictions)}`);
  }
}

import { openTrained, writeReport } from '@cardio/experiment';
import type { ReportLanguage } from '@cardio/eval/report';

import { createLogger, type LogLevel } from '../logger.js';
import { printJson } from '../print.js';
import { counter } from '../progress.js';

/** `cardio report <run>` */
export async function report(
  name: string,
  options: { runsDir: string; lang: ReportLanguage; mistakes: string; json?: boolean; logLevel: LogLevel },
): Promise<void> {
  const run = openTrained(name, options.runsDir);
  const logger = createLogger(options.logLevel, run.dir);
  const reading = counter('reading records');
  const path = await writeReport(
    run,
    { lang: options.lang, mistakes: Number(options.mistakes) },
    { ...(reading && { onReading: reading }), onWarning: (message) => logger.warn(message) },
  );
  if (options.json) printJson({ path });
  else console.log(`Written: ${path}`);
}

import { renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { reportHtml } from '@cardio/eval/report';

import type { ExperimentObserver } from '../observer.js';
import { runFiles, type Run } from '../run-folder.js';
import { gatherReport, type ReportOptions } from './gather.js';

/**
 * Writes a run's `report.html`, whole or not at all.
 *
 * @returns its path
 * @throws {CardioError} `not-found` for a run that was not evaluated
 */
export async function writeReport(
  run: Run,
  options: ReportOptions = {},
  observer: Pick<ExperimentObserver, 'onReading' | 'onDataset' | 'onWarning'> = {},
): Promise<string> {
  const { lang = 'en' } = options;
  const path = join(run.dir, runFiles.report);
  const page = reportHtml(await gatherReport(run, options, observer), { lang });
  writeFileSync(`${path}.tmp`, page);
  renameSync(`${path}.tmp`, path);
  return path;
}

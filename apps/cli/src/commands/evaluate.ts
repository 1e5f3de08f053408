import { CardioError } from '@cardio/core';
import {
  compareOnTest,
  evaluateElsewhere,
  evaluateRun,
  openTrained,
  runFiles,
  type Run,
  type RunEvaluation,
} from '@cardio/experiment';
import type { Command } from 'commander';
import { join } from 'node:path';

import { givenFlags } from '../experiment-options.js';
import { createLogger, type LogLevel } from '../logger.js';
import { counter } from '../progress.js';
import { count, runEvaluationText } from '../print.js';
import { comparisonText } from '../print-comparison.js';

interface Options {
  readonly runsDir: string;
  readonly dataset?: string;
  readonly compare?: string;
  readonly json?: boolean;
  readonly logLevel: LogLevel;
}

const own = ['runs-dir', 'dataset', 'compare', 'json', 'log-level', 'debug'];

/** `cardio evaluate <run> [--dataset other] [--compare other]` */
export async function evaluate(name: string, options: Options, command: Command): Promise<void> {
  const run = openTrained(name, options.runsDir);
  const other = options.compare === undefined ? undefined : openTrained(options.compare, options.runsDir);
  const { evaluation, dir } = await evaluated(run, options, givenFlags(command, own));
  const comparison = other && (await compareOnTest(run, other, options.dataset));
  if (options.json) return console.log(JSON.stringify(comparison ? { evaluation, comparison } : evaluation, null, 2));
  console.log(runEvaluationText(evaluation));
  if (comparison) console.log(`\n${comparisonText(comparison)}`);
  console.log(`\nWritten: ${join(dir, runFiles.evaluation)}, ${join(dir, runFiles.predictions)}`);
}

/** On the run's own test split, or on that of another dataset. */
async function evaluated(
  run: Run,
  { dataset, json, logLevel }: Options,
  flags: Readonly<Record<string, string>>,
): Promise<{ evaluation: RunEvaluation; dir: string }> {
  const logger = createLogger(json ? 'warn' : logLevel, run.dir);
  const reading = counter('reading records');
  const observer: Parameters<typeof evaluateRun>[1] = {
    ...(reading && { onReading: reading }),
    onDataset: ({ report }) => {
      if (report.absent.length > 0) logger.warn(`${count(report.absent.length)} listed records are not in the folder.`);
    },
  };
  if (dataset !== undefined) return evaluateElsewhere(run, { dataset, flags }, observer);
  const [flag] = Object.keys(flags);
  if (flag !== undefined) {
    throw new CardioError('usage', `\`--${flag}\` is an option of another dataset: name it with --dataset.`);
  }
  return { evaluation: await evaluateRun(run, observer), dir: run.dir };
}

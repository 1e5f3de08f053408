import { CardioError } from '@cardio/core';
import {
  createSweep,
  evaluateBestTrial,
  groupFolder,
  readJson,
  runSweep,
  sweepRows,
  trialName,
  type Sweep,
  type Trial,
} from '@cardio/experiment';
import { join } from 'node:path';

import { interruptible } from '../interrupt.js';
import { createLogger, type LogLevel } from '../logger.js';
import { printJson, runEvaluationText, score, table } from '../print.js';
import { canDraw, progress } from '../progress.js';
import { crossValidationText } from './folds.js';

/** The options of `cardio sweep`. */
export interface SweepOptions {
  readonly config?: string;
  readonly resume?: string;
  readonly runsDir: string;
  readonly runId?: string;
  readonly retryFailed?: boolean;
  readonly evaluateBest?: boolean;
  readonly json?: boolean;
  readonly logLevel: LogLevel;
}

/** `cardio sweep` */
export async function sweep(options: SweepOptions): Promise<void> {
  const dir = await folderOf(options);
  const logger = createLogger(options.logLevel, dir);
  const bar = canDraw() && options.logLevel !== 'silent' ? progress(createLogger('silent'), true) : {};
  const { trials, rounds } = readJson<Sweep>({ dir }, 'sweep');
  logger.info(
    `Sweep ${dir}: ${trials.length} trials` +
      (rounds.length > 1 ? `; ${rounds.map((r) => `${r.trials} to epoch ${r.epochs}`).join(', ')}` : '') +
      '. Compared by validation score alone.',
  );
  const result = await interruptible(logger, (signal) =>
    runSweep(dir, {
      ...{ signal, retryFailed: options.retryFailed ?? false },
      observer: {
        run: bar,
        onTrial: ({ number, parameters }, round, { rounds: all }) =>
          logger.info(
            `Trial ${number}${all.length > 1 ? `, round ${round + 1} of ${all.length}` : ''}: ${settings(parameters)}`,
          ),
        onTrialEnd({ number, error, rounds: own }, _, { monitor }) {
          if (error !== null) logger.error(`Trial ${number} failed: ${error}`);
          else logger.info(`Trial ${number}: ${monitor} ${score(own.at(-1)?.score)} in epoch ${own.at(-1)?.epoch}.`);
        },
      },
    }),
  );
  const evaluated = result.best !== null && options.evaluateBest ? await evaluateBestTrial(dir) : undefined;
  if (options.json) printJson({ dir, ...result, ...evaluated });
  else {
    console.log(`\n${sweepText(result)}`);
    console.log(`\nWritten: ${['sweep.json', 'sweep.csv', 'sweep.md'].map((file) => join(dir, file)).join(', ')}`);
  }
  if (result.best === null) {
    if (result.trials.every(({ status }) => status === 'failed'))
      throw new CardioError('data', 'Every trial failed; the first error above is a start.');
    logger.warn(`Stopped. Go on with: npx cardio sweep --resume ${dir}`);
    process.exitCode = 130;
    return;
  }
  if (options.json) return;
  const best = join(dir, 'trials', trialName(result.best));
  if (!evaluated) {
    console.log(`Best: ${best}. The test set was not looked at; when the search is over:`);
    console.log(`  npx cardio sweep --resume ${dir} --evaluate-best`);
    return;
  }
  const text =
    'evaluation' in evaluated
      ? runEvaluationText(evaluated.evaluation)
      : crossValidationText(evaluated.crossValidation);
  console.log(`\nBest trial, ${best}\n${text}`);
}

/** The table of a sweep, best trial first, and the errors of trials that failed. */
export function sweepText(state: Sweep): string {
  const [heading, ...rows] = sweepRows(state);
  const score3 = (cell: string | number, column: number): string | number =>
    column === heading.length - 4 && typeof cell === 'number' ? score(cell) : cell;
  const failed = state.trials.flatMap(({ number, error }) =>
    error === null ? [] : [`Trial ${number} failed: ${error}`],
  );
  return [table([heading, ...rows.map((row) => row.map(score3))]), ...failed].join('\n');
}

async function folderOf(options: SweepOptions): Promise<string> {
  const { config, resume, runsDir, runId } = options;
  if ((config === undefined) === (resume === undefined)) {
    throw new CardioError(
      'usage',
      'Give either --config with the file of a new sweep, or --resume with one to go on with.',
    );
  }
  if (config !== undefined) return createSweep(config, { env: process.env, folder: process.cwd(), runsDir, runId });
  const dir = groupFolder(resume ?? '', 'sweep', runsDir);
  if (dir === undefined)
    throw new CardioError('not-found', `No sweep \`${resume}\`: it has no sweep.json, nor has it in ${runsDir}.`);
  return dir;
}

const settings = (parameters: Trial['parameters']): string =>
  Object.entries(parameters)
    .map(([path, value]) => `${path} ${String(value)}`)
    .join(', ');

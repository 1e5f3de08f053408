import {
  createRun,
  openRun,
  openStart,
  resolveConfig,
  runFiles,
  trainRun,
  writeJson,
  type ExperimentObserver,
  type Run,
  type TrainResult,
} from '@cardio/experiment';
import { CardioError, stableJson } from '@cardio/core';
import type { Command } from 'commander';
import { join } from 'node:path';
import type { Logger } from 'pino';

import { givenFlags } from '../experiment-options.js';
import { interruptible } from '../interrupt.js';
import { createLogger, type LogLevel } from '../logger.js';
import { count, printJson, runEvaluationText, score } from '../print.js';
import { canDraw, counter, progress } from '../progress.js';
import { findLearningRate } from './find-learning-rate.js';
import { foldsFolder, trainFolds } from './folds.js';

/** The options of `train` and `pretrain` that are no fields. */
export interface TrainOptions {
  readonly resume?: string;
  readonly findLr?: boolean;
  readonly json?: boolean;
  readonly config?: string;
  readonly logLevel: LogLevel;
}

/** `cardio train` */
export async function train(options: TrainOptions, command: Command): Promise<void> {
  const flags = givenFlags(command, ['resume', 'config', 'log-level', 'debug', 'find-lr', 'json']);
  if (options.findLr) return findLearningRate(options, flags);
  const folds = await foldsFolder(options, flags);
  if (folds !== undefined) return trainFolds(folds, options);
  const { run, warnings } =
    options.resume === undefined ? await start(options, flags) : await resumed(options.resume, flags);
  const logger = createLogger(options.logLevel, run.dir);
  for (const warning of warnings) logger.warn(warning);
  const result = await trainAndReport(run, logger, {
    resume: options.resume !== undefined,
    visible: options.logLevel !== 'silent',
    quiet: options.json ?? false,
  });
  if (options.json) return printJson(trainedJson(run, result));
  if (!result.evaluation) return;
  console.log(
    `\nNext:\n  npx cardio predict ${run.dir} <record>\n  npx cardio export ${run.dir} --format onnx\n  npx cardio report ${run.dir}`,
  );
}

/** A trained run as `train --json` prints it; `evaluation` is `null` where it was stopped. */
export const trainedJson = ({ id, dir }: Run, { history, evaluation = null }: TrainResult) => ({
  ...{ id, dir },
  ...{ stopped: history.stopped, epochs: history.epochs.length, best: history.best ?? null },
  evaluation,
});

/** Trains a run with its progress on the terminal and prints its evaluation. */
export async function trainAndReport(
  run: Run,
  logger: Logger,
  options: { resume?: boolean; visible?: boolean; quiet?: boolean } = {},
): Promise<TrainResult> {
  const { resume = false, visible = true, quiet = false } = options;
  return interruptible(logger, async (signal) => {
    const reading = visible ? counter('reading records') : undefined;
    const observer = {
      ...announcements(logger),
      ...progress(logger, visible && canDraw()),
      ...(reading && { onReading: reading }),
    };
    const result = await trainRun(run, { observer, resume, signal });
    const { best, stopped } = result.history;
    if (stopped === 'aborted') {
      logger.warn(`Stopped. Go on with: npx cardio train --resume ${run.dir}`);
      process.exitCode = 130;
    } else if (best) {
      logger.info(
        `${stopped === 'early' ? 'Stopped early. ' : ''}Best validation score ${score(best.score)} in epoch ${best.epoch}.`,
      );
    }
    if (result.evaluation && !quiet) console.log(`\n${runEvaluationText(result.evaluation)}\n\nRun folder: ${run.dir}`);
    return result;
  });
}

/** Makes a new run of flags, environment and file. */
export async function start(
  { config: file }: TrainOptions,
  flags: Record<string, string>,
  purpose: 'train' | 'pretrain' = 'train',
): Promise<{ run: Run; warnings: readonly string[] }> {
  const { config, warnings } = await resolveConfig({ flags, env: process.env, folder: process.cwd(), file, purpose });
  const { from } = config.transfer;
  if (from !== undefined) openStart(from, config.output.runsDir); // before a folder is made
  return { run: createRun(config), warnings };
}

/** Opens a run to go on with it; training options may change, what is trained on what may not. */
export async function resumed(
  name: string,
  flags: Record<string, string>,
  purpose: 'train' | 'pretrain' = 'train',
): Promise<{ run: Run; warnings: readonly string[] }> {
  const run = openRun(name, flags['runs-dir']);
  const { config, warnings } = await resolveConfig({ flags, file: join(run.dir, runFiles.config), purpose });
  for (const part of ['dataset', 'model', 'pretraining', 'transfer', 'seed'] as const) {
    if (stableJson(config[part]) !== stableJson(run.config[part] ?? config[part])) {
      throw new CardioError('usage', `A resumed run keeps its ${part}; start a new run to change it.`);
    }
  }
  writeJson(run, 'config', config);
  return { run: { ...run, config }, warnings };
}

/** Says what a run is made of. */
export function announcements(logger: Logger): ExperimentObserver {
  return {
    onEngine({ name, version, device, threads, precision = 'float32', reason, notice }) {
      const facts = [version, device, `${threads} thread${threads > 1 ? 's' : ''}`, precision].filter(Boolean);
      logger.info(`Engine ${name} (${facts.join(', ')}): ${reason}.`);
      if (notice) logger.warn(notice);
    },
    onDataset({ name, version, splits, task, report }) {
      const sizes = Object.values(splits).map((s) => `${s.name} ${count(s.size)} (${s.patientIds.length} patients)`);
      logger.info(`Dataset ${name}, version ${version}, task ${task.name}: ${sizes.join(', ')}.`);
      for (const split of Object.values(splits)) {
        logger.info(`  ${split.name}: ${task.classes.map((c, i) => `${c} ${count(split.classCounts[i])}`).join(', ')}`);
      }
      if (report.absent.length > 0) {
        const shown = report.absent.slice(0, 20).join(' ');
        logger.warn(
          `${count(report.absent.length)} listed records are not in the folder: ${shown}${report.absent.length > 20 ? ' …' : ''}`,
        );
      }
      for (const { record, reason } of report.bad) logger.warn(`Record ${record} is left out: ${reason}`);
      for (const note of report.notes) logger.info(note);
    },
    onWarning: (message) => logger.warn(message),
    onModel: ({ model }) => logger.info(`Model ${model.name}: ${count(model.parameters)} parameters.`),
    onCodebook: ({ pass, perplexity, usage, error, revived }) =>
      logger.info(
        `codebook, pass ${pass}: perplexity ${perplexity.toFixed(1)}, usage ${score(usage)}, error ${score(error)} of the signal, ${revived} codes revived`,
      ),
    onTransfer({ loaded, fresh, left, missing, unexpected, shape }) {
      const list = (what: string, names: readonly string[]): string => `${names.length} ${what}: ${names.join(', ')}`;
      logger.info(
        `Weights: ${loaded.length} tensors loaded; ${list('new by design', fresh)}; ${list('left there', left)}.`,
      );
      const odd = [list('missing', missing), list('unexpected', unexpected), list('of another shape', shape)];
      if (missing.length + unexpected.length + shape.length > 0)
        logger.warn(`Weights that do not match: ${odd.join('; ')}.`);
    },
  };
}

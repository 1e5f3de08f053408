import {
  createRun,
  openRun,
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
import { createLogger, type LogLevel } from '../logger.js';
import { count, runEvaluationText, score } from '../print.js';
import { canDraw, counter, progress } from '../progress.js';

interface TrainOptions {
  readonly resume?: string;
  readonly config?: string;
  readonly logLevel: LogLevel;
}

/** `cardio train` */
export async function train(options: TrainOptions, command: Command): Promise<void> {
  const flags = givenFlags(command, ['resume', 'config', 'log-level', 'debug']);
  const { run, warnings } =
    options.resume === undefined ? await start(options, flags) : await resumed(options.resume, flags);
  const logger = createLogger(options.logLevel, run.dir);
  for (const warning of warnings) logger.warn(warning);
  const result = await trainAndReport(run, logger, {
    resume: options.resume !== undefined,
    visible: options.logLevel !== 'silent',
  });
  if (!result.evaluation) return;
  console.log(`\nNext:\n  npx cardio predict ${run.dir} <record>\n  npx cardio export ${run.dir} --format onnx`);
}

/** Trains a run with its progress on the terminal and prints its evaluation. */
export async function trainAndReport(
  run: Run,
  logger: Logger,
  options: { resume?: boolean; visible?: boolean } = {},
): Promise<TrainResult> {
  const { resume = false, visible = true } = options;
  const stop = new AbortController();
  const interrupt = (): void => {
    if (stop.signal.aborted) process.exit(130);
    logger.warn('Stopping after this step; press again to quit at once.');
    stop.abort();
  };
  process.on('SIGINT', interrupt);
  try {
    const reading = visible ? counter('reading records') : undefined;
    const observer = {
      ...announcements(logger),
      ...progress(logger, visible && canDraw()),
      ...(reading && { onReading: reading }),
    };
    const result = await trainRun(run, { observer, resume, signal: stop.signal });
    const { best, stopped } = result.history;
    if (stopped === 'aborted') {
      logger.warn(`Stopped. Go on with: npx cardio train --resume ${run.dir}`);
      process.exitCode = 130;
    } else if (best) {
      logger.info(
        `${stopped === 'early' ? 'Stopped early. ' : ''}Best validation score ${score(best.score)} in epoch ${best.epoch}.`,
      );
    }
    if (result.evaluation) console.log(`\n${runEvaluationText(result.evaluation)}\n\nRun folder: ${run.dir}`);
    return result;
  } catch (error) {
    logger.debug({ err: error }, 'failed');
    throw error;
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function start(
  { config: file }: TrainOptions,
  flags: Record<string, string>,
): Promise<{ run: Run; warnings: readonly string[] }> {
  const { config, warnings } = await resolveConfig({ flags, env: process.env, folder: process.cwd(), file });
  return { run: createRun(config), warnings };
}

/** Opens a run to go on with it; training options may change, what is trained on what may not. */
async function resumed(
  name: string,
  flags: Record<string, string>,
): Promise<{ run: Run; warnings: readonly string[] }> {
  const run = openRun(name, flags['runs-dir']);
  const { config, warnings } = await resolveConfig({ flags, file: join(run.dir, runFiles.config) });
  for (const part of ['dataset', 'model', 'seed'] as const) {
    if (stableJson(config[part]) !== stableJson(run.config[part])) {
      throw new CardioError('usage', `A resumed run keeps its ${part}; start a new run to change it.`);
    }
  }
  writeJson(run, 'config', config);
  return { run: { ...run, config }, warnings };
}

function announcements(logger: Logger): ExperimentObserver {
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
    onModel: ({ model }) => logger.info(`Model ${model.name}: ${count(model.parameters)} parameters.`),
  };
}

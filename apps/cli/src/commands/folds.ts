import { CardioError } from '@cardio/core';
import {
  createCrossValidation,
  crossValidate,
  groupFolder,
  resolveConfig,
  runFiles,
  wantedFolds,
  type CrossValidation,
  type Spread,
} from '@cardio/experiment';
import { join } from 'node:path';

import { interruptible } from '../interrupt.js';
import { createLogger } from '../logger.js';
import { count, evaluationText, printJson, score, table } from '../print.js';
import { canDraw, counter, progress } from '../progress.js';
import { announcements, type TrainOptions } from './train.js';

/**
 * The folder of the cross-validation that `cardio train` is asked for, made if it is a new one: `--resume` names one, or `folds` are given and no
 * `fold`. `undefined` for a single run.
 */
export async function foldsFolder(
  { resume, config: file }: TrainOptions,
  flags: Readonly<Record<string, string>>,
): Promise<string | undefined> {
  if (resume !== undefined) {
    const folder = groupFolder(resume, 'crossValidation', flags['runs-dir']);
    const other = Object.keys(flags).find((flag) => flag !== 'runs-dir');
    if (folder !== undefined && other !== undefined) {
      throw new CardioError('usage', `A resumed cross-validation keeps its configuration: leave out \`--${other}\`.`);
    }
    return folder;
  }
  const resolved = await resolveConfig({ flags, env: process.env, folder: process.cwd(), file });
  return wantedFolds(resolved) === undefined ? undefined : createCrossValidation(resolved.config);
}

/** `cardio train --folds k`, new or resumed. */
export async function trainFolds(dir: string, { logLevel, json }: TrainOptions): Promise<void> {
  const logger = createLogger(logLevel, dir);
  const visible = logLevel !== 'silent';
  const reading = visible ? counter('reading records') : undefined;
  const run = {
    ...announcements(logger),
    ...progress(logger, visible && canDraw()),
    ...(reading && { onReading: reading }),
  };
  const result = await interruptible(logger, (signal) =>
    crossValidate(dir, {
      signal,
      observer: {
        run,
        onFold: (fold, of, state) =>
          logger.info(`Fold ${fold} of ${of}${{ done: ' is done', new: '', resumed: ', resumed' }[state]}.`),
        onFoldEnd: ({ fold, best }) =>
          logger.info(`Fold ${fold}: best validation score ${score(best?.score)} in epoch ${best?.epoch ?? '–'}.`),
      },
    }),
  );
  if (json) printJson({ dir, ...result });
  if (!result.pooled) {
    logger.warn(`Stopped. Go on with: npx cardio train --resume ${dir}`);
    process.exitCode = 130;
    return;
  }
  if (json) return;
  console.log(
    `\n${crossValidationText(result)}\n\nWritten: ${join(dir, runFiles.crossValidation)}, ${join(dir, runFiles.predictions)}`,
  );
  console.log(`One fold's run: npx cardio evaluate ${join(dir, 'folds', '1')}`);
}

/** What is printed of a cross-validation: its folds, every score with mean and deviation, and the scores of all predictions together. */
export function crossValidationText({ plan, folds, scores, pooled }: CrossValidation): string {
  const names = fitting(Object.keys(folds[0].scores ?? {}).filter((name) => name !== 'loss'));
  const perFold = table([
    ['fold', 'patients', 'examples', 'epoch', ...names],
    ...folds.map(({ fold, patients, examples, best, scores: own }) => [
      String(fold),
      count(patients[plan.outOfFold]),
      examples === null ? '–' : count(examples),
      best ? String(best.epoch) : '–',
      ...names.map((name) => score(own?.[name])),
    ]),
  ]);
  const summary = table([
    ['score', 'mean', 'sd', 'min', 'max', 'pooled'],
    ...Object.entries(scores.summary).map(([name, { mean, deviation, min, max }]) => [
      name,
      ...[mean, deviation, min, max, pooled?.summary[name]].map(score),
    ]),
  ]);
  const perClass = table([
    ['class', 'Se', '+P', 'F1', 'AUROC'],
    ...scores.perClass.map((c) => [c.name, ...[c.sensitivity, c.positivePredictivity, c.f1, c.auroc].map(plusMinus)]),
  ]);
  const parts = [
    `Cross-validation by patient, ${plan.folds} folds\n${wrapped(plan.note)}`,
    perFold,
    `Over the folds (sd: sample standard deviation)\n${summary}`,
    perClass,
    ...(pooled
      ? [
          `All out-of-fold predictions together: ${count(pooled.examples)} examples\n${evaluationText({ ...pooled, notes: pooled.notes.filter((note) => note !== plan.note) })}`,
        ]
      : []),
  ];
  return parts.join('\n\n');
}

/** "0.812 ± 0.031". */
const plusMinus = ({ mean, deviation }: Spread): string =>
  mean === null ? '–' : `${score(mean)} ± ${score(deviation)}`;

/** As many names as fit as columns beside fold, patients, examples and epoch. */
function fitting(names: readonly string[]): string[] {
  let width = 'fold  patients  examples  epoch'.length;
  return names.filter((name) => (width += Math.max(name.length, 5) + 2) <= 80);
}

/** A text in lines of 80 characters. */
const wrapped = (text: string): string => text.replace(/(.{1,80})(?: |$)/g, '$1\n').trimEnd();

import { CardioError } from '@cardio/core';
import { findRate, resolveConfig } from '@cardio/experiment';
import type { LearningRateCurve } from '@cardio/trainers';

import { createLogger } from '../logger.js';
import { counter } from '../progress.js';
import { announcements, type TrainOptions } from './train.js';

/** `cardio train --find-lr` */
export async function findLearningRate(
  { resume, config: file, logLevel, json = false }: TrainOptions,
  flags: Readonly<Record<string, string>>,
): Promise<void> {
  if (resume !== undefined) {
    throw new CardioError('usage', '`--find-lr` looks for the rate to begin with: leave out `--resume`.');
  }
  const { config, warnings } = await resolveConfig({ flags, env: process.env, folder: process.cwd(), file });
  const logger = createLogger(json ? 'warn' : logLevel);
  for (const warning of warnings) logger.warn(warning);
  const [onReading, onStep] = [counter('reading records'), counter('trying rates')];
  const found = await findRate(config, {
    observer: { ...announcements(logger), ...(onReading && { onReading }) },
    ...(onStep && { range: { onStep } }),
  });
  console.log(json ? JSON.stringify(found, null, 2) : curveText(found));
}

/** Lines that are drawn of a curve, at most. */
const lines = 25;

/** The curve with the rates downwards and the loss to the right, 80 columns wide, and what to make of it. */
export function curveText({ curve, suggestion }: LearningRateCurve): string {
  if (curve.length === 0) return 'The loss is not finite at the least rate: look at the data first.';
  const losses = curve.map(({ loss }) => loss);
  const [least, most] = [Math.min(...losses), Math.max(...losses)];
  const every = Math.ceil(curve.length / lines);
  const shown = curve.filter(({ learningRate }, i) => i % every === 0 || learningRate === suggestion);
  const width = 80 - 'learning rate     loss  '.length - ' suggested'.length;
  const rows = shown.map(({ learningRate, loss }) => {
    const at = most > least ? Math.round(((loss - least) / (most - least)) * (width - 1)) : 0;
    const mark = learningRate === suggestion ? ' suggested' : '';
    return `${learningRate.toExponential(1).padStart(13)}  ${loss.toPrecision(4).padStart(7)}  ${' '.repeat(at)}*${mark}`;
  });
  const conclusion =
    suggestion === null
      ? 'The loss nowhere falls: no rate can be suggested. Does the model learn with --overfit-one-batch?'
      : `Half way down the longest fall of the loss: --learning-rate ${Number(suggestion.toPrecision(2))}`;
  return [`learning rate     loss  (averaged over batches)`, ...rows, '', conclusion, 'Nothing was written.'].join(
    '\n',
  );
}

import { pretrainRun } from '@cardio/experiment';
import type { Command } from 'commander';

import { givenFlags } from '../experiment-options.js';
import { interruptible } from '../interrupt.js';
import { createLogger } from '../logger.js';
import { printJson, score } from '../print.js';
import { canDraw, counter, progress } from '../progress.js';
import { announcements, resumed, start, type TrainOptions } from './train.js';

/** `cardio pretrain` */
export async function pretrain(options: TrainOptions, command: Command): Promise<void> {
  const flags = givenFlags(command, ['resume', 'config', 'log-level', 'debug', 'json']);
  const { run, warnings } =
    options.resume === undefined
      ? await start(options, flags, 'pretrain')
      : await resumed(options.resume, flags, 'pretrain');
  const logger = createLogger(options.logLevel, run.dir);
  for (const warning of warnings) logger.warn(warning);
  const visible = options.logLevel !== 'silent';
  const reading = visible ? counter('reading records') : undefined;
  await interruptible(logger, async (signal) => {
    const observer = {
      ...announcements(logger),
      ...progress(logger, visible && canDraw()),
      ...(reading && { onReading: reading }),
    };
    const { history } = await pretrainRun(run, { observer, resume: options.resume !== undefined, signal });
    if (options.json) {
      const { stopped, epochs, best } = history;
      printJson({
        ...{ id: run.id, dir: run.dir },
        ...{ stopped, epochs: epochs.length, best: best ?? null },
        history: epochs,
      });
    }
    if (history.stopped === 'aborted') {
      logger.warn(`Stopped. Go on with: npx cardio pretrain --resume ${run.dir}`);
      process.exitCode = 130;
      return;
    }
    if (options.json) return;
    const best = history.epochs.find(({ epoch }) => epoch === history.best?.epoch)?.validation ?? {};
    const { dataset, model } = run.config;
    console.log(
      `\nBest epoch ${history.best?.epoch ?? '–'}: masked accuracy ${score(best['maskedAccuracy'])}, loss ${score(best['loss'])}.` +
        `\n\nRun folder: ${run.dir}\nNext: npx cardio train --from ${run.dir} --dataset ${dataset.name} --model ${model.name}`,
    );
  });
}

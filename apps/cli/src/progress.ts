import type { Progress } from '@cardio/core';
import type { TrainerCallback } from '@cardio/trainers';
import cliProgress from 'cli-progress';
import type { Logger } from 'pino';

import { duration, score } from './print.js';
import { createMeter } from './progress-meter.js';

/** How every bar looks. */
export const look = {
  barsize: 20,
  barCompleteChar: '=',
  barIncompleteChar: ' ',
  hideCursor: true,
  clearOnComplete: true,
  linewrap: false,
  stream: process.stderr,
};

/** Whether bars can be drawn: only where standard error is a terminal that moves its cursor, and nobody asks for plain text (`NO_COLOR`). */
export const canDraw = (): boolean =>
  process.stderr.isTTY && process.env['NO_COLOR'] === undefined && process.env['TERM'] !== 'dumb';

/** A bar for long work that counts its steps, gone when the last is done; nothing where there is no terminal. */
export function counter(what: string): Progress | undefined {
  if (!canDraw()) return undefined;
  const bar = new cliProgress.SingleBar({ ...look, format: `${what} [{bar}] {value}/{total}` });
  return (done, total) => {
    if (!bar.isActive) bar.start(total, 0);
    bar.update(done);
    if (done >= total) bar.stop();
  };
}

const logEverySeconds = 30;

/**
 * Logs a line at the end of each epoch; on the way there draws a bar of at most 80 columns, or where there is no terminal logs a line now and
 * then.
 */
export function progress(logger: Logger, draw: boolean): TrainerCallback {
  const meter = createMeter();
  const columns = (): number => Math.min(80, (process.stderr.columns || 80) - 1);
  const bar = new cliProgress.SingleBar({ ...look, format: () => meter.line(columns()) });
  let epochs = 0;
  let logged = performance.now();
  return {
    onTrainBegin(event) {
      epochs = event.epochs;
      meter.begin(event);
    },
    onBatchEnd(event) {
      meter.step(event);
      if (draw) {
        if (!bar.isActive) bar.start(1, 0);
        bar.update(0);
      } else if (performance.now() - logged > logEverySeconds * 1000) {
        logged = performance.now();
        logger.info(`epoch ${meter.line(200)}`);
      }
    },
    onEpochEnd(event) {
      const { record } = event;
      meter.endEpoch(event);
      bar.stop();
      const validation = Object.entries(record.validation ?? {}).map(([name, value]) => `${name} ${score(value)}`);
      logger.info(
        { epoch: record.epoch, ...record.train, validation: record.validation },
        `epoch ${record.epoch}/${epochs}: train loss ${record.train.loss.toFixed(4)}; validation ${validation.join(', ')}` +
          ` (${duration(record.seconds)})${record.best ? ' *best' : ''}`,
      );
    },
    onTrainEnd() {
      bar.stop();
    },
  };
}

import type { Progress } from '@cardio/core';
import type { TrainerCallback } from '@cardio/trainers';
import cliProgress from 'cli-progress';
import type { Logger } from 'pino';

import { duration, score } from './print.js';

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

/** Whether bars can be drawn: only where standard error is a terminal. */
export const canDraw = (): boolean => process.stderr.isTTY;

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

/** Logs a line at the end of each epoch; on the way there draws a bar, or where there is no terminal logs a line now and then. */
export function progress(logger: Logger, draw: boolean): TrainerCallback {
  const bar = new cliProgress.SingleBar({
    ...look,
    format: 'epoch {epoch} [{bar}] {percentage}% loss {loss} {rate} steps/s {left} left',
  });
  let epochs = 0;
  let batches = 0;
  let logged = performance.now();
  let lossSum = 0;
  let steps = 0;
  let seconds = 0;
  return {
    onTrainBegin(event) {
      epochs = event.epochs;
      batches = event.batchesPerEpoch ?? 0;
    },
    onBatchEnd(event) {
      if (event.batch === 1) lossSum = 0;
      lossSum += event.loss;
      steps++;
      seconds += event.seconds.step + event.seconds.wait;
      const left =
        batches > 0 ? duration(((epochs - event.epoch + 1) * batches - event.batch) * (seconds / steps)) : '?';
      const loss = (lossSum / event.batch).toFixed(4);
      if (draw) {
        const payload = { epoch: `${event.epoch}/${epochs}`, loss, rate: (steps / seconds).toFixed(1), left };
        if (!bar.isActive) bar.start(batches, 0, payload);
        bar.update(event.batch, payload);
      } else if (performance.now() - logged > logEverySeconds * 1000) {
        logged = performance.now();
        logger.info(
          `epoch ${event.epoch}/${epochs}: batch ${event.batch} of ${batches || '?'}, loss ${loss}, ${left} left`,
        );
      }
    },
    onEpochEnd({ record }) {
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

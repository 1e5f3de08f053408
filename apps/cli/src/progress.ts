import type { Progress } from '@cardio/core';
import type { TrainerCallback } from '@cardio/trainers';
import cliProgress from 'cli-progress';
import type { Logger } from 'pino';

import { duration, score } from './print.js';

const look = {
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

/** Shows a progress bar for each epoch where there is a terminal, and logs one line at its end. */
export function progress(logger: Logger, visible: boolean): TrainerCallback {
  const bar = new cliProgress.SingleBar({
    ...look,
    format: 'epoch {epoch} [{bar}] {percentage}% loss {loss} {rate} steps/s {left} left',
  });
  let epochs = 0;
  let batches = 0;
  let running = false;
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
      if (!visible) return;
      const payload = {
        epoch: `${event.epoch}/${epochs}`,
        loss: (lossSum / event.batch).toFixed(4),
        rate: (steps / seconds).toFixed(1),
        left: batches > 0 ? duration(((epochs - event.epoch + 1) * batches - event.batch) * (seconds / steps)) : '?',
      };
      if (!running) bar.start(batches, 0, payload);
      running = true;
      bar.update(event.batch, payload);
    },
    onEpochEnd({ record }) {
      if (running) bar.stop();
      running = false;
      const validation = Object.entries(record.validation ?? {}).map(([name, value]) => `${name} ${score(value)}`);
      logger.info(
        { epoch: record.epoch, ...record.train, validation: record.validation },
        `epoch ${record.epoch}/${epochs}: train loss ${record.train.loss.toFixed(4)}; validation ${validation.join(', ')}` +
          ` (${duration(record.seconds)})${record.best ? ' *best' : ''}`,
      );
    },
    onTrainEnd() {
      if (running) bar.stop();
    },
  };
}

import type { BatchEnd, EpochEnd, TrainBegin } from '@cardio/trainers';

import { duration } from './print.js';

/** How far a training is and how fast, as one line. */
export interface ProgressMeter {
  begin(event: Pick<TrainBegin, 'epochs' | 'batchesPerEpoch' | 'config'>): void;
  step(event: BatchEnd): void;
  endEpoch(event: Pick<EpochEnd, 'record'>): void;
  /**
   * Such as `3/20 [=====     ]  52% loss 0.1234 12.3 steps/s 394 samples/s wait 2% 59 s left`; rates are those of the epoch so far.
   *
   * @param columns the longest that the line may be; the bar gets what the rest leaves, up to 20 characters
   */
  line(columns: number): string;
}

/** A meter before its first step. */
export function createMeter(): ProgressMeter {
  let [epochs, batches, batchesPerStep] = [0, 0, 1];
  let epochSeconds: number | undefined;
  let last: BatchEnd | undefined;
  let sums = { steps: 0, samples: 0, wait: 0, step: 0, loss: 0, finite: 0 };

  /** Seconds to the end of the last epoch; an epoch that is over says how long the next ones take, validation included. */
  const left = (batch: number, epoch: number): number | undefined => {
    if (batches === 0 || sums.steps === 0) return undefined;
    const perBatch = (sums.wait + sums.step) / sums.steps / batchesPerStep;
    return (batches - batch) * perBatch + (epochs - epoch) * (epochSeconds ?? batches * perBatch);
  };
  return {
    begin(event) {
      epochs = event.epochs;
      batches = event.batchesPerEpoch ?? 0;
      batchesPerStep = event.config.accumulateBatches;
    },
    step(event) {
      if (event.epoch !== last?.epoch) sums = { steps: 0, samples: 0, wait: 0, step: 0, loss: 0, finite: 0 };
      last = event;
      sums.steps++;
      sums.samples += event.size;
      sums.wait += event.seconds.wait;
      sums.step += event.seconds.step;
      if (!Number.isFinite(event.loss)) return;
      sums.loss += event.loss * event.size;
      sums.finite += event.size;
    },
    endEpoch({ record }) {
      epochSeconds = record.seconds;
    },
    line(columns) {
      if (!last) return '';
      const seconds = Math.max(sums.wait + sums.step, 1e-9);
      const rest = left(last.batch, last.epoch);
      const rate = sums.steps / seconds;
      const text = [
        batches > 0 ? `${Math.floor((100 * last.batch) / batches)}%`.padStart(4) : `batch ${last.batch}`,
        `loss ${sums.finite > 0 ? (sums.loss / sums.finite).toFixed(4) : '-'}`,
        `${rate.toFixed(rate < 10 ? 2 : 0)} steps/s`,
        `${(sums.samples / seconds).toFixed(0)} samples/s`,
        `wait ${Math.round((100 * sums.wait) / seconds)}%`,
        ...(rest === undefined ? [] : [`${duration(rest)} left`]),
      ].join(' ');
      const head = `${last.epoch}/${epochs}`;
      const width = Math.min(20, columns - head.length - text.length - 4);
      const done = Math.round((width * last.batch) / (batches || 1));
      const bar = width >= 4 && batches > 0 ? `[${'='.repeat(done).padEnd(width)}] ` : '';
      return `${head} ${bar}${text}`.slice(0, columns);
    },
  };
}

import type { TrainingConfig } from './config.js';
import type { EvaluationResult } from './evaluate.js';
import type { EpochRecord, History } from './history.js';

/**
 * What wants to know how training goes: progress bars, logs, trackers. Every method is optional; a promise is awaited before
 * training goes on; an error ends the training with that error.
 *
 * @example
 * const progress: TrainerCallback = { onEpochEnd: ({ record }) => console.log(record.epoch, record.train.loss) };
 */
export interface TrainerCallback {
  onTrainBegin?(event: TrainBegin): void | Promise<void>;
  onBatchEnd?(event: BatchEnd): void | Promise<void>;
  /** After the epoch's validation and checkpoint. */
  onEpochEnd?(event: EpochEnd): void | Promise<void>;
  /** After the last epoch, an early stop or an abort; not after an error. */
  onTrainEnd?(event: TrainEnd): void | Promise<void>;
  /** When an error ends the training, which is thrown after it. */
  onTrainError?(event: TrainError): void | Promise<void>;
}

export interface TrainBegin {
  /** Epochs of a resumed run that are already done; empty in a fresh one. */
  readonly history: readonly EpochRecord[];
  /** Epochs at most. */
  readonly epochs: number;
  /** `undefined` when the loader doesn't say. */
  readonly batchesPerEpoch: number | undefined;
  readonly config: TrainingConfig;
}

/** A step has been taken: with `accumulateBatches`, several batches. */
export interface BatchEnd {
  /** From 1. */
  readonly epoch: number;
  /** Batches of the epoch that are done. */
  readonly batch: number;
  /** Training steps since the start of the run. */
  readonly step: number;
  /** Examples of the step. */
  readonly size: number;
  /** Mean loss, before the step; NaN where no batch of it was finite, and nothing moved. */
  readonly loss: number;
  /** Global norm of the gradients before clipping. */
  readonly gradientNorm: number;
  readonly learningRate: number;
  /** Batches of the run that were left out so far for not being finite. */
  readonly skippedBatches: number;
  /** Seconds spent waiting for the loader, and in the training step. */
  readonly seconds: { readonly wait: number; readonly step: number };
}

export interface EpochEnd {
  readonly record: EpochRecord;
  /** Folder of the checkpoint just written, if any. */
  readonly checkpoint: string | undefined;
  /** The validation of a classifier, probabilities and labels included. */
  readonly evaluation?: EvaluationResult | undefined;
}

export interface TrainEnd {
  readonly history: History;
}

interface TrainError {
  readonly error: unknown;
}

/** Calls one method of every callback, in order. */
export async function notify<Event extends keyof TrainerCallback>(
  callbacks: readonly TrainerCallback[],
  name: Event,
  event: Parameters<NonNullable<TrainerCallback[Event]>>[0],
): Promise<void> {
  for (const callback of callbacks)
    await (callback[name] as ((e: typeof event) => unknown) | undefined)?.call(callback, event);
}

import type { ExperimentConfig } from '@cardio/experiment';

import type { Job, JobKind } from '../job.js';

/** What a worker tells the process of a job. */
export type ToChild =
  | {
      readonly type: 'start';
      readonly kind: JobKind;
      readonly config: ExperimentConfig;
      readonly runDir: string;
      readonly share: Job['share'];
    }
  /** Stop after the current step and write a checkpoint. */
  | { readonly type: 'stop' };

/** What the process of a job tells its worker. */
export type FromChild =
  | { readonly type: 'ready' }
  | { readonly type: 'log'; readonly level: 'info' | 'warn'; readonly message: string }
  | {
      readonly type: 'step';
      readonly epoch: number;
      readonly epochs: number;
      /** Of the epoch, from 0 to 1. */
      readonly share: number;
      readonly loss: number;
    }
  /** An epoch's numbers are in `metrics.jsonl`. */
  | { readonly type: 'epoch'; readonly epoch: number; readonly epochs: number }
  /** A checkpoint is on disk. */
  | { readonly type: 'checkpoint' }
  | { readonly type: 'done'; readonly scores: Readonly<Record<string, number | null>> | null }
  | { readonly type: 'stopped' }
  | { readonly type: 'error'; readonly code: string; readonly message: string };

import type { ExperimentConfig, StoreShare } from '@cardio/experiment';

/** Where a job is in its life. `completed`, `failed` and `cancelled` are final. */
export type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** What a job does: train a run and evaluate it on the test split, or (a `trial`, which others are compared with) on validation alone; pre-train one; or prepare a share of a dataset's store. */
export type JobKind = 'train' | 'trial' | 'pretrain' | 'prepare';

/** Why a job failed, in the words of its last attempt. */
export interface JobError {
  /** A code of CardioError, or `crashed`, `time-limit`, `memory-limit`. */
  readonly code: string;
  readonly message: string;
}

/** One training and what became of it, as the database knows it. */
export interface Job {
  readonly id: string;
  readonly kind: JobKind;
  readonly state: JobState;
  readonly config: ExperimentConfig;
  /** Of a job that prepares: which share of how many. */
  readonly share: StoreShare | null;
  /** Higher ones begin first; 0 by default. */
  readonly priority: number;
  /** How often it was begun. */
  readonly attempts: number;
  /** How often a worker took it, interruptions that count as no attempt included. */
  readonly claims: number;
  /** After so many attempts that end in a crash it has failed. */
  readonly maxAttempts: number;
  /** Of one attempt; `null`: none. */
  readonly timeLimitSeconds: number | null;
  readonly memoryLimitMb: number | null;
  /** Jobs of one experiment, such as the folds of a cross-validation, have one group. */
  readonly group: string | null;
  /** From 0 to 100: the share of the steps of all epochs that is done. */
  readonly progress: number;
  readonly epoch: number;
  readonly epochs: number;
  /** The latest numbers by name: `trainLoss`, `validation.loss`, … */
  readonly metrics: Readonly<Record<string, number | null>>;
  /** Scores of the test split, of a trial those of validation, once it is evaluated. */
  readonly scores: Readonly<Record<string, number | null>> | null;
  readonly runId: string;
  /** On the machine of its worker. */
  readonly runDir: string;
  /** Who runs it, or ran it last. */
  readonly worker: string | null;
  readonly cancelRequested: boolean;
  readonly error: JobError | null;
  readonly createdAt: Date;
  readonly startedAt: Date | null;
  readonly updatedAt: Date;
  readonly finishedAt: Date | null;
}

/** What happened to a job: ids ascend, so that a reader who knows one can ask for what came after. */
export interface JobEvent {
  readonly id: number;
  readonly jobId: string;
  /** A new state; an epoch's numbers; a line of the log; how far it is. */
  readonly type: 'state' | 'metrics' | 'log' | 'progress';
  readonly data: Readonly<Record<string, unknown>>;
  readonly at: Date;
}

/** Numbers of one epoch, once each, however often the job was interrupted. */
export interface JobMetrics {
  readonly epoch: number;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Whether a job is over. */
export const isFinal = (state: JobState): boolean => state !== 'queued' && state !== 'running';

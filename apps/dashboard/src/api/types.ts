import type { JsonSchema } from '../form/schema.js';

/** States of a job. */
type JobState = 'queued' | 'running' | 'completed' | 'failed' | 'cancelled';

/** `GET /training/{job_id}/status`, and a line of `GET /training/jobs`. */
export interface Job {
  readonly job_id: string;
  readonly status: JobState;
  /** Percent. */
  readonly progress: number;
  readonly current_epoch: number;
  readonly total_epochs: number;
  readonly train_loss: number | null;
  readonly val_loss: number | null;
  /** Accuracy, or where there is none the score that decides what is best. */
  readonly val_accuracy: number | null;
  readonly created_at: string;
  readonly updated_at: string;
  readonly error?: string | null;
  readonly model_name?: string;
  readonly dataset_name?: string;
  readonly run_id?: string | null;
}

/** An epoch of a run, as in `metrics.jsonl`. */
export interface Epoch {
  readonly epoch: number;
  readonly learning_rate: number;
  readonly train: Readonly<Record<string, number | null>>;
  readonly validation?: Readonly<Record<string, number | null>> | null;
}

/** A score with its name. */
export interface Score {
  readonly name: string;
  readonly value: number | null;
}

/** A line of `GET /runs`. */
export interface RunRow {
  readonly id: string;
  readonly started: string;
  readonly dataset: string;
  readonly model: string;
  readonly state: string;
  readonly epochs: { readonly done: number; readonly most: number };
  readonly validation: (Score & { readonly epoch: number }) | null;
  readonly test: Score | null;
}

/** `GET /runs/{id}`. */
export interface RunDetails extends RunRow {
  readonly config: Readonly<Record<string, unknown>>;
  readonly manifest: Readonly<Record<string, unknown>> | null;
  readonly history: readonly Epoch[];
  readonly evaluation: Readonly<Record<string, unknown>> | null;
  readonly files: readonly { readonly path: string; readonly bytes: number }[];
}

/** A line of `GET /models` or `GET /datasets`. */
export interface Named {
  readonly name: string;
  /** Of a dataset: whether its files lie with the service. */
  readonly present?: boolean;
  readonly description: string;
}

/** `GET /models/{name}`, `GET /datasets/{name}`. */
export interface Described extends Named {
  readonly config_schema: JsonSchema;
  readonly card?: Readonly<Record<string, unknown>>;
}

/** `GET /system`. */
export interface SystemInfo {
  readonly version: string;
  readonly node: string;
  readonly host: string;
  readonly cpu: { readonly model: string; readonly cores: number; readonly load: number };
  readonly gpus: readonly { readonly name: string }[];
  readonly memory: { readonly total_bytes: number; readonly free_bytes: number; readonly rss_bytes: number };
  /** Of the folders of runs and datasets. */
  readonly disk: Readonly<
    Record<'runs' | 'datasets', { readonly total_bytes: number; readonly free_bytes: number } | null>
  >;
  /** `null` while it is being looked for. */
  readonly engine: {
    readonly name: string;
    readonly version: string | null;
    readonly device: string;
    readonly threads: number;
    readonly reason: string;
  } | null;
  readonly queue: Readonly<Record<string, number>>;
  readonly workers: readonly { readonly name: string; readonly host: string; readonly concurrency: number }[];
  readonly database: string;
}

/** What a model says of a record or of a window. */
export interface PredictedAnswer {
  readonly probabilities: readonly number[];
  readonly predicted: readonly string[];
}

/** `POST /predict/{run}`. */
export interface Prediction {
  readonly classes: readonly string[];
  /** `null` where each window stands for itself. */
  readonly whole: PredictedAnswer | null;
  readonly windows: readonly (PredictedAnswer & { readonly id: string })[];
  readonly notes: readonly string[];
  readonly saliency?: Saliency;
}

/** What each sample of the windows that a model saw adds to the logit of a class, with `?saliency=true`. */
export interface Saliency {
  readonly leads: readonly string[];
  readonly sample_rate_hz: number;
  /** `values` are `[lead][time]`. */
  readonly windows: readonly {
    readonly id: string;
    readonly about: string;
    readonly values: readonly (readonly number[])[];
  }[];
}

import type { downloadDataset } from '@cardio/datasets';
import type { Jobs } from '@cardio/jobs';

import type { Compute } from './compute/compute.js';
import type { Token } from './security/tokens.js';

/** What the service is made of. */
export interface ApiOptions {
  /** The queue of trainings. */
  readonly jobs: Jobs;
  /** The process that predicts and exports. */
  readonly compute: Compute;
  /** Where runs are. */
  readonly runsDir: string;
  /** Where datasets are, each in a folder of its name. */
  readonly dataDir: string;
  /** What downloads; that of `@cardio/datasets` unless given. */
  readonly download?: typeof downloadDataset;
  /** Other folders that requests may name files in, such as those that links in `dataDir` lead to. */
  readonly allowedDirs?: readonly string[];
  /** Where the dashboard was built, if it was. */
  readonly dashboardDir?: string | undefined;
  /** `TRAINING_*` variables, which stand below a request and above defaults. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  readonly tokens?: readonly Token[];
  /** Origins of other pages that may call. */
  readonly allowedOrigins?: readonly string[];
  readonly limits?: Partial<Limits>;
  /** Counts no requests, for tests. */
  readonly unlimited?: boolean;
  /** `false` logs nothing. */
  readonly logLevel?: 'debug' | 'info' | 'warn' | 'error' | false;
}

/** What one caller may take. */
export interface Limits {
  /** Requests a minute from one address. */
  readonly requestsPerMinute: number;
  /** Of a JSON body, in bytes. */
  readonly bodyBytes: number;
  /** Of the samples or the files of a prediction, in bytes. */
  readonly uploadBytes: number;
  /** For a request to arrive, its body included. */
  readonly requestSeconds: number;
}

export const defaultLimits: Limits = {
  requestsPerMinute: 20_000,
  bodyBytes: 1 << 20,
  uploadBytes: 64 << 20,
  requestSeconds: 60,
};

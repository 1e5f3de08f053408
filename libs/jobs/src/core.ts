import type { Artifacts } from './artifacts/artifacts.js';
import type { Database } from './database/database.js';
import type { Queue } from './queue.js';

/** What jobs and workers of one process share. */
export interface Core {
  readonly database: Database;
  readonly queue: Queue;
  readonly artifacts: Artifacts | undefined;
  /** Folder of the runs on this machine, absolute. */
  readonly runsDir: string;
}

// Whether the worker of this machine told the queue within the last minute that it is there: exit code 0 or 1.
import { hostname } from 'node:os';

import { openJobs } from '@cardio/jobs';

const jobs = await openJobs({ databaseUrl: process.env.TRAINING_DATABASE_URL, runsDir: process.env.TRAINING_RUNS_DIR ?? 'runs' }); // prettier-ignore
const workers = await jobs.workers();
await jobs.close();
process.exit(workers.some(({ host }) => host === hostname()) ? 0 : 1);

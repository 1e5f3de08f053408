// A worker in a process of its own, for tests that kill it: DATABASE_URL, RUNS_DIR, WORKER_NAME, ARTIFACTS.
import { openJobs } from '../jobs.js';

const {
  DATABASE_URL: databaseUrl,
  RUNS_DIR: runsDir = 'runs',
  WORKER_NAME: name = 'worker',
  ARTIFACTS: artifacts,
} = process.env;
const onProblem = (message: string): void => console.error(message);
const jobs = await openJobs({ databaseUrl, runsDir, artifacts, onProblem });
const worker = jobs.work({ name, concurrency: 1, leaseSeconds: 3, pollMs: 100, graceMs: 5000, onProblem });
process.on('SIGTERM', () => void worker.stop().then(() => jobs.close()).then(() => process.exit(0))); // prettier-ignore
console.log('working');

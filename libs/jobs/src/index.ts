export type { Artifacts } from './artifacts/artifacts.js';
export {
  isFinal,
  type Job,
  type JobError,
  type JobEvent,
  type JobKind,
  type JobMetrics,
  type JobState,
} from './job.js';
export { openJobs, type JobRequest, type Jobs, type JobsOptions, type WorkerInfo } from './jobs.js';
export type { JobFilter } from './store.js';
export type { Worker, WorkerOptions } from './worker/worker.js';
export { foldRequests, groupResult, prepareRequests, trialRequests, type GroupResult } from './groups.js';

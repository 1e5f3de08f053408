// The process that predicts, exports and writes reports, so that the service goes on answering meanwhile.
import { isCardioError } from '@cardio/core';
import { startEngine } from '@cardio/engine';
import { exportRun, openTrained, predictRecord, writeReport } from '@cardio/experiment';

import { explainRecord } from './explain.js';
import type { Question, Reply, Task } from './messages.js';

const run = async (task: Task): Promise<unknown> => {
  if (task.what === 'engine') {
    const { name, version, device, threads, reason } = await startEngine();
    return { name, version, device, threads, reason };
  }
  const trained = openTrained(task.runDir);
  if (task.what === 'explain') return explainRecord(trained, task.record, task.about);
  if (task.what === 'predict') return predictRecord(trained, task.record);
  if (task.what === 'export') return exportRun(trained, task.options);
  return writeReport(trained, { lang: task.lang });
};

/** One after the other: models share the engine's memory. */
let last: Promise<unknown> = Promise.resolve();
process.on('message', ({ id, task }: Question) => {
  last = last
    .then(() => run(task))
    .then(
      (result): Reply => ({ id, result }),
      (error: unknown): Reply => ({
        id,
        error: {
          code: isCardioError(error) ? error.code : null,
          message: error instanceof Error ? error.message : String(error),
        },
      }),
    )
    .then((reply) => process.send?.(reply));
});
process.on('disconnect', () => process.exit(0));
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => undefined); // it ends with the service

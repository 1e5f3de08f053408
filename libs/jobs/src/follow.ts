import { CardioError } from '@cardio/core';

import type { Queries } from './database/database.js';
import { isFinal, type JobEvent, type JobState } from './job.js';
import { eventsAfter } from './store.js';

/** How often a reader of events asks for new ones. */
const everyMs = 250;

/** Events of a job in their order, those to come too, until it is over. @throws {CardioError} `not-found` */
export async function* followEvents(
  queries: Queries,
  jobId: string,
  { after = 0, signal }: { readonly after?: number; readonly signal?: AbortSignal } = {},
): AsyncGenerator<JobEvent> {
  let last = after;
  while (!signal?.aborted) {
    // The state first: what happened before it became final is among the events read after.
    const [job] = await queries.query<{ state: JobState }>('select state from cardio.job where id = $1', [jobId]);
    if (!job) throw new CardioError('not-found', `There is no job \`${jobId}\`.`);
    const events = await eventsAfter(queries, jobId, last);
    for (const event of events) {
      if (signal?.aborted) return;
      last = event.id;
      yield event;
    }
    if (events.length > 0) continue;
    if (isFinal(job.state)) return;
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        signal?.removeEventListener('abort', done);
        resolve();
      };
      const timer = setTimeout(done, everyMs);
      signal?.addEventListener('abort', done, { once: true });
    });
  }
}

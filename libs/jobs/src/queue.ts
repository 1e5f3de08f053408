import PgBoss from 'pg-boss';

import type { Database, Queries } from './database/database.js';

const name = 'cardio-jobs';
const adapter = (queries: Queries): PgBoss.Db => ({
  executeSql: async (text, values) => ({ rows: await queries.query(text, values as unknown[] | undefined) }),
});

/**
 * The order in which jobs begin: pg-boss hands out their ids, the highest priority first, each to one worker. Who may run a job is decided by
 * its row alone, so that a message that comes twice does no harm.
 */
export interface Queue {
  /** Part of the transaction that makes the job `queued`. */
  push(queries: Queries, id: string, priority: number): Promise<void>;
  /** Queued jobs without a message for five minutes, which a worker lost or pg-boss gave up: locked for whoever pushes them again. */
  forgotten(queries: Queries): Promise<readonly { readonly id: string; readonly priority: number }[]>;
  /** Up to so many messages; each is to be ended once its job was taken, or was not there to be taken. */
  pull(count: number): Promise<Message[]>;
  close(): Promise<void>;
}

/** That a job is queued. */
interface Message {
  readonly jobId: string;
  end(): Promise<void>;
}

/** @param onError what went wrong in pg-boss's own upkeep, such as a lost connection; it goes on by itself */
export async function openQueue(database: Database, onError: (error: Error) => void): Promise<Queue> {
  const boss = new PgBoss({ db: adapter(database), schema: 'cardio_queue', schedule: false });
  boss.on('error', onError);
  await boss.start();
  await boss.createQueue(name);
  return {
    async push(queries, id, priority) {
      // A worker that dies between taking a message and taking the job leaves it to be sent again after a minute.
      const options = { priority, retryLimit: 10, expireInSeconds: 60, retentionDays: 365, db: adapter(queries) };
      await boss.send(name, { id }, options);
    },
    forgotten: (queries) =>
      queries.query(
        `select id, priority from cardio.job where state = 'queued' and updated_at < now() - interval '5 minutes'
           and id::text not in (select data->>'id' from cardio_queue.job where name = $1 and state < 'completed' and data->>'id' is not null)
         for update skip locked`,
        [name],
      ),
    async pull(count) {
      const messages = await boss.fetch<{ id: string }>(name, { batchSize: count, priority: true });
      return messages.map(({ id, data }) => ({ jobId: data.id, end: () => boss.complete(name, id) }));
    },
    close: () => boss.stop({ graceful: false, wait: true }),
  };
}

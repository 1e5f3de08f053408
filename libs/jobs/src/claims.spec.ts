import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { addLog, addMetrics, endJob, giveBackLost, takeJob, type Claim } from './claims.js';
import { openEmbedded } from './database/embedded.js';
import { migrate } from './database/migrate.js';
import { openQueue } from './queue.js';
import { eventsAfter, metricsOf } from './store.js';

const folder = mkdtempSync(join(tmpdir(), 'cardio-claims-'));
const database = await openEmbedded(folder);
await migrate(database);
const queue = await openQueue(database, (error) => {
  throw error;
});
afterAll(async () => {
  await queue.close();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const id = '00000000-0000-4000-8000-000000000001';
const epoch = (number: number) => ({ epoch: number, row: { epoch: number, trainLoss: 1 / number } });

test('what a worker writes after its claim was lost is refused, and its successor’s stays', async () => {
  await database.query(`insert into cardio.job (id, kind, config, run_id, run_dir) values ($1, 'train', '{}', 'a', 'runs/a')`, [id]); // prettier-ignore
  const old: Claim = { jobId: id, worker: 'old', number: 1 };
  expect(await takeJob(database, id, { worker: 'old', runsDir: 'runs' }, 0)).toMatchObject({ claims: 1 });
  expect(await addMetrics(database, old, [epoch(1)])).toBe(true);
  await addLog(database, old, { message: 'one' });
  expect(await giveBackLost(database, queue)).toBe(1);
  const next: Claim = { jobId: id, worker: 'old', number: 2 }; // the same name, as after a restart
  expect(await takeJob(database, id, { worker: 'old', runsDir: 'runs' }, 60)).toMatchObject({ claims: 2 });

  expect(await addMetrics(database, old, [epoch(1), epoch(2)])).toBe(false);
  await addLog(database, old, { message: 'late' });
  expect(await endJob(database, old, { state: 'cancelled' })).toBe(false);

  expect(await addMetrics(database, next, [epoch(1), epoch(2)])).toBe(true);
  await addLog(database, next, { message: 'two' });
  expect(await endJob(database, next, { state: 'completed', scores: null })).toBe(true);
  expect(await metricsOf(database, id)).toEqual([epoch(1), epoch(2)]);
  const events = await eventsAfter(database, id, 0);
  expect(events.flatMap(({ type, data }) => (type === 'log' ? [data['message']] : []))).toEqual(['one', 'two']);
  expect(events.filter(({ type }) => type === 'metrics')).toHaveLength(2);
});

test('a queued job whose message was lost is queued again, once', async () => {
  const lost = '00000000-0000-4000-8000-000000000002';
  for (const message of await queue.pull(10)) await message.end();
  await database.query(
    `insert into cardio.job (id, kind, config, run_id, run_dir, updated_at) values ($1, 'train', '{}', 'b', 'runs/b', now() - interval '6 minutes')`,
    [lost],
  );
  expect([await giveBackLost(database, queue), await giveBackLost(database, queue)]).toEqual([1, 0]);
  expect((await queue.pull(10)).map(({ jobId }) => jobId)).toEqual([lost]);
  expect(await giveBackLost(database, queue)).toBe(0); // its message is with a worker
});

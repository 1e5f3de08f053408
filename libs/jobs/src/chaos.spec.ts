import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, describe, expect, jest, test } from '@jest/globals';
import { createRandom } from '@cardio/core';

import { isFinal, openJobs, type Job } from './index.js';
import { startPostgres } from './testing/postgres.js';
import { startWorkerProcess } from './testing/start-worker.js';
import { tinyExperiment } from './testing/tiny.js';

const long = process.env['CARDIO_TEST_LONG'] === '1';
if (!long) console.warn('The chaos test is short; CARDIO_TEST_LONG=1 runs it with 20 jobs for three minutes.');
const form = long ? { jobs: 20, seconds: 180, epochs: 60 } : { jobs: 4, seconds: 15, epochs: 12 };
jest.setTimeout(900_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-chaos-'));
const server = await startPostgres();
const workers = new Map<string, ChildProcess>();
afterAll(() => {
  for (const worker of workers.values()) worker.kill('SIGKILL');
  server?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

(server ? describe : describe.skip)('three workers that are killed, and a database that crashes', () => {
  const env = { DATABASE_URL: server?.url ?? '', RUNS_DIR: join(folder, 'runs') };
  const start = async (name: string): Promise<void> => {
    workers.set(name, await startWorkerProcess({ ...env, WORKER_NAME: name }));
  };
  const wait = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
  /** Asks until the database answers. */
  const patiently = async <T>(ask: () => Promise<T>): Promise<T> => {
    for (let i = 0; ; i++) {
      try {
        return await ask();
      } catch (error) {
        if (i > 100) throw error;
        await wait(100);
      }
    }
  };

  test('every job ends completed, once, with each of its epochs, as if nothing had happened', async () => {
    const jobs = await openJobs({ databaseUrl: env.DATABASE_URL, runsDir: env.RUNS_DIR });
    const config = await tinyExperiment({ epochs: String(form.epochs), patience: '0', 'checkpoint-every-steps': '2' });
    const queued = await jobs.startAll(Array.from({ length: form.jobs }, () => ({ config, maxAttempts: 1000 })));
    const names = ['a', 'b', 'c'];
    await Promise.all(names.map(start));

    const random = createRandom(5);
    const until = Date.now() + 1000 * form.seconds;
    let [kills, crashes, lives] = [0, 0, 0];
    while (Date.now() < until) {
      await wait(1000 + 4000 * random.next());
      if (random.next() < 0.2 || (kills === 1 && crashes === 0)) {
        await server?.restart();
        crashes++;
        continue;
      }
      const name = names[random.integer(3)];
      expect([name, workers.get(name)?.exitCode, workers.get(name)?.signalCode]).toEqual([name, null, null]); // none dies by itself
      const ended = new Promise((resolve) => workers.get(name)?.once('close', resolve));
      workers.get(name)?.kill('SIGKILL');
      await ended;
      kills++;
      await start(`${name.slice(0, 1)}${++lives}`).then(() => {
        const last = [...workers.keys()].at(-1) ?? '';
        names[names.indexOf(name)] = last;
      });
    }

    const allOf = (): Promise<Job[]> => patiently(() => Promise.all(queued.map(({ id }) => jobs.get(id))));
    while (!(await allOf()).every(({ state }) => isFinal(state))) await wait(200);
    const ended = await allOf();
    console.log(
      `${kills} workers killed, ${crashes} crashes of the database; ${ended.reduce((sum, { attempts }) => sum + attempts, 0)} attempts for ${form.jobs} jobs.`,
    );
    expect([kills > 0, crashes > 0]).toEqual([true, true]);
    expect(ended.map(({ state, error }) => [state, error])).toEqual(ended.map(() => ['completed', null]));
    expect(new Set(ended.map(({ scores }) => JSON.stringify(scores))).size).toBe(1); // the same experiment: the same bits
    const epochs = Array.from({ length: form.epochs }, (_, i) => i + 1);
    for (const { id, runDir } of ended) {
      const metrics = await jobs.metrics(id);
      expect(metrics.map(({ epoch }) => epoch)).toEqual(epochs);
      const lines = readFileSync(join(runDir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
      expect(lines.map((line) => (JSON.parse(line) as { epoch: number }).epoch)).toEqual(epochs);
      const events = await jobs.eventsSoFar(id, 0, 100_000);
      expect(events.filter(({ type }) => type === 'metrics').map(({ data }) => data['epoch'])).toEqual(epochs);
      expect(events.filter(({ type, data }) => type === 'state' && data['state'] === 'completed')).toHaveLength(1);
    }
    await jobs.close();
  });
});

import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';

import { resolveConfig } from '@cardio/experiment';

import {
  foldRequests,
  groupResult,
  openJobs,
  prepareRequests,
  trialRequests,
  type Jobs,
  type JobEvent,
} from './index.js';
import { startPostgres, type TestServer } from './testing/postgres.js';
import { tinyExperiment } from './testing/tiny.js';
import type { Worker } from './worker/worker.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-jobs-'));
const server: TestServer | undefined = await startPostgres();
afterAll(() => {
  server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const places: [name: string, databaseUrl: string | undefined][] = [['embedded', undefined]];
if (server) places.push(['on a server', server.url]);

describe.each(places)('jobs %s', (name, databaseUrl) => {
  const [dataDir, runsDir] = [join(folder, name, 'db'), join(folder, name, 'runs')];
  const options = { databaseUrl, dataDir, runsDir };
  let jobs: Jobs;
  let worker: Worker;
  beforeAll(async () => {
    jobs = await openJobs(options);
    worker = jobs.work({ concurrency: 2, leaseSeconds: 5, pollMs: 50, graceMs: 5000 });
  });
  afterAll(async () => {
    await worker.stop();
    await jobs.close();
  });

  const eventsOf = async (id: string): Promise<JobEvent[]> => {
    const events: JobEvent[] = [];
    for await (const event of jobs.events(id)) events.push(event);
    return events;
  };
  const statesOf = (events: readonly JobEvent[]) =>
    events.filter(({ type }) => type === 'state').map(({ data }) => data['state']);
  const running = async (id: string, epoch = 0): Promise<void> => {
    for (;;) {
      const job = await jobs.get(id);
      if (job.state === 'running' && job.epoch >= epoch) return;
      if (job.state !== 'running' && job.state !== 'queued')
        throw new Error(`The job is ${job.state}: ${job.error?.message}`);
      await new Promise((resolve) => setTimeout(resolve, 30));
    }
  };

  test('a job trains, and its states, epochs and scores are those of its run', async () => {
    const { id, state } = await jobs.start({ config: await tinyExperiment() });
    expect(state).toBe('queued');
    const events = await eventsOf(id);
    expect(statesOf(events)).toEqual(['queued', 'running', 'completed']);
    expect(events.map((event) => event.id)).toEqual([...events.map((event) => event.id)].sort((a, b) => a - b));
    const job = await jobs.get(id);
    expect(job).toMatchObject({ state: 'completed', progress: 100, epoch: 2, epochs: 2, attempts: 1, error: null });
    const lines = readFileSync(join(job.runDir, 'metrics.jsonl'), 'utf8').trimEnd().split('\n');
    expect((await jobs.metrics(id)).map(({ row }) => row)).toEqual(lines.map((line) => JSON.parse(line) as object));
    const evaluation = JSON.parse(readFileSync(join(job.runDir, 'evaluation.json'), 'utf8')) as { summary: object };
    expect(job.scores).toEqual(evaluation.summary);
    expect(await jobs.eventsSoFar(id, events[2].id)).toEqual(events.slice(3));
  });

  test('the same key and request again are the same job; another request is refused', async () => {
    const config = await tinyExperiment({ seed: '7' });
    const first = await jobs.start({ config, idempotencyKey: `key ${name}` });
    const again = await Promise.all([1, 2, 3].map(() => jobs.start({ config, idempotencyKey: `key ${name}` })));
    expect(again.map(({ id }) => id)).toEqual([first.id, first.id, first.id]);
    const other = await tinyExperiment({ seed: '8' });
    await expect(jobs.start({ config: other, idempotencyKey: `key ${name}` })).rejects.toThrow(
      'belongs to another request',
    );
    await jobs.cancel(first.id);
    await eventsOf(first.id);
  });

  test('a running job is cancelled within seconds and leaves a checkpoint', async () => {
    const { id } = await jobs.start({ config: await tinyExperiment({ epochs: '5000', patience: '0' }) });
    await running(id, 1);
    const asked = performance.now();
    await jobs.cancel(id);
    expect(statesOf(await eventsOf(id)).at(-1)).toBe('cancelled');
    expect(performance.now() - asked).toBeLessThan(8000);
    expect(existsSync(join((await jobs.get(id)).runDir, 'checkpoints', 'last', 'trainer.json'))).toBe(true);
    expect((await jobs.cancel(id)).state).toBe('cancelled');
  });

  test('a queued job is cancelled at once', async () => {
    const config = await tinyExperiment({ epochs: '5000', patience: '0' });
    const busy = await jobs.startAll([1, 2, 3].map(() => ({ config })));
    expect(new Set(busy.map(({ group }) => group)).size).toBe(1);
    expect((await jobs.cancel(busy[2].id)).state).toBe('cancelled');
    for (const { id } of busy) await jobs.cancel(id);
    for (const { id } of busy) expect(statesOf(await eventsOf(id)).at(-1)).toBe('cancelled');
  });

  test('what can not succeed fails at once with its reason', async () => {
    const dataDir = join(folder, 'nowhere');
    const flags = { dataset: 'mitbih', model: 'cnn_lstm', preset: 'tiny', engine: 'wasm', 'data-dir': dataDir };
    const { config } = await resolveConfig({ flags });
    const { id } = await jobs.start({ config });
    await eventsOf(id);
    const job = await jobs.get(id);
    expect(job).toMatchObject({ state: 'failed', attempts: 1 });
    expect(job.error?.message).toContain('nowhere');
  });

  test('limits of time and memory end a job with their reason', async () => {
    const config = await tinyExperiment({ epochs: '5000', patience: '0' });
    const slow = await jobs.start({ config, timeLimitSeconds: 3 });
    const large = await jobs.start({ config, memoryLimitMb: 60 });
    await Promise.all([eventsOf(slow.id), eventsOf(large.id)]);
    expect((await jobs.get(slow.id)).error).toMatchObject({ code: 'time-limit' });
    expect((await jobs.get(large.id)).error).toMatchObject({ code: 'memory-limit' });
  });

  test('a worker that stops gives its job back, and the next one goes on to the same weights', async () => {
    const config = await tinyExperiment({ epochs: '15', patience: '0', seed: '3' });
    const whole = await jobs.start({ config });
    await eventsOf(whole.id);
    const { id } = await jobs.start({ config });
    await running(id, 2);
    await worker.stop();
    expect(await jobs.get(id)).toMatchObject({ state: 'queued', attempts: 0, worker: null });
    await jobs.close();
    jobs = await openJobs(options); // as after a restart of the machine
    worker = jobs.work({ concurrency: 2, leaseSeconds: 5, pollMs: 50, graceMs: 5000 });
    expect(statesOf(await eventsOf(id))).toEqual(['queued', 'running', 'queued', 'running', 'completed']);
    const [a, b] = await Promise.all([jobs.get(whole.id), jobs.get(id)]);
    expect(b.scores).toEqual(a.scores);
    const weights = ({ runDir }: typeof a): Buffer => readFileSync(join(runDir, 'checkpoints', 'last', 'weights.bin'));
    expect(weights(b).equals(weights(a))).toBe(true);
    expect((await jobs.metrics(id)).map(({ epoch }) => epoch)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
  });

  test('folds and trials of one experiment are jobs of a group, with mean and deviation of their scores', async () => {
    const folds = await jobs.startAll(
      await foldRequests(await tinyExperiment({ epochs: '1', folds: '3' }), 3),
      `folds ${name}`,
    );
    const file = join(folder, `${name}.yaml`);
    const { dataset, model, training, engine } = await tinyExperiment({ epochs: '1' });
    const parameters = { 'training.learningRate': { choice: [0.001, 0.01] } };
    writeFileSync(file, JSON.stringify({ experiment: { dataset, model, training, engine }, search: { strategy: 'grid' }, parameters })); // prettier-ignore
    const trials = await jobs.startAll(await trialRequests(file));
    await Promise.all([...folds, ...trials].map(({ id }) => eventsOf(id)));
    const [ofFolds, ofTrials] = await Promise.all([
      jobs.list({ group: `folds ${name}` }),
      jobs.list({ group: trials[0].group ?? '' }),
    ]);
    expect(ofFolds.map(({ config }) => config.dataset['fold']).sort()).toEqual([0, 1, 2]);
    expect(ofTrials.map(({ config }) => config.training.learningRate).sort()).toEqual([0.001, 0.01]);
    const { done, failed, scores } = groupResult(ofFolds);
    const f1 = ofFolds.map((job) => job.scores?.['microF1'] ?? NaN);
    expect([done, failed, scores['microF1'].mean]).toEqual([3, 0, (f1[0] + f1[1] + f1[2]) / 3]);
    expect(existsSync(join(ofTrials[0].runDir, 'evaluation.json'))).toBe(false); // the test split was not looked at
    expect(ofTrials.every((job) => typeof job.scores?.['microF1'] === 'number')).toBe(true);
  });

  test('shares of a store are prepared by jobs, and a training finds them there', async () => {
    const config = await tinyExperiment({ epochs: '1', 'store-dir': join(folder, name, 'stores') });
    const shares = await jobs.startAll(prepareRequests(config, 2));
    const said: string[] = [];
    for (const { id } of shares) {
      for (const { type, data } of await eventsOf(id)) if (type === 'log') said.push(String(data['message']));
    }
    expect(said.sort()).toEqual([
      '1 of 1 shards were missing, and are prepared.', // one a split: train and test in the first share
      '2 of 2 shards were missing, and are prepared.',
    ]);
    const [store] = readdirSync(join(folder, name, 'stores'));
    const written = (): number[] =>
      readdirSync(join(folder, name, 'stores', store)).filter((file) => file.endsWith('.shard')).map((file) => statSync(join(folder, name, 'stores', store, file)).mtimeMs); // prettier-ignore
    const before = written();
    expect(before).toHaveLength(3);
    const { id } = await jobs.start({ config });
    expect(statesOf(await eventsOf(id)).at(-1)).toBe('completed');
    expect(written()).toEqual(before);
    expect(() => prepareRequests({ ...config, dataset: { ...config.dataset, storeDir: undefined } }, 2)).toThrow(
      'name its folder',
    );
  });

  test('higher priorities begin first', async () => {
    await worker.stop();
    const config = await tinyExperiment({ epochs: '1' });
    const low = await jobs.start({ config });
    const high = await jobs.start({ config, priority: 5 });
    worker = jobs.work({ concurrency: 1, leaseSeconds: 5, pollMs: 50, graceMs: 5000 });
    await Promise.all([eventsOf(low.id), eventsOf(high.id)]);
    const [first, second] = [await jobs.get(high.id), await jobs.get(low.id)];
    expect(first.startedAt?.getTime()).toBeLessThan(second.startedAt?.getTime() ?? 0);
  });
});

test('an embedded database is one process’s at a time', async () => {
  const dataDir = join(folder, 'one');
  const jobs = await openJobs({ dataDir });
  await expect(openJobs({ dataDir })).rejects.toThrow('is open already');
  await jobs.close();
  await (await openJobs({ dataDir })).close();
});

test('a server that does not answer, and addresses that are none, are said', async () => {
  await expect(openJobs({ databaseUrl: 'postgres://nobody:secret@127.0.0.1:1/x' })).rejects.toThrow(
    /No PostgreSQL answers at postgres:\/\/127\.0\.0\.1:1\/x(?!.*secret)/,
  );
  await expect(openJobs({ databaseUrl: 'nonsense' })).rejects.toThrow('expected postgres://');
  await expect(openJobs({ artifacts: 'ftp://x' })).rejects.toThrow('Expected s3://bucket/prefix');
});

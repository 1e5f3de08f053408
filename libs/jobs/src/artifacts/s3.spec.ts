import { appendFileSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, beforeAll, expect, jest, test } from '@jest/globals';
import S3rver from 's3rver';

import { startPostgres } from '../testing/postgres.js';
import { startWorkerProcess } from '../testing/start-worker.js';
import { tinyExperiment } from '../testing/tiny.js';
import { openJobs } from '../jobs.js';
import type { Artifacts } from './artifacts.js';
import { s3Artifacts } from './s3.js';

jest.setTimeout(120_000);

const folder = mkdtempSync(join(tmpdir(), 'cardio-s3-'));
const directory = join(folder, 'store');
const store = new S3rver({ port: 0, address: '127.0.0.1', silent: true, directory, configureBuckets: [{ name: 'ecg', configs: [] }] }); // prettier-ignore
const postgres = await startPostgres();
const env: Record<string, string> = { AWS_ACCESS_KEY_ID: 'S3RVER', AWS_SECRET_ACCESS_KEY: 'S3RVER' };
let artifacts: Artifacts;
beforeAll(async () => {
  const { port } = await store.run();
  env['AWS_ENDPOINT_URL_S3'] = `http://127.0.0.1:${port}`;
  artifacts = s3Artifacts('ecg', 'team/runs', env);
});
afterAll(async () => {
  await store.close();
  postgres?.stop();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
});

const [here, there] = [join(folder, 'here', 'a'), join(folder, 'there', 'a')];
const text = (...path: string[]): string => readFileSync(join(...path), 'utf8');

test('what is published of a run is fetched elsewhere, files that are gone included', async () => {
  mkdirSync(join(here, 'checkpoints', 'last'), { recursive: true });
  writeFileSync(join(here, 'config.json'), '{}');
  writeFileSync(join(here, 'checkpoints', 'last', 'weights.bin'), Buffer.alloc(100_000, 7));
  await artifacts.publish('a', here, 1);
  await artifacts.fetch('a', there);
  expect(readdirSync(there, { recursive: true }).sort()).toEqual(readdirSync(here, { recursive: true }).sort());
  expect(readFileSync(join(there, 'checkpoints', 'last', 'weights.bin'))).toEqual(Buffer.alloc(100_000, 7));

  appendFileSync(join(there, 'config.json'), ' ');
  rmSync(join(there, 'checkpoints'), { recursive: true });
  await artifacts.publish('a', there, 1);
  await artifacts.fetch('a', here);
  expect([text(here, 'config.json'), readdirSync(here)]).toEqual(['{} ', ['checkpoints', 'config.json']]);
  expect(readdirSync(join(here, 'checkpoints', 'last'))).toEqual([]);
});

test('who lost its claim publishes nothing over its successor', async () => {
  const run = join(folder, 'claims');
  mkdirSync(run);
  writeFileSync(join(run, 'notes.txt'), 'of the successor');
  await artifacts.publish('claims', run, 2);
  writeFileSync(join(run, 'notes.txt'), 'of the one before');
  await artifacts.publish('claims', run, 1);
  await artifacts.fetch('claims', join(folder, 'fetched'));
  expect(text(folder, 'fetched', 'notes.txt')).toBe('of the successor');
});

test('a run that was never published leaves the folder as it is', async () => {
  await artifacts.fetch('never', join(folder, 'never'));
  expect(readdirSync(folder)).not.toContain('never');
});

test('wrong keys, a bucket that is not there, and what was tampered with are said', async () => {
  const wrong = s3Artifacts('ecg', 'team/runs', { ...env, AWS_ACCESS_KEY_ID: 'WRONG' });
  await expect(wrong.publish('a', here, 1)).rejects.toThrow(/403 [^]*InvalidAccessKeyId/);
  expect(() => s3Artifacts('ecg', '', {})).toThrow('needs AWS_ACCESS_KEY_ID');
  await expect(s3Artifacts('absent', '', env).publish('a', here, 1)).rejects.toThrow(/absent/);

  writeFileSync(join(here, 'notes.txt'), 'as they were');
  await artifacts.publish('b', here, 1);
  const objects = readdirSync(directory, { recursive: true, encoding: 'utf8' });
  const tampered = objects.find((name) => name.endsWith('_S3rver_object') && text(directory, name) === 'as they were');
  writeFileSync(join(directory, tampered ?? ''), 'as they are');
  await expect(artifacts.fetch('b', join(folder, 'elsewhere', 'b'))).rejects.toThrow(
    '`notes.txt` of run b in s3://ecg is not what was stored',
  );
});

(postgres ? test : test.skip)(
  'a job of a killed machine goes on at another, which shares no folder with it',
  async () => {
    const [address, databaseUrl] = ['s3://ecg/moving', postgres?.url ?? ''];
    const workerEnv = { ...env, DATABASE_URL: databaseUrl, ARTIFACTS: address };
    const jobs = await openJobs({ databaseUrl });
    const config = await tinyExperiment({ epochs: '15', patience: '0', seed: '3' });
    const first = await startWorkerProcess({ ...workerEnv, WORKER_NAME: 'first', RUNS_DIR: join(folder, 'one') });
    const { id, runId } = await jobs.start({ config });
    while ((await jobs.get(id)).epoch < 6) await new Promise((resolve) => setTimeout(resolve, 50));
    first.kill('SIGKILL');
    const reached = (await jobs.get(id)).epoch;
    const second = await startWorkerProcess({ ...workerEnv, WORKER_NAME: 'second', RUNS_DIR: join(folder, 'two') });
    const log: string[] = [];
    for await (const { type, data } of jobs.events(id)) if (type === 'log') log.push(String(data['message']));
    const [job, metrics] = [await jobs.get(id), await jobs.metrics(id)];
    second.kill('SIGTERM');
    await new Promise((resolve) => second.once('close', resolve));
    await jobs.close();
    expect(job).toMatchObject({
      state: 'completed',
      attempts: 2,
      worker: 'second',
      runDir: join(folder, 'two', runId),
    });
    expect(metrics.map(({ epoch }) => epoch)).toEqual(Array.from({ length: 15 }, (_, i) => i + 1));
    const resumed = Number(
      /^Going on after epoch (\d+) of 15/.exec(log.find((line) => line.startsWith('Going on')) ?? '')?.[1],
    );
    expect(resumed).toBeGreaterThan(0);
    expect(resumed).toBeLessThanOrEqual(reached + 1);
    expect(text(folder, 'two', runId, 'metrics.jsonl').trimEnd().split('\n')).toHaveLength(15);
  },
);

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import { afterAll, expect, test } from '@jest/globals';

import { mlflow } from './mlflow.js';
import { listen, play, type Listening, type Received } from './testing.js';

const root = mkdtempSync(join(tmpdir(), 'cardio-mlflow-'));
afterAll(() => rmSync(root, { recursive: true }));

type Entry = { key: string; value: unknown; timestamp?: unknown; step?: unknown };

/**
 * A server that keeps one run and refuses what MLflow's own does: by mlflow/utils/validation.py (names, lengths, numbers of entries, types) and
 * by its rule that a parameter never changes.
 */
async function server(
  options: { down?: () => boolean } = {},
): Promise<Listening & { params: Map<string, string>; metrics: Entry[]; statuses: unknown[]; tags: Entry[] }> {
  const state = {
    params: new Map<string, string>(),
    metrics: [] as Entry[],
    statuses: [] as unknown[],
    tags: [] as Entry[],
  };
  let experiment: unknown;
  const invalid = (message: string): [number, unknown] => [400, { error_code: 'INVALID_PARAMETER_VALUE', message }];
  const badName = ({ key }: Entry): boolean => !/^[/\w.\- ]{1,250}$/.test(key) || /^\/|\/\/|\/$/.test(key);
  const answer = ({ what, body }: Received): [number, unknown] => {
    if (options.down?.()) return [503, {}];
    const [method, path] = what.split(' ');
    if (!path.startsWith('/api/2.0/mlflow/')) return [404, {}];
    const name = path.slice('/api/2.0/mlflow/'.length);
    if (method === 'GET' && name.startsWith('experiments/get-by-name?experiment_name='))
      return experiment === decodeURIComponent(name.split('=')[1])
        ? [200, { experiment: { experiment_id: '17', name: experiment } }]
        : [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }];
    if (name === 'experiments/create') {
      experiment = body['name'];
      return [200, { experiment_id: '17' }];
    }
    if (name === 'runs/create') {
      if (body['experiment_id'] !== '17' || !Number.isInteger(body['start_time'])) return invalid('run');
      state.tags.push(...(body['tags'] as Entry[]));
      return [200, { run: { info: { run_id: 'r1', run_name: body['run_name'] } } }];
    }
    if (body['run_id'] !== 'r1') return [404, { error_code: 'RESOURCE_DOES_NOT_EXIST' }];
    if (name === 'runs/update') {
      state.statuses.push(body['status'], Number.isInteger(body['end_time']));
      return [200, { run_info: {} }];
    }
    if (name !== 'runs/log-batch') return [404, {}];
    const [params, metrics] = [(body['params'] ?? []) as Entry[], (body['metrics'] ?? []) as Entry[]];
    if (params.length > 100 || metrics.length > 1000) return invalid('too many');
    if ([...params, ...metrics].some(badName)) return invalid('name');
    if (params.some(({ value }) => typeof value !== 'string' || value.length > 500)) return invalid('param');
    if (params.some(({ key, value }) => (state.params.get(key) ?? value) !== value)) return invalid('changed');
    if (metrics.some((m) => ![m.value, m.timestamp, m.step].every(Number.isFinite))) return invalid('metric');
    for (const { key, value } of params) state.params.set(key, String(value));
    state.metrics.push(...metrics);
    return [200, {}];
  };
  return { ...(await listen(answer)), ...state };
}

const stepsOf = (metrics: readonly Entry[], key: string): unknown[] =>
  metrics.filter((m) => m.key === key).map(({ step, value }) => [step, value]);

test('a run has its experiment, parameters, tags, metrics and end', async () => {
  const s = await server();
  const parameters = {
    seed: 3,
    model: { name: 'x', 'odd:name': true },
    long: 'y'.repeat(9000),
    ...Object.fromEntries(Array.from({ length: 150 }, (_, i) => [`n${i}`, i])),
  };
  const warnings: string[] = [];
  const options = {
    uri: `${s.url}/`,
    runName: 'a',
    experiment: 'my ecg',
    tags: { dataset: 'ptbxl' },
    parameters,
    env: {},
  };
  await play(mlflow(join(root, 'a'), { ...options, warn: (m) => warnings.push(m) }), { to: 3, stopped: 'completed' });
  await s.close();
  expect(warnings).toEqual([]);
  expect(s.received.slice(0, 3).map(({ what }) => what)).toEqual([
    'GET /api/2.0/mlflow/experiments/get-by-name?experiment_name=my%20ecg',
    'POST /api/2.0/mlflow/experiments/create',
    'POST /api/2.0/mlflow/runs/create',
  ]);
  expect(s.params.size).toBe(154);
  expect([s.params.get('seed'), s.params.get('model.name'), s.params.get('model.odd_name')]).toEqual([
    '3',
    'x',
    'true',
  ]);
  expect(s.tags).toContainEqual({ key: 'dataset', value: 'ptbxl' });
  expect(stepsOf(s.metrics, 'val/loss')).toEqual([[1, 0.5], [2, 0.25], [3, 0.5 / 3]]); // prettier-ignore
  expect(s.statuses).toEqual(['FINISHED', true]);
});

test('a resumed run goes on with the same one, and each epoch is sent once', async () => {
  const s = await server();
  const folder = join(root, 'resumed');
  const start = (seed: number): ReturnType<typeof mlflow> =>
    mlflow(folder, { uri: s.url, runName: 'a', parameters: { seed }, env: {} });
  await play(start(1), { to: 3, stopped: 'aborted' });
  await play(start(2), { from: 2, to: 5, stopped: 'early' }); // parameters can't change, and are not sent again
  await s.close();
  expect(s.received.filter(({ what }) => what.endsWith('runs/create'))).toHaveLength(1);
  expect(stepsOf(s.metrics, 'train/loss').map((entry) => (entry as number[])[0])).toEqual([1, 2, 3, 4, 5]);
  expect(s.params.get('seed')).toBe('1');
  expect(s.statuses).toEqual(['KILLED', true, 'RUNNING', false, 'FINISHED', true]);
});

test('a training that an error ended has failed, there as here', async () => {
  const s = await server();
  const callback = mlflow(join(root, 'failed'), { uri: s.url, runName: 'a', env: {} });
  await callback.onTrainError?.({ error: new Error('before the begin') });
  await play(callback, { to: 1 });
  await callback.onTrainError?.({ error: new Error('the loss is NaN') });
  await s.close();
  expect(stepsOf(s.metrics, 'train/loss')).toHaveLength(1);
  expect(s.statuses).toEqual(['FAILED', true]);
});

test('what a server that is down misses, the next resume sends', async () => {
  let down = false;
  const s = await server({ down: () => down });
  const folder = join(root, 'down');
  const warnings: string[] = [];
  const start = (): ReturnType<typeof mlflow> =>
    mlflow(folder, { uri: s.url, runName: 'a', env: {}, warn: (m) => warnings.push(m) });
  const first = start();
  await play(first, { to: 1 });
  down = true;
  await play(start(), { from: 1, to: 3, stopped: 'completed' });
  expect(JSON.parse(readFileSync(join(folder, 'mlflow.json'), 'utf8'))).toMatchObject({ runId: 'r1', epoch: 1 });
  expect(warnings).toEqual([
    expect.stringMatching(/^MLflow: POST .*: 503 .* Training goes on\. What the server lacks/),
  ]);
  down = false;
  await play(start(), { from: 3, to: 3, stopped: 'completed' });
  await s.close();
  expect(stepsOf(s.metrics, 'train/gradient_norm')).toEqual([[1, 1], [2, 1], [3, 1]]); // prettier-ignore
  expect(s.statuses.slice(-2)).toEqual(['FINISHED', true]);
});

test('a password in the address, or one in the environment, goes into the header and nowhere else', async () => {
  const s = await listen(() => [500, {}]);
  const warnings: string[] = [];
  const folder = join(root, 'secret');
  const uri = s.url.replace('//', '//me:s3cret@');
  await play(mlflow(folder, { uri, runName: 'a', env: {}, warn: (m) => warnings.push(m) }), { to: 1 });
  const env = { MLFLOW_TRACKING_TOKEN: 't0ken' };
  await play(mlflow(folder, { uri: s.url, runName: 'a', env, warn: (m) => warnings.push(m) }), { to: 1 });
  await s.close();
  const sent = [...new Set(s.received.map(({ authorization }) => authorization))];
  expect(sent).toEqual([`Basic ${Buffer.from('me:s3cret').toString('base64')}`, 'Bearer t0ken']);
  expect(warnings).toHaveLength(2);
  expect(warnings.join()).not.toMatch(/s3cret|t0ken/);
});

test('an address that is not of HTTP is refused', () => {
  expect(() => mlflow(root, { uri: 'sqlite://u:s3cret@x/y.db', runName: 'a', env: {} })).toThrow(
    /`sqlite:\/\/x\/y.db`/,
  );
});

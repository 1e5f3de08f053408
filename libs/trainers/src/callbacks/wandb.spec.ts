import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, test } from '@jest/globals';

import { listen, play, type Received } from './testing.js';
import { wandb } from './wandb.js';

const root = mkdtempSync(join(tmpdir(), 'cardio-wandb-'));
afterAll(() => rmSync(root, { recursive: true }));
const parameters = { seed: 3, model: { name: 'x', blocks: [1, 2] }, note: 'y'.repeat(70000) }; // longer than a block of the log
const logOf = (folder: string): string => {
  const [dir] = readdirSync(join(folder, 'wandb'));
  return join(folder, 'wandb', dir, 'run-a-1.wandb');
};

test('the log has the folder that `wandb sync` looks for, and a resumed run writes it anew in the same place', async () => {
  const folder = join(root, 'resumed');
  const start = (): ReturnType<typeof wandb> => wandb(folder, { mode: 'offline', runId: 'a-1', env: {} });
  await play(start(), { to: 3 });
  const whole = readFileSync(logOf(folder));
  expect(readdirSync(join(folder, 'wandb'))).toEqual([expect.stringMatching(/^offline-run-\d{8}_\d{6}-a-1$/)]);
  expect(whole.subarray(0, 7).toString('latin1')).toBe(':W&B\xe1\xbe\x00');
  await play(start(), { from: 2, to: 3 });
  expect(readdirSync(join(folder, 'wandb'))).toHaveLength(1);
  expect(Math.abs(readFileSync(logOf(folder)).length - whole.length)).toBeLessThan(100); // times have different digits
});

const python = process.env['CARDIO_PYTHON'] ?? 'python3';
const hasWandb = (() => {
  try {
    const code = 'import google.protobuf, importlib.util as u; assert u.find_spec("wandb")';
    execFileSync(python, ['-c', code], { stdio: 'ignore' });
    return true;
  } catch {
    console.log(
      `skipped: ${python} has no wandb; \`pip install --no-deps wandb\`, or set CARDIO_PYTHON to one that has`,
    );
    return false;
  }
})();

(hasWandb ? test : test.skip)('the records are what the classes of Weights & Biases read', async () => {
  const folder = join(root, 'official');
  const options = {
    mode: 'offline',
    runId: 'a-1',
    project: 'ecg',
    entity: 'team',
    tags: ['t', 'u'],
    parameters,
  } as const;
  await play(wandb(folder, { ...options, env: {} }), { from: 20, to: 150, stopped: 'completed' });
  const script = fileURLToPath(new URL('../../golden/read_wandb.py', import.meta.url));
  const lines = execFileSync(python, [script, logOf(folder)], { encoding: 'utf8' })
    .trim()
    .split('\n');
  const records = lines.map((line) => JSON.parse(line) as [kind: string, record: Record<string, never>]);
  expect(records.map(([kind]) => kind)).toEqual([
    'header',
    'run',
    ...Array.from({ length: 150 }, () => ['summary', 'history']).flat(),
    'exit',
  ]);
  expect(records.map(([, record]) => Number(record['num']))).toEqual(records.map((_, i) => i + 1));
  const update = Object.entries(parameters).map(([key, value]) => ({ key, value_json: JSON.stringify(value) }));
  expect(records[1][1]['run']).toMatchObject({
    run_id: 'a-1',
    display_name: 'a-1',
    project: 'ecg',
    entity: 'team',
    tags: ['t', 'u'],
    config: { update },
  });
  const { item, step } = records[301][1]['history'] as {
    item: { nested_key: string[]; value_json: string }[];
    step: { num: string };
  };
  expect(step.num).toBe('150');
  expect(Object.fromEntries(item.map((i) => [i.nested_key.join('.'), JSON.parse(i.value_json) as number]))).toEqual({
    _step: 150,
    _runtime: 375,
    _timestamp: expect.any(Number),
    epoch: 150,
    'trainer/step': 1500,
    'train/loss': 1 / 150,
    'train/gradient_norm': 1,
    'val/loss': 0.5 / 150,
    'val/macroF1': 0.25,
    learning_rate: 0.001,
  });
  expect(records[302][1]['exit']).toEqual({ runtime: 375 });
});

const made = { data: { upsertBucket: { bucket: { name: 'a-1', project: { name: 'ecg', entity: { name: 'me' } } } } } };
const key = 'k'.repeat(40);

/** Lines of a history as the server would have them after all requests. */
function historyAt(received: readonly Received[]): number[] {
  const steps: number[] = [];
  for (const { body } of received) {
    const files = body['files'] as Record<string, { offset: number; content: string[] }> | undefined;
    if (!files) continue;
    const { offset, content } = files['wandb-history.jsonl'];
    content.forEach((line, i) => (steps[offset + i] = (JSON.parse(line) as { _step: number })._step));
  }
  return steps;
}

test('online, the server has the run, its history and its end; the folder is marked as sent', async () => {
  const folder = join(root, 'online');
  const server = await listen(() => [200, made]);
  const env = { WANDB_API_KEY: key, WANDB_BASE_URL: `${server.url}/`, WANDB_PROJECT: 'ecg', WANDB_ENTITY: 'team' };
  await play(wandb(folder, { mode: 'online', runId: 'a-1', tags: ['t'], parameters: { seed: 3 }, env }), {
    from: 2,
    to: 4,
    stopped: 'early',
  });
  await server.close();
  const [first, ...rest] = server.received;
  expect(first.what).toBe('POST /graphql');
  expect(first.body['variables']).toEqual({
    name: 'a-1',
    displayName: 'a-1',
    project: 'ecg',
    entity: 'team',
    tags: ['t'],
    config: '{"seed":{"value":3}}',
  });
  expect(new Set(rest.map(({ what }) => what))).toEqual(new Set(['POST /files/me/ecg/a-1/file_stream']));
  for (const { authorization } of server.received)
    expect(authorization).toBe(`Basic ${Buffer.from(`api:${key}`).toString('base64')}`);
  expect(historyAt(rest)).toEqual([1, 2, 3, 4]);
  expect(rest.at(-1)?.body).toEqual({ complete: true, exitcode: 0 });
  expect(existsSync(`${logOf(folder)}.synced`)).toBe(true);
});

test('a server that fails for a while gets what it missed; the warning has no key', async () => {
  const folder = join(root, 'failing');
  let requests = 0;
  const server = await listen(() => (++requests <= 2 ? [401, { error: 'no such key' }] : [200, made]));
  const warnings: string[] = [];
  const env = { WANDB_API_KEY: key, WANDB_BASE_URL: server.url };
  const warn = (message: string): void => void warnings.push(message);
  await play(wandb(folder, { mode: 'online', runId: 'a-1', env, warn }), { to: 3, stopped: 'aborted' });
  await server.close();
  expect(historyAt(server.received.slice(2))).toEqual([1, 2, 3]);
  expect(server.received.at(-1)?.body).toEqual({ complete: true, exitcode: 130 });
  expect(warnings).toEqual([
    `Weights & Biases: POST ${server.url}/graphql: 401 {"error":"no such key"}. Training goes on. ` +
      `The run is complete in ${join(folder, 'wandb')}: \`wandb sync\` sends it.`,
  ]);
});

test('a server that is not there ends no training and leaves the log unmarked', async () => {
  const folder = join(root, 'absent');
  const server = await listen(() => [200, {}]);
  await server.close();
  const warnings: string[] = [];
  const env = { WANDB_API_KEY: key, WANDB_BASE_URL: server.url };
  const warn = (message: string): void => void warnings.push(message);
  await play(wandb(folder, { mode: 'online', runId: 'a-1', env, warn }), { to: 2, stopped: 'completed' });
  expect(warnings).toEqual([expect.stringContaining('ECONNREFUSED')]);
  expect(existsSync(logOf(folder))).toBe(true);
  expect(existsSync(`${logOf(folder)}.synced`)).toBe(false);
});

test('online without a key is refused', () => {
  expect(() => wandb(root, { mode: 'online', runId: 'a-1', env: {} })).toThrow(/WANDB_API_KEY/);
});

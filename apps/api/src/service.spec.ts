import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, beforeAll, expect, test } from '@jest/globals';

type Json = Readonly<Record<string, unknown>>;

const folder = mkdtempSync(join(tmpdir(), 'cardio-service-'));
const entry = fileURLToPath(new URL('../bin/api.js', import.meta.url));
let service: ChildProcess;
let address = '';

/** Starts the service in a process of its own, with its embedded database in the folder, on any free port. */
async function startService(): Promise<void> {
  const env = { ...process.env, NODE_OPTIONS: '', TRAINING_PORT: '0', TRAINING_API_TOKEN: '' };
  service = spawn(process.execPath, [entry], { cwd: folder, env, stdio: ['ignore', 'pipe', 'inherit'] });
  address = await new Promise((resolve, reject) => {
    let said = '';
    service.stdout?.on('data', (text: Buffer) => {
      said += text.toString();
      const [, found] = /^Listening on (\S+)$/m.exec(said) ?? [];
      if (found) resolve(found);
    });
    service.on('exit', () => reject(new Error(`the service ended: ${said}`)));
  });
}

async function stopService(): Promise<number | null> {
  const ended = new Promise<number | null>((resolve) => service.on('exit', resolve));
  service.kill('SIGTERM');
  return ended;
}

beforeAll(startService, 60_000);
afterAll(async () => {
  await stopService();
  rmSync(folder, { recursive: true });
}, 60_000);

async function ask(method: string, path: string, body?: object): Promise<{ status: number; json: Json; text: string }> {
  const headers = body ? { 'content-type': 'application/json' } : {};
  const response = await fetch(address + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json');
  return { status: response.status, text, json: isJson ? (JSON.parse(text) as Json) : {} };
}

interface ServerEvent {
  readonly id: number;
  readonly type: string;
  readonly data: Json;
}

/** Reads a job's events, after one that is known, until the stream ends or a condition holds. */
async function follow(
  id: string,
  { after = 0, until = (_: ServerEvent): boolean => false } = {},
): Promise<ServerEvent[]> {
  const headers = { 'last-event-id': String(after) };
  const response = await fetch(`${address}/training/${id}/events`, { headers });
  expect(response.headers.get('content-type')).toBe('text/event-stream');
  const events: ServerEvent[] = [];
  let rest = '';
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    const blocks = (rest + Buffer.from(chunk).toString()).split('\n\n');
    rest = blocks.pop() ?? '';
    for (const block of blocks) {
      const [, eventId, type, data] = /^id: (\d+)\nevent: (\w+)\ndata: (.*)$/s.exec(block) ?? [];
      if (data === undefined) continue;
      events.push({ id: Number(eventId), type, data: JSON.parse(data) as Json });
      if (until(events[events.length - 1])) return events; // which ends the request
    }
  }
  return events;
}

const tiny = {
  ...{ model_name: 'cnn-lstm', dataset_name: 'synthetic', preset: 'tiny', records: 40, seconds: 2, leads: ['I', 'II'] },
  ...{ batch_size: 8, epochs: 2, learning_rate: 1e-3, engine: 'wasm', num_classes: 8, input_channels: 2 },
};
const long = { ...tiny, epochs: 5000, patience: 0, checkpoint_every_steps: 5 };
const states = (events: readonly ServerEvent[]) =>
  events.flatMap(({ type, data }) => (type === 'state' ? [data['status']] : []));

test('a training is started, watched, reported, used to predict and exported', async () => {
  const started = await ask('POST', '/training/start', tiny);
  expect([started.status, started.json['status']]).toEqual([201, 'queued']);
  const id = String(started.json['job_id']);

  const events = await follow(id);
  expect(states(events)).toEqual(['queued', 'running', 'completed']);
  expect(events.filter(({ type }) => type === 'metrics').map(({ data }) => data['epoch'])).toEqual([1, 2]);
  expect(await follow(id, { after: events[3].id })).toEqual(events.slice(4));

  const { json: status } = await ask('GET', `/training/${id}/status`);
  expect(status).toMatchObject({
    status: 'completed',
    progress: 100,
    current_epoch: 2,
    total_epochs: 2,
    num_classes: 8,
    input_channels: 2,
  });
  for (const name of ['train_loss', 'val_loss', 'val_accuracy']) expect(status[name]).toEqual(expect.any(Number));
  const { json: metrics } = await ask('GET', `/training/${id}/metrics`);
  expect((metrics['metrics'] as Json[]).map(({ epoch }) => epoch)).toEqual([1, 2]);
  const { json: log } = await ask('GET', `/training/${id}/log`);
  expect((log['lines'] as Json[]).map(({ message }) => message)).toContainEqual(
    expect.stringMatching(/^Model cnn_lstm/),
  );
  const report = await ask('GET', `/training/${id}/report?lang=pt-BR`);
  expect([report.status, report.text.includes('<html lang="pt-BR"')]).toEqual([200, true]);

  const run = String(status['run_id']);
  const { json: runs } = await ask('GET', '/runs');
  expect(runs['runs']).toMatchObject([{ id: run, state: 'evaluated', epochs: { done: 2, most: 2 } }]);
  expect((await ask('GET', `/runs/${run}`)).json).toMatchObject({ id: run, manifest: { model: { name: 'cnn_lstm' } } });

  const wave = Array.from({ length: 200 }, (_, i) => Math.sin(i / 8));
  const record = { samples: [wave, wave], sample_rate_hz: 100, leads: ['I', 'II'] };
  const { json: before } = await ask('POST', `/predict/${run}?saliency=true`, record);
  expect(before).toMatchObject({
    model: 'checkpoint',
    run_id: run,
    saliency: { leads: ['I', 'II'], sample_rate_hz: 100 },
  });
  const [{ values }] = (before['saliency'] as { windows: { values: number[][] }[] }).windows;
  expect(values.map(({ length }) => length)).toEqual([200, 200]);
  const exported = await ask('POST', '/models/export', { run_id: run });
  expect([exported.status, exported.json['path']]).toEqual([201, 'export/onnx/model.onnx']);
  expect((await ask('GET', `/runs/${run}/files/export/onnx/bundle.json`)).json).toMatchObject({ run });
  const { json: after } = await ask('POST', `/predict/${run}`, record);
  expect(after['model']).toBe('onnx');
  const probabilities = (answer: Json) => (answer['windows'] as { probabilities: number[] }[])[0].probabilities;
  probabilities(after).forEach((p, k) => expect(p).toBeCloseTo(probabilities(before)[k], 4));
}, 120_000);

test('a running job goes back to the queue with a checkpoint when the service stops, and goes on when it starts; then it is cancelled', async () => {
  const id = String((await ask('POST', '/training/start', long)).json['job_id']);
  const behind = String((await ask('POST', '/training/start', tiny)).json['job_id']);
  expect((await ask('DELETE', `/training/${behind}`)).json['status']).toBe('cancelled');
  const before = await follow(id, { until: ({ type, data }) => type === 'metrics' && Number(data['epoch']) >= 2 });
  expect(await stopService()).toBe(0);

  await startService();
  const last = before[before.length - 1].id;
  let wentOn = false;
  const seen = await follow(id, {
    after: last,
    until({ type, data }) {
      wentOn ||= String(data['message']).startsWith('Going on after epoch');
      return wentOn && type === 'metrics';
    },
  });
  expect(states(seen)).toEqual(['queued', 'running']);
  const epochs = [...before, ...seen].flatMap(({ type, data }) => (type === 'metrics' ? [Number(data['epoch'])] : []));
  expect(epochs).toEqual(epochs.map((_, i) => i + 1));
  expect(epochs.length).toBeGreaterThan(2);

  await ask('DELETE', `/training/${id}`);
  expect(states(await follow(id)).at(-1)).toBe('cancelled');
  expect((await ask('GET', `/training/${id}/report`)).status).toBe(409);
}, 180_000);

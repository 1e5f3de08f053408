// How fast `GET /training/{job_id}/status` answers 200 requests a second while two jobs train: npm run bench:api
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import autocannon from 'autocannon';

const seconds = Number(process.argv[2] ?? 30);
const folder = mkdtempSync(join(tmpdir(), 'cardio-bench-api-'));
const command = fileURLToPath(new URL('../../apps/cli/bin/cardio.js', import.meta.url));
const service = spawn(
  process.execPath,
  [command, 'serve', '--port', '0', '--concurrency', '2', '--log-level', 'warn'],
  {
    cwd: folder,
    stdio: ['ignore', 'pipe', 'inherit'],
  },
);
try {
  const address = await new Promise<string>((resolve, reject) => {
    service.stdout.on('data', (text: Buffer) => {
      const [, found] = /API (\S+)\/docs/.exec(text.toString()) ?? [];
      if (found) resolve(found);
    });
    service.on('exit', () => reject(new Error('The service ended.')));
  });
  const body = {
    ...{ model_name: 'cnn_lstm', dataset_name: 'synthetic', preset: 'small', records: 200, engine: 'wasm' },
    ...{ epochs: 10_000, patience: 0 },
  };
  const start = async (): Promise<string> => {
    const headers = { 'content-type': 'application/json' };
    const response = await fetch(`${address}/training/start`, { method: 'POST', headers, body: JSON.stringify(body) });
    return ((await response.json()) as { job_id: string }).job_id;
  };
  const jobs = [await start(), await start()];
  const status = async (id: string): Promise<{ status: string; train_loss: number | null; progress: number }> =>
    (await (await fetch(`${address}/training/${id}/status`)).json()) as never; // the contract's fields
  while (!(await Promise.all(jobs.map(status))).every(({ train_loss: loss }) => loss !== null)) {
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
  const { latency, requests, non2xx, errors } = await autocannon({
    ...{ url: `${address}/training/${jobs[0]}/status`, connections: 10, overallRate: 200, duration: seconds },
  });
  const after = await Promise.all(jobs.map(status));
  console.log(
    `${requests.total} requests in ${seconds} s (${requests.average}/s) while ${after.filter((job) => job.status === 'running').length} jobs train; ` +
      `${non2xx} not 2xx, ${errors} errors; ${cpus().length} cores, Node ${process.version}`,
  );
  console.log(
    `ms: p50 ${latency.p50}, p97.5 ${latency.p97_5}, p99 ${latency.p99}, p99.9 ${latency.p99_9}, max ${latency.max}`,
  );
  for (const id of jobs) await fetch(`${address}/training/${id}`, { method: 'DELETE' });
} finally {
  const ended = new Promise((resolve) => service.on('exit', resolve));
  service.kill('SIGTERM');
  await ended;
  rmSync(folder, { recursive: true });
}

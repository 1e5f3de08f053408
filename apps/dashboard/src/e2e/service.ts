import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const command = fileURLToPath(new URL('../../../cli/bin/cardio.js', import.meta.url));

/** A service that runs for a test, in a folder of its own. */
export interface Service {
  readonly address: string;
  /** All that it said. */
  readonly output: () => string;
  readonly stop: () => Promise<void>;
}

/** Starts `cardio serve` with its embedded database and a token, and waits until it is ready. */
export async function startService(token: string): Promise<Service> {
  const folder = mkdtempSync(join(tmpdir(), 'cardio-dashboard-'));
  const port = await freePort();
  const env = { ...process.env, TRAINING_API_TOKEN: token, TRAINING_PORT: undefined, NODE_OPTIONS: '' };
  const child = spawn(process.execPath, [command, 'serve', '--port', String(port)], { cwd: folder, env });
  let output = '';
  child.stdout.on('data', (text) => (output += String(text)));
  child.stderr.on('data', (text) => (output += String(text)));
  const address = `http://127.0.0.1:${port}`;
  const stop = async (): Promise<void> => {
    await ended(child);
    rmSync(folder, { recursive: true, force: true });
  };
  for (const until = Date.now() + 40_000; Date.now() < until;) {
    if (child.exitCode !== null) break;
    const ready = await fetch(`${address}/ready`).catch(() => undefined);
    if (ready?.ok) return { address, output: () => output, stop };
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  await stop();
  throw new Error(`The service did not become ready:\n${output}`);
}

/** Ends the service as a user would; after 15 s by force. */
async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const exit = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGTERM');
  const force = setTimeout(() => child.kill('SIGKILL'), 15_000);
  await exit;
  clearTimeout(force);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  if (typeof address !== 'object' || address === null) throw new Error('no port');
  return address.port;
}

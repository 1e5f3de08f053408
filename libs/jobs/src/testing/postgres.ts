import { execFileSync, spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A PostgreSQL server for a test. */
export interface TestServer {
  readonly url: string;
  /** Ends it as a crash would, and starts it again with what it had written. */
  restart(): Promise<void>;
  stop(): void;
}

/**
 * Starts the machine's PostgreSQL with a new database in a temporary folder; `undefined` where there is none, which is printed.
 * `CARDIO_TEST_DATABASE_URL` names a server to use instead (an empty database: its tables are made there).
 */
export async function startPostgres(): Promise<TestServer | undefined> {
  const given = process.env['CARDIO_TEST_DATABASE_URL'];
  if (given) return { url: given, restart: () => Promise.resolve(), stop: () => undefined };
  const bin = findBinaries();
  if (!bin) {
    console.warn(
      'Skipped on a real PostgreSQL: there is none (Debian: apt-get install postgresql), nor CARDIO_TEST_DATABASE_URL.',
    );
    return undefined;
  }
  const folder = mkdtempSync(join(tmpdir(), 'cardio-postgres-'));
  const other = process.getuid?.() === 0 ? unprivileged() : undefined; // it refuses to run as root
  if (other) chownSync(folder, other.uid, other.gid);
  const user = other ?? {};
  const data = join(folder, 'data');
  execFileSync(join(bin, 'initdb'), ['-D', data, '-U', 'postgres', '-A', 'trust', '--no-sync'], {
    ...user,
    stdio: 'pipe',
  });
  const port = await freePort();
  const url = `postgres://postgres@127.0.0.1:${port}/postgres`;
  const options = [
    '-D',
    data,
    '-p',
    String(port),
    '-c',
    'listen_addresses=127.0.0.1',
    '-c',
    `unix_socket_directories=${folder}`,
  ];
  const start = () => spawn(join(bin, 'postgres'), options, { ...user, stdio: 'ignore' });
  let server = start();
  await answers(port);
  return {
    url,
    async restart() {
      const ended = new Promise((resolve) => server.on('close', resolve));
      server.kill('SIGQUIT'); // at once, connections and all
      await ended;
      server = start();
      await answers(port);
    },
    stop() {
      server.kill('SIGQUIT');
      server.on('close', () => rmSync(folder, { recursive: true, force: true }));
    },
  };
}

function findBinaries(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...(process.env['PATH'] ?? '').split(':'),
    ...versions.map((version) => join(debian, version, 'bin')),
  ];
  return folders.find((folder) => ['initdb', 'postgres'].every((name) => existsSync(join(folder, name))));
}

function unprivileged(): { uid: number; gid: number } {
  const idOf = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: 'pipe' }));
  const name = ['postgres', 'nobody'].find((one) => {
    try {
      return idOf('-u', one) > 0;
    } catch {
      return false;
    }
  });
  if (!name) throw new Error('There is no user to run PostgreSQL as: neither postgres nor nobody.');
  return { uid: idOf('-u', name), gid: idOf('-g', name) };
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function answers(port: number): Promise<void> {
  const { default: pg } = await import('pg');
  const until = Date.now() + 20_000;
  for (;;) {
    const client = new pg.Client({ host: '127.0.0.1', port, user: 'postgres', database: 'postgres' });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return;
    } catch (error) {
      if (Date.now() > until) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

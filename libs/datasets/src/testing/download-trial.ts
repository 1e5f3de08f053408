import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from '@jest/globals';
import { downloadDataset, type DownloadOptions, type DownloadResult } from '../download/download.js';
import { someBytes, unreliableServer, type Trouble, type UnreliableServer } from './unreliable-server.js';

/** A few files in MIT-BIH's layout; 100.dat is the one that gets trouble. */
export const files: Readonly<Record<string, Buffer>> = {
  RECORDS: Buffer.from('100\n101\n'),
  '100.hea': Buffer.from('100 2 360 650000\n'),
  '100.dat': someBytes(1, 300_000),
  '101.hea': Buffer.from('101 2 360 650000\n'),
  '101.dat': someBytes(2, 50_000),
  'x_mitdb/x_108.hea': Buffer.from('x_108 2 360 650000\n'),
};

/** A network of milliseconds. */
export const network = { attempts: 4, idleSeconds: 10, backoff: { baseSeconds: 0.01, maxSeconds: 0.05 } };

const servers: UnreliableServer[] = [];
afterEach(async () => {
  await Promise.all(servers.splice(0).map((server) => server.close()));
});

/** A server of {@link files} that is closed after the test. */
export async function serverWith(troubles: Record<string, Trouble> = {}, content = files): Promise<UnreliableServer> {
  const server = await unreliableServer(content, troubles);
  servers.push(server);
  return server;
}

const root = mkdtempSync(join(tmpdir(), 'cardio-download-test-'));
afterAll(() => rmSync(root, { recursive: true }));

/** An empty folder, gone after the tests. */
export const newFolder = (): string => mkdtempSync(join(root, 'data-'));

/** Downloads `mitbih` from a server. */
export function download(
  server: UnreliableServer,
  dataDir: string,
  more: Partial<DownloadOptions> = {},
): Promise<DownloadResult> {
  return downloadDataset({ name: 'mitbih', dataDir, mirror: server.address, network, ...more });
}

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Whether a file is there with the right bytes. */
export const isRight = (dataDir: string, path: string): boolean =>
  existsSync(join(dataDir, path)) && sha256(readFileSync(join(dataDir, path))) === sha256(files[path]);

/** The rule that no trouble may break: what has its final name is right. */
export function expectNothingCorrupt(dataDir: string): void {
  for (const path of Object.keys(files)) if (existsSync(join(dataDir, path))) expect(isRight(dataDir, path)).toBe(true);
}

/** As {@link expectNothingCorrupt}, and everything is there. */
export function expectComplete(dataDir: string): void {
  for (const path of Object.keys(files)) expect([path, isRight(dataDir, path)]).toEqual([path, true]);
  expect(readdirSync(dataDir).filter((name) => name.endsWith('.part') || name.endsWith('.lock'))).toEqual([]);
}

import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { writeSyntheticMitbih } from '@cardio/datasets';
import { afterAll, afterEach, beforeAll, expect, jest, test } from '@jest/globals';

// The real command in a process of its own, against a server of a synthetic database in MIT-BIH's layout.
jest.setTimeout(120_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'cardio-download-'));
afterAll(() => rmSync(root, { recursive: true }));
const origin = join(root, 'origin');
mkdirSync(origin);
let names: string[] = [];
/** Bytes a second that the server sends of each file. */
let speed = Infinity;
let requests: string[] = [];
const running: Server[] = [];

beforeAll(async () => {
  await writeSyntheticMitbih(origin, { seed: 3 });
  names = readdirSync(origin);
  const sum = (name: string): string =>
    createHash('sha256')
      .update(readFileSync(join(origin, name)))
      .digest('hex');
  writeFileSync(join(origin, 'SHA256SUMS.txt'), names.map((name) => `${sum(name)} ${name}\n`).join(''));
});

afterEach(() => {
  speed = Infinity;
  requests = [];
  for (const server of running.splice(0)) {
    server.closeAllConnections();
    server.close();
  }
});

async function serve(): Promise<string> {
  const server = createServer((request, response) => {
    const path = join(origin, request.url ?? '');
    const { range } = request.headers;
    const content = readFileSync(path).subarray(Number(/\d+/.exec(range ?? '')?.[0] ?? 0));
    const total = statSync(path).size;
    response.writeHead(range ? 206 : 200, {
      'Content-Length': String(content.length),
      ...(range && { 'Content-Range': `bytes ${total - content.length}-${total - 1}/${total}` }),
    });
    if (request.method === 'HEAD') return void response.end();
    requests.push(`${request.url} ${range ?? ''}`.trim());
    const slow = speed < Infinity && request.url?.endsWith('.dat');
    if (!slow) return void response.end(content);
    const piece = Math.ceil(speed / 20);
    let at = 0;
    const timer = setInterval(() => {
      response.write(content.subarray(at, (at += piece)));
      if (at < content.length) return;
      clearInterval(timer);
      response.end();
    }, 50);
    response.on('close', () => clearInterval(timer));
  });
  running.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

interface Running {
  readonly child: ChildProcess;
  readonly ended: Promise<{ code: number | null; stdout: string; stderr: string }>;
}

/** `direct`: the sources in one process, which a signal reaches. */
function cardio(args: string, direct = false): Running {
  const source = fileURLToPath(new URL('../main.ts', import.meta.url));
  const command = direct ? ['--conditions=@cardio/source', '--import', 'tsx', source] : [bin];
  const child = spawn(process.execPath, [...command, ...args.split(' ').filter(Boolean)], {
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let stdout = '';
  let stderr = '';
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  return { child, ended: new Promise((resolve) => child.on('close', (code) => resolve({ code, stdout, stderr }))) };
}

const newFolder = (): string => join(mkdtempSync(join(root, 'data-')), 'mitbih');
const same = (dataDir: string, name: string): boolean =>
  readFileSync(join(dataDir, name)).equals(readFileSync(join(origin, name)));

function expectComplete(dataDir: string): void {
  expect(names.filter((name) => !existsSync(join(dataDir, name)) || !same(dataDir, name))).toEqual([]);
  expect(readdirSync(dataDir).filter((name) => name.endsWith('.part'))).toEqual([]);
}

/** Waits until a `.part` has some bytes. */
async function halfway(dataDir: string): Promise<void> {
  const parts = (): string[] =>
    existsSync(dataDir) ? readdirSync(dataDir).filter((name) => name.endsWith('.dat.part')) : [];
  while (!parts().some((name) => statSync(join(dataDir, name)).size > 3000))
    await new Promise((resolve) => setTimeout(resolve, 20));
}

test('download shows source, licence and citation; verify finds what is damaged later', async () => {
  const dataDir = newFolder();
  const mirror = await serve();
  const dry = await cardio(`datasets download mitbih --data-dir ${dataDir} --mirror ${mirror} --dry-run`).ended;
  expect(dry.stdout).toContain(`${names.length} files: 0 there and right, ${names.length} to fetch`);
  expect(existsSync(dataDir)).toBe(false);

  const { code, stdout } = await cardio(`datasets download mitbih --data-dir ${dataDir} --mirror ${mirror}`).ended;
  expect(code).toBe(0);
  for (const part of [
    'MIT-BIH Arrhythmia Database, version 1.0.0',
    'licence: ODC-By 1.0',
    'cite: Moody GB',
    `Downloaded ${names.length} files`,
  ])
    expect(stdout).toContain(part);
  expectComplete(dataDir);

  truncateSync(join(dataDir, '100.dat'), 1000);
  const json = await cardio(`datasets verify mitbih --data-dir ${dataDir} --json`).ended;
  expect(json.code).toBe(1);
  const { findings } = JSON.parse(json.stdout) as { findings: { check: string; places: string[] }[] };
  expect(findings.find(({ check }) => check === 'checksum')?.places).toEqual(['100.dat']);
  expect(findings.find(({ check }) => check === 'unreadable')?.places[0]).toMatch(/^100\.dat/);
  const text = await cardio(`datasets verify mitbih --data-dir ${dataDir}`).ended;
  expect(text.stdout).toMatch(/^checksum +problem +1 {2}not the bytes that SHA256SUMS\.txt lists$/m);
  expect(Math.max(...text.stdout.split('\n').map(({ length }) => length))).toBeLessThanOrEqual(80);
});

test('a killed download goes on where it was, and nothing half has a final name', async () => {
  const dataDir = newFolder();
  const mirror = await serve();
  speed = 20_000;
  const { child, ended } = cardio(
    `datasets download mitbih --data-dir ${dataDir} --mirror ${mirror} --parallel 2`,
    true,
  );
  await halfway(dataDir);
  child.kill('SIGKILL');
  await ended;
  for (const name of names)
    if (existsSync(join(dataDir, name))) expect([name, same(dataDir, name)]).toEqual([name, true]);
  expect(readdirSync(dataDir).some((name) => name.endsWith('.dat.part'))).toBe(true);
  speed = Infinity;
  requests = [];
  const again = await cardio(`datasets download mitbih --data-dir ${dataDir} --mirror ${mirror}`).ended;
  expect(again).toMatchObject({ code: 0 });
  expect(requests.some((request) => /^\/\d+\.dat bytes=\d{4,}-$/.test(request))).toBe(true);
  expectComplete(dataDir);
});

test('an interrupted download says how to go on', async () => {
  const dataDir = newFolder();
  const mirror = await serve();
  speed = 20_000;
  const { child, ended } = cardio(`datasets download mitbih --data-dir ${dataDir} --mirror ${mirror}`, true);
  await halfway(dataDir);
  child.kill('SIGINT');
  const { code, stderr } = await ended;
  expect(stderr).toMatch(/Stopped after \d+ files\. What is there stays; run the same command again to go on\./);
  expect(code).toBe(130);
  expect(existsSync(join(dataDir, '.cardio-download.lock'))).toBe(false);
});

test('wrong usage is exit code 2, a server without the data 1', async () => {
  const dataDir = newFolder();
  const run = (args: string): Running['ended'] => cardio(`datasets ${args} --data-dir ${dataDir}`).ended;
  const [licence, name, number, nobody, nothing] = await Promise.all([
    run('download icentia11k'),
    run('download ptb'),
    run('download ptbxl --parallel 0'),
    run('download ptbxl --mirror http://127.0.0.1:9/'),
    run('verify ptbxl'),
  ]);
  expect(licence).toMatchObject({ code: 2, stderr: expect.stringContaining('--accept-license') as unknown });
  expect(name).toMatchObject({ code: 2, stderr: expect.stringContaining('Did you mean `ptbxl`?') as unknown });
  expect(number).toMatchObject({ code: 2, stderr: expect.stringContaining('from 1 to 64') as unknown });
  expect(nobody.code).toBe(1);
  expect(nobody.stderr).toContain('SHA256SUMS.txt: the connection breaks');
  expect(nothing.code).toBe(1);
});

import { createServer, type Server } from 'node:http';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { encodeRecord, folderSource, httpSource, memorySource, readRecord, WfdbError, type Source } from '../index.js';

const samples = Float32Array.from({ length: 1000 }, (_, i) => (i % 200) / 100 - 1);
const signal = { samples: [samples, samples.map((_, i) => (i % 70) / 50)], sampleRateHz: 100, leads: ['I', 'II'] };
const { header, files } = encodeRecord('r_1', signal);
const dat = files.get('r_1.dat') ?? new Uint8Array(0);
const contents: Record<string, Uint8Array> = { 'r_1.hea': new TextEncoder().encode(header), 'r_1.dat': dat };

/** A server of `contents` that keeps count of what it sends, in one of several ways. */
let server: Server;
let base: string;
let sent: string[] = [];
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'wfdb-source-'));
  for (const [name, bytes] of Object.entries(contents)) await writeFile(join(folder, name), bytes);
  server = createServer((request, response) => {
    const [, how, name] = (request.url ?? '').split('/');
    const bytes = contents[name];
    const range = /^bytes=(\d+)-(\d+)$/.exec(request.headers.range ?? '');
    if (how === 'broken') response.writeHead(503).end();
    else if (!bytes) response.writeHead(404).end();
    else if (range && how !== 'whole') {
      const [start, end] = [Number(range[1]), Math.min(Number(range[2]) + 1, bytes.length)];
      const shift = how === 'shifted' && start > 0 ? 2 : 0;
      const body = bytes.subarray(start + shift, how === 'short' ? Math.min(end, start + 5) : end + shift);
      sent.push(`${name} ${body.length}`);
      response.writeHead(
        206,
        how === 'sizeless' ? {} : { 'Content-Range': `bytes ${start + shift}-${end + shift - 1}/${bytes.length}` },
      );
      response.end(body);
    } else {
      sent.push(`${name} ${bytes.length}`);
      response.writeHead(200).end(bytes);
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.closeAllConnections();
  server.close();
  await rm(folder, { recursive: true });
});

describe('the same record', () => {
  const sources: [string, () => Source][] = [
    ['a folder', () => folderSource(folder)],
    ['memory, as bytes', () => memorySource(contents)],
    [
      'memory, as Blobs',
      () => memorySource(new Map(Object.entries(contents).map(([name, bytes]) => [name, new Blob([bytes.slice()])]))),
    ],
    ['a server with ranges', () => httpSource(`${base}/ranges`)],
    ['a server without ranges', () => httpSource(`${base}/whole/`)],
  ];
  test.each(sources)('comes from %s, as a whole and in part', async (_, source) => {
    const place = { source: source(), name: 'r_1.hea' };
    const whole = await readRecord(place);
    expect(whole.signal).toEqual(signal);
    const part = await readRecord(place, { from: 100, to: 110, leads: ['II'] });
    expect(part.signal.samples).toEqual([signal.samples[1].slice(100, 110)]);
  });

  test.each(sources)('that is not there is not found in %s', async (_, source) => {
    await expect(readRecord({ source: source(), name: 'r_2' })).rejects.toMatchObject({
      code: 'not-found',
      message: expect.stringMatching(/r_2\.hea: there is no such file\.$/),
    });
  });
});

describe('a web server', () => {
  test('sends only the bytes that are wanted', async () => {
    sent = [];
    await readRecord(`${base}/ranges/r_1`, { from: 100, to: 110 });
    expect(sent).toEqual([`r_1.hea ${header.length}`, 'r_1.dat 1', 'r_1.dat 40']);
  });

  test('without ranges sends each file once', async () => {
    sent = [];
    const place = { source: httpSource(`${base}/whole`), name: 'r_1' };
    for (const from of [0, 10, 20]) await readRecord(place, { from });
    expect(sent.filter((file) => file.startsWith('r_1.dat'))).toEqual(['r_1.dat 4000']);
  });

  test.each([
    ['broken', 'broken/r_1.hea: the server answers 503 Service Unavailable.'],
    ['short', 'short/r_1.dat: expected 40 bytes at 400, read 5. Did the file change meanwhile?'],
    ['shifted', 'shifted/r_1.dat: the server was asked for bytes from 400 and gives them from 402.'],
    [
      'sizeless',
      'sizeless/r_1.dat: the server answers a range request without the size of the file in `Content-Range`.',
    ],
  ])('that is %s is named with what it does', async (how, message) => {
    const read = readRecord(`${base}/${how}/r_1`, { from: 100, to: 110 });
    await expect(read).rejects.toThrow(WfdbError);
    await expect(read).rejects.toThrow(`${base}/${message}`);
  });

  test('that is not there says so', async () => {
    await expect(readRecord('http://127.0.0.1:9/r_1')).rejects.toThrow(
      /^http:\/\/127\.0\.0\.1:9\/r_1\.hea: can't be fetched/,
    );
  });

  test('gets the headers, and the fetch, it is to have', async () => {
    const asked: (string | null)[] = [];
    const watching: typeof fetch = (input, init) => {
      asked.push(new Headers(init?.headers).get('Authorization'));
      return fetch(input, init);
    };
    const source = httpSource(`${base}/ranges`, { init: { headers: { Authorization: 'Basic x' } }, fetch: watching });
    await readRecord({ source, name: 'r_1' });
    expect(asked).toEqual(['Basic x', 'Basic x', 'Basic x']);
  });
});

test.each(['/etc/passwd', '../r_1.dat', 'a/../../b', 'C:\\x', '..'])(
  'a header can not lead out of its folder by %j',
  async (name) => {
    await expect(folderSource(folder).read(name)).rejects.toThrow('must lie beside or below it.');
    await expect(httpSource(base).size(name)).rejects.toThrow('must lie beside or below it.');
  },
);

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import {
  download,
  expectComplete,
  expectNothingCorrupt,
  files,
  isRight,
  network,
  newFolder,
  serverWith,
} from '../testing/download-trial.js';
import { breakOff, lieAboutLength, someBytes, type Trouble } from '../testing/unreliable-server.js';

jest.setTimeout(60_000);

const otherBytes = someBytes(9, files['100.dat'].length);
/** Of tests in which the server is silent; in others a busy machine must not look so. */
const brief = { ...network, idleSeconds: 0.5 };

describe('a server that fails and recovers', () => {
  const recovering: Record<string, Trouble> = {
    'drops the connection mid-body five times': (context) => context.visit > 5 || breakOff(context, 40_000),
    'answers 500, 502 and 503': ({ visit, response }) =>
      visit > 3 || (response.writeHead(499 + [0, 1, 3, 4][visit]).end(), false),
    'sends wrong bytes twice': ({ visit, response }) => visit > 2 || (response.end(otherBytes), false),
    'hangs in the middle': ({ visit, content, response }) =>
      visit > 1 || (response.writeHead(200).write(content.subarray(0, 1000)), false),
    'hangs before it answers': ({ visit }) => visit > 1,
    'breaks off and then ignores ranges': (context) =>
      context.visit === 1 ? breakOff(context, 100_000) : (context.response.end(context.content), false),
    'breaks off and then answers another range than asked': (context) => {
      if (context.visit === 1) return breakOff(context, 100_000);
      if (context.visit > 2) return true;
      const rest = context.content.subarray(50_000);
      context.response.writeHead(206, { 'Content-Range': `bytes 50000-299999/300000` }).end(rest);
      return false;
    },
    'breaks off and then continues with wrong bytes': (context) => {
      if (context.visit === 1) return breakOff(context, 100_000);
      if (context.visit > 2) return true;
      context.response
        .writeHead(206, { 'Content-Range': 'bytes 100000-299999/300000' })
        .end(otherBytes.subarray(100_000));
      return false;
    },
    'promises more bytes than there are, once': (context) =>
      context.visit > 1 || lieAboutLength(context, context.content, 400_000),
    'promises fewer bytes than there are, once': (context) =>
      context.visit > 1 || lieAboutLength(context, context.content, 299_000),
    redirects: ({ response }) => (response.writeHead(302, { Location: '/moved/100.dat' }).end(), false),
    'closes the connection without an answer': ({ visit, request }) => visit > 2 || (request.socket.destroy(), false),
  };

  test.each(Object.entries(recovering))('%s: all files are right in the end', async (name, trouble) => {
    const dataDir = newFolder();
    const result = await download(await serverWith({ '100.dat': trouble }), dataDir, {
      ...(name.startsWith('hangs') && { network: brief }),
    });
    const bytes = Object.values(files).reduce((sum, content) => sum + content.length, 0);
    expect(result).toMatchObject({ ended: 'complete', failed: [], downloaded: 6, bytes });
    expectComplete(dataDir);
  });

  test('a dropped connection is gone on with, not begun again', async () => {
    const server = await serverWith({ '100.dat': (context) => context.visit > 1 || breakOff(context, 100_000) });
    await download(server, newFolder());
    expect(server.visits.get('100.dat')?.map(({ range }) => range)).toEqual([undefined, 'bytes=100000-']);
  });

  test('a wait that the server asks for is kept, by all files', async () => {
    const server = await serverWith({
      RECORDS: ({ visit, response }) => visit > 1 || (response.writeHead(429, { 'Retry-After': '1' }).end(), false),
    });
    await download(server, newFolder(), { parallel: 1 });
    const [first, second] = server.visits.get('RECORDS') ?? [];
    expect(second.at - first.at).toBeGreaterThan(990);
    const date = new Date(Date.now() + 2500).toUTCString(); // to the second, so 1.5 s at least
    const dated = await serverWith({
      RECORDS: ({ visit, response }) => visit > 1 || (response.writeHead(503, { 'Retry-After': date }).end(), false),
    });
    await download(dated, newFolder(), { parallel: 2 });
    const [asked, again] = dated.visits.get('RECORDS') ?? [];
    expect(again.at - asked.at).toBeGreaterThan(1000);
    for (const path of ['101.hea', '101.dat']) expect(dated.visits.get(path)?.[0].at).toBeGreaterThan(asked.at + 1000);
  });

  test('the list of checksums is fetched again when it breaks off', async () => {
    const dataDir = newFolder();
    const server = await serverWith({ 'SHA256SUMS.txt': (context) => context.visit > 2 || breakOff(context, 100) });
    await download(server, dataDir);
    expectComplete(dataDir);
  });
});

describe('a server that does not recover', () => {
  const failing: Record<string, { trouble: Trouble; message: RegExp }> = {
    'sends wrong bytes': {
      trouble: ({ response }) => (response.end(otherBytes), false),
      message: /^100\.dat: its 300000 bytes do not have the SHA-256 .* copy is damaged: choose another `--mirror`\.$/,
    },
    'cuts the file': {
      trouble: (context) => lieAboutLength(context, context.content, 1000),
      message: /^100\.dat: its 1000 bytes do not have the SHA-256/,
    },
    'sends more than the file': {
      trouble: ({ content, response }) => (response.end(Buffer.concat([content, Buffer.from('x')])), false),
      message: /^100\.dat: its 300001 bytes do not have the SHA-256/,
    },
    'does not have the file': {
      trouble: ({ response }) => (response.writeHead(404).end(), false),
      message: /^100\.dat: the server answers 404 Not Found .*Choose another `--mirror`/,
    },
    'answers 500': {
      trouble: ({ response }) => (response.writeHead(500).end(), false),
      message: /^100\.dat: the server answers 500 .*, 4 times in succession .*Run the same command again to go on\.$/,
    },
    hangs: {
      trouble: () => false,
      message: /^100\.dat: the server sends nothing for 0\.5 s, 4 times in succession/,
    },
    'drops the connection at the same place': {
      trouble: (context) => lieAboutLength(context, context.content.subarray(0, 5000), 300_000),
      message: /^100\.dat: the connection breaks \(.+\), 4 times in succession/,
    },
    'redirects for ever': {
      trouble: ({ response }) => (response.writeHead(302, { Location: '/files/100.dat' }).end(), false),
      message: /^100\.dat: the connection breaks \(redirect count exceeded\)/,
    },
  };

  test.each(Object.entries(failing))(
    '%s: the file is named, the others are there',
    async (name, { trouble, message }) => {
      const dataDir = newFolder();
      const result = await download(await serverWith({ '100.dat': trouble }), dataDir, {
        ...(name.startsWith('hangs') && { network: brief }),
      });
      expect(result.failed.map(({ path }) => path)).toEqual(['100.dat']);
      expect(result.failed[0].reason).toMatch(message);
      expect(existsSync(join(dataDir, '100.dat'))).toBe(false);
      expectNothingCorrupt(dataDir);
      expect(isRight(dataDir, '101.dat')).toBe(true);
      // and a later run, when the server is well again, has only this one to fetch
      const again = await download(await serverWith(), dataDir);
      expect(again).toMatchObject({ downloaded: 1, failed: [], plan: { right: 5 } });
      expectComplete(dataDir);
    },
  );

  test('promises more bytes than there are, always: the file is right or named', async () => {
    // Node's fetch may lose the last bytes before a broken end, and a server like this always ends so.
    const dataDir = newFolder();
    const server = await serverWith({
      '100.dat': (context) => {
        const start = rangeStart(context.request.headers.range);
        const range = start > 0 ? `bytes ${start}-399999/400000` : undefined;
        return lieAboutLength(context, context.content.subarray(start), 400_000 - start, range);
      },
    });
    const { failed } = await download(server, dataDir);
    expect(isRight(dataDir, '100.dat')).toBe(failed.length === 0);
    expect(failed.map(({ path }) => path)).toEqual(failed.length === 0 ? [] : ['100.dat']);
    expectNothingCorrupt(dataDir);
  });

  test('is given up after ten files in succession', async () => {
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${100 + i}.dat`, someBytes(i, 10)]));
    const gone: Trouble = ({ response }) => (response.writeHead(404).end(), false);
    const server = await serverWith(Object.fromEntries(Object.keys(many).map((path) => [path, gone])), many);
    const result = await download(server, newFolder(), { parallel: 1 });
    expect(result).toMatchObject({ ended: 'given-up', downloaded: 0 });
    expect(result.failed).toHaveLength(10);
  });

  test('an address where nobody listens, and one that is no PhysioNet folder', async () => {
    const server = await serverWith({
      'SHA256SUMS.txt': ({ response }) => (response.end('<!DOCTYPE html>\n<html>Log in</html>'), false),
    });
    await expect(download(server, newFolder())).rejects.toThrow(
      /SHA256SUMS\.txt, line 1: expected `<sha-256> <path>`, found `<!DOCTYPE html>`.*--mirror/,
    );
    await server.close();
    await expect(download(server, newFolder())).rejects.toThrow(
      /^SHA256SUMS\.txt: the connection breaks \(ECONNREFUSED\), 4 times in succession/,
    );
  });
});

const rangeStart = (range: string | undefined): number => Number(/^bytes=(\d+)-$/.exec(range ?? '')?.[1] ?? 0);

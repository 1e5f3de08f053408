import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, jest, test } from '@jest/globals';
import { assertSpace } from './checks.js';
import { downloadDataset, type DownloadPlan } from './download.js';
import {
  download,
  expectComplete,
  expectNothingCorrupt,
  files,
  network,
  newFolder,
  serverWith,
} from '../testing/download-trial.js';
import { someBytes } from '../testing/unreliable-server.js';

jest.setTimeout(60_000);

describe('a list that reaches out of the folder', () => {
  const paths = [
    '../x',
    'a/../../x',
    '/etc/x',
    'C:\\x',
    'C:/x',
    'a\\..\\x',
    'a//x',
    './x',
    '100.dat.part',
    '.cardio-download.lock',
  ];
  test.each(paths)('%s is refused and nothing is fetched', async (path) => {
    const bad = { ...files, [path]: Buffer.from('x') };
    const server = await serverWith({}, bad);
    const dataDir = join(newFolder(), 'inner');
    await expect(download(server, dataDir)).rejects.toThrow(/^SHA256SUMS\.txt, line 7: the path `.+`/);
    expect([...server.visits.keys()]).toEqual(['SHA256SUMS.txt']);
    expect(readdirSync(join(dataDir, '..'))).toEqual(['inner']);
  });
});

describe('what is there already', () => {
  test('a second run reads and fetches nothing; --recheck reads everything', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    await download(server, dataDir);
    const visits = [...server.visits.values()].flat().length;
    const second = await download(server, dataDir);
    expect(second).toMatchObject({ downloaded: 0, plan: { right: 6, pending: [] } });
    expect([...server.visits.values()].flat()).toHaveLength(visits);

    // Same size and time, other bytes: only reading finds it.
    const path = join(dataDir, '101.dat');
    const { atime, mtime } = statSync(path);
    const wrong = Buffer.from(files['101.dat']);
    wrong[1000] ^= 1;
    writeFileSync(path, wrong);
    utimesSync(path, atime, mtime);
    const rechecked = await download(server, dataDir, { recheck: true });
    expect(rechecked).toMatchObject({ downloaded: 1, plan: { right: 5, wrong: ['101.dat'] } });
    expectComplete(dataDir);
  });

  test('files that another tool put there are read: right ones stay, half ones are gone on with, wrong ones replaced', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    writeFileSync(join(dataDir, '100.hea'), files['100.hea']);
    writeFileSync(join(dataDir, '100.dat'), files['100.dat'].subarray(0, 123_456));
    writeFileSync(join(dataDir, '101.dat'), someBytes(8, 60_000));
    const result = await download(server, dataDir);
    expect(result).toMatchObject({ downloaded: 5, plan: { right: 1, wrong: ['100.dat', '101.dat'] } });
    expect(server.visits.get('100.dat')?.map(({ range }) => range)).toEqual(['bytes=123456-']);
    expectComplete(dataDir);
  });

  test('a torn line at the end of the journal is skipped', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    await download(server, dataDir);
    appendFileSync(join(dataDir, '.cardio-download.jsonl'), '["100.d');
    expect(await download(server, dataDir)).toMatchObject({ downloaded: 0, plan: { right: 6 } });
    expect(await download(server, dataDir, { subset: '100' })).toMatchObject({ plan: { right: 3, files: 3 } });
    expect(readFileSync(join(dataDir, '.cardio-download.jsonl'), 'utf8')).toContain('"subset":"100"}\n');
  });

  test('a complete .part needs no request', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    writeFileSync(join(dataDir, '100.dat.part'), files['100.dat']);
    await download(server, dataDir);
    expect(server.visits.has('100.dat')).toBe(false);
    expectComplete(dataDir);
  });

  test('another dataset or a running download in the folder is an error', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    await download(server, dataDir);
    await expect(downloadDataset({ name: 'ptbxl', dataDir, mirror: server.address })).rejects.toThrow(
      /holds a download of mitbih 1\.0\.0, not of ptbxl 1\.0\.3/,
    );
    writeFileSync(join(dataDir, '.cardio-download.lock'), String(process.pid));
    await expect(download(server, dataDir)).rejects.toThrow(/Process \d+ downloads into/);
    writeFileSync(join(dataDir, '.cardio-download.lock'), '999999999'); // a process that was killed
    await download(server, dataDir);
  });
});

describe('choices', () => {
  test('a subset takes its records and what belongs to none; one that names nothing is an error', async () => {
    const server = await serverWith();
    const dataDir = newFolder();
    const result = await download(server, dataDir, { subset: '101' });
    expect(result.plan.pending.map(({ path }) => path)).toEqual(['RECORDS', '101.hea', '101.dat']);
    expect(existsSync(join(dataDir, '100.dat'))).toBe(false);
    await download(server, dataDir, { subset: '100' });
    expect(readFileSync(join(dataDir, '.cardio-download.jsonl'), 'utf8')).toContain('"subset":"101,100"');
    await expect(download(server, dataDir, { subset: '100,300' })).rejects.toThrow(
      /subset `300` names none of the records of mitbih \(there: 100, 101, x_108\)/,
    );
  });

  test('a dry run tells sizes and writes nothing', async () => {
    const server = await serverWith();
    const dataDir = join(newFolder(), 'not-there');
    const { plan } = await download(server, dataDir, { dryRun: true });
    const bytes = Object.values(files).reduce((sum, content) => sum + content.length, 0);
    expect(plan).toMatchObject({ files: 6, right: 0, size: { bytes, exact: true } });
    expect(existsSync(dataDir)).toBe(false);
    expect([...server.visits.keys()]).toEqual(['SHA256SUMS.txt']);
  });

  test('a licence that forbids commercial use must be accepted', async () => {
    const content = { 'p00/p00000/p00000_s00.dat': someBytes(3, 100), 'p01/p01000/p01000_s00.dat': someBytes(4, 100) };
    const server = await serverWith({}, content);
    const options = { name: 'icentia11k', dataDir: newFolder(), mirror: server.address, network, subset: 'p00' };
    await expect(downloadDataset(options)).rejects.toThrow(/CC BY-NC-SA 4\.0 .*--accept-license/);
    expect(server.visits.size).toBe(0);
    expect(await downloadDataset({ ...options, acceptLicence: true })).toMatchObject({ downloaded: 1, failed: [] });
  });

  test('unknown names, versions and mirrors are named', async () => {
    const dataDir = newFolder();
    await expect(downloadDataset({ name: 'ptbx', dataDir })).rejects.toThrow(/Did you mean `ptbxl`/);
    await expect(downloadDataset({ name: 'ptbxl', dataDir, version: '2' })).rejects.toThrow(/Known: 1\.0\.3, 1\.0\.1/);
    await expect(downloadDataset({ name: 'ptbxl', dataDir, mirror: 'ftp://x' })).rejects.toThrow(
      /--mirror` must be physionet, s3/,
    );
  });

  test('a disk that is too small is told before anything is fetched', async () => {
    const server = await serverWith();
    let plan: DownloadPlan | undefined;
    await download(server, newFolder(), { onPlan: (made) => (plan = made) });
    expect(plan?.freeBytes).toBeGreaterThan(0);
    const small = { ...(plan as DownloadPlan), freeBytes: 300_000 };
    expect(() => assertSpace(small, 'data')).toThrow(
      '0.4 MB are still to come and `data` has 0.3 MB free. Make room, choose',
    );
    expect(() => assertSpace({ ...small, keptBytes: 100_000 }, 'data')).not.toThrow();
  });

  test('an interrupted download says so and goes on later', async () => {
    const dataDir = newFolder();
    const stop = new AbortController();
    const server = await serverWith({
      '100.dat': (context) => {
        if (context.visit > 1) return true;
        context.response.writeHead(200).write(context.content.subarray(0, 200_000));
        const part = join(dataDir, '100.dat.part');
        const look = setInterval(() => {
          if (statSync(part, { throwIfNoEntry: false })?.size !== 200_000) return;
          clearInterval(look);
          stop.abort();
        }, 20);
        return false;
      },
    });
    const result = await download(server, dataDir, {
      signal: stop.signal,
      parallel: 1,
      network: { ...network, idleSeconds: 30 },
    });
    expect(result.ended).toBe('interrupted');
    expectNothingCorrupt(dataDir);
    expect(readFileSync(join(dataDir, '100.dat.part'))).toHaveLength(200_000);
    await download(server, dataDir);
    expect(server.visits.get('100.dat')?.[1].range).toBe('bytes=200000-');
    expectComplete(dataDir);
  });
});

test('a folder that can not be made is an error in words', async () => {
  const server = await serverWith();
  const file = join(newFolder(), 'file');
  writeFileSync(file, '');
  await expect(download(server, join(file, 'inner'))).rejects.toThrow(/can't be written: ENOTDIR/);
  const dataDir = newFolder();
  mkdirSync(join(dataDir, '100.dat')); // a folder where a file should be
  await expect(download(server, dataDir)).rejects.toThrow(/can't be written: EISDIR/);
});

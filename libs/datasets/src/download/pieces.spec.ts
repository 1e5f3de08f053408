import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from '@jest/globals';
import { backoffSeconds, retryAfterSeconds } from './backoff.js';
import { readChecksumList } from './checksum-list.js';
import { estimateBytes, evenly } from './estimate.js';
import { baseAddress, downloadSource } from './sources.js';
import { createMeter } from './speed.js';
import { subsetFilter } from './subset.js';

describe('subsets', () => {
  const patients = ['p10000032', 'p10000117', 'p10001217', 'p10011365'];
  const mimic = [
    'record_list.csv',
    ...patients.map((patient, i) => `files/${patient.slice(0, 5)}/${patient}/s4${i}/4${i}.dat`),
  ];
  const icentia = [
    'LICENSE.txt',
    ...[0, 1, 999, 1000].map((i) => String(i).padStart(5, '0')).map((p) => `p${p.slice(0, 2)}/p${p}/p${p}_s00.dat`),
  ];
  const ptbxl = ['ptbxl_database.csv', 'records100/00000/00001_lr.dat', 'records500/00000/00001_hr.dat'];
  const cpsc = ['A0001.hea', 'A0001.mat', 'A0500.mat', 'A0501.mat'].map((name) => `training/cpsc_2018/g1/${name}`);

  test.each([
    ['mimic-iv-ecg', mimic, 'p1000', [0, 1, 2, 3]],
    ['mimic-iv-ecg', mimic, 'p1001,p10000032', [0, 1, 4]],
    ['mimic-iv-ecg', mimic, 'first:2', [0, 1, 2]],
    ['icentia11k', icentia, 'p00', [0, 1, 2, 3]],
    ['icentia11k', icentia, 'p00001-p01000', [0, 2, 3, 4]],
    ['ptbxl', ptbxl, '100hz', [0, 1]],
    ['ptbxl', ptbxl, '500hz', [0, 2]],
    ['cpsc2018', cpsc, 'A0001-A0500', [0, 1, 2]],
    ['cpsc2018', cpsc, 'first:1', [0, 1]],
  ] as const)('%s: of %j %s takes files %j', (name, paths, subset, expected) => {
    const taken = subsetFilter(downloadSource(name), paths, subset);
    expect(paths.flatMap((path, i) => (taken(path) ? [i] : []))).toEqual(expected);
  });

  test.each(['', 'p2', 'first:0', '500hz', 'p00000-'])(
    '`%s` names no patient of icentia11k, or all from one on',
    (subset) => {
      const filter = (): unknown => subsetFilter(downloadSource('icentia11k'), icentia, subset);
      if (subset === 'p00000-') expect(filter).not.toThrow();
      else expect(filter).toThrow(/names none of the patients .*p00000 to p01000.*`p00`/);
    },
  );
});

test('addresses follow PhysioNet, its open bucket or a mirror', () => {
  const ptbxl = downloadSource('ptbxl');
  expect(baseAddress(ptbxl, '1.0.1', 'physionet')).toBe('https://physionet.org/files/ptb-xl/1.0.1/');
  expect(baseAddress(ptbxl, '1.0.3', 's3')).toBe('https://physionet-open.s3.amazonaws.com/ptb-xl/1.0.3/');
  expect(baseAddress(ptbxl, '1.0.3', 'http://localhost:8080/x')).toBe('http://localhost:8080/x/');
  expect(downloadSource('mimic_iv_ecg').slug).toBe('mimic-iv-ecg');
});

test('Retry-After is seconds or a date, and waits double up to a limit', () => {
  const now = Date.parse('2026-11-23T12:00:00Z');
  expect(retryAfterSeconds('120', now)).toBe(120);
  expect(retryAfterSeconds('Mon, 23 Nov 2026 12:00:30 GMT', now)).toBe(30);
  expect(retryAfterSeconds('Mon, 23 Nov 2026 11:00:00 GMT', now)).toBe(0);
  expect(retryAfterSeconds('soon', now)).toBeUndefined();
  expect(retryAfterSeconds(null, now)).toBeUndefined();
  const greatest = {
    next: () => 1,
    uniform: () => 0,
    integer: () => 0,
    normal: () => 0,
    shuffle: <T>(x: readonly T[]) => [...x],
    fork: () => greatest,
  };
  const waits = [1, 2, 3, 4, 5].map((attempt) => backoffSeconds(attempt, { baseSeconds: 1, maxSeconds: 10 }, greatest));
  expect(waits).toEqual([1, 2, 4, 8, 10]);
});

test('sizes are asked of eight files of a kind and exact for fewer', async () => {
  const paths = ['a.csv', ...Array.from({ length: 100 }, (_, i) => `records100/${i}.dat`)];
  const asked: string[] = [];
  const size = async (path: string): Promise<number> => {
    asked.push(path);
    return path.endsWith('.csv') ? 1000 : 24;
  };
  expect(await estimateBytes(paths, size)).toEqual({ bytes: 3400, exact: false });
  expect(asked).toHaveLength(9);
  expect(await estimateBytes(paths.slice(0, 5), size)).toEqual({ bytes: 1096, exact: true });
  expect(await estimateBytes(paths, async () => undefined)).toBeUndefined();
  expect(evenly([0, 1, 2, 3, 4, 5, 6, 7, 8, 9], 3)).toEqual([0, 3, 6]);
});

test('speed is that of the last seconds, without what was there before', () => {
  let now = 0;
  const meter = createMeter(() => now);
  meter.set('a', 5_000_000); // kept from an earlier run
  for (let second = 1; second <= 30; second++) {
    now = 1000 * second;
    meter.set('a', 5_000_000 + second * (second <= 15 ? 1000 : 2000));
  }
  const { bytes, bytesPerSecond, secondsLeft } = meter.progress(1, 5_160_000);
  expect(bytes).toBe(5_060_000);
  expect(bytesPerSecond).toBeCloseTo(2000, -1);
  expect(secondsLeft).toBeCloseTo(50, 0);
  meter.end('a', false);
  expect(meter.progress(1, undefined)).toMatchObject({ files: 0, bytes: 0, secondsLeft: undefined });
});

describe('lists of checksums', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cardio-list-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const read = (text: string): ReturnType<typeof readChecksumList> => {
    const file = join(folder, 'SHA256SUMS.txt');
    writeFileSync(file, text);
    return readChecksumList(file, 'list');
  };
  const sum = 'ab'.repeat(32);

  test('may have one space, two or an asterisk, CRLF and upper case', async () => {
    const paths = (await read(`${sum} a b\n${sum}  b/c\r\n${sum.toUpperCase()} *d\n\n${sum} SHA256SUMS.txt\n`)).map(
      ({ path, sha256 }) => [path, sha256],
    );
    expect(paths).toEqual([
      ['a b', sum],
      ['b/c', sum],
      ['d', sum],
    ]);
  });

  test('that are cut or empty are errors', async () => {
    await expect(read(`${sum} a\nabab`)).rejects.toThrow('list, line 2: expected `<sha-256> <path>`, found `abab`');
    await expect(read('')).rejects.toThrow('list lists no file');
  });

  const mitdb = '../shared/data/mitdb/mit-bih-arrhythmia-database-1.0.0/SHA256SUMS.txt';
  const real = join('..', '..', mitdb);
  (existsSync(real) ? test : test.skip)(
    `of MIT-BIH: 276 files${existsSync(real) ? '' : ' (skipped: no shared data)'}`,
    async () => {
      const listed = await readChecksumList(real);
      expect(listed).toHaveLength(276);
      expect(listed.map(({ path, sha256 }) => `${sha256} ${path}`)).toEqual(
        readFileSync(real, 'utf8').trim().split(/\r?\n/),
      );
      const { unitOf } = downloadSource('mitbih');
      expect(new Set(listed.flatMap(({ path }) => unitOf(path) ?? [])).size).toBe(48 + 23);
    },
  );
});

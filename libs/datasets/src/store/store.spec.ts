import { afterAll, beforeAll, beforeEach, describe, expect, jest, test } from '@jest/globals';
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, truncateSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom } from '@cardio/core';
import { loadSource } from '../load-source.js';
import { runScript } from '../testing/run-script.js';
import { smallSource, writeSmallFiles, type SmallConfig } from '../testing/small-source.js';
import { splitNames } from './plan.js';

jest.setTimeout(120_000); // threads and processes start slowly on a busy machine

let folder: string;
let config: SmallConfig & { storeDir: string };
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardio-store-'));
  config = { dataDir: join(folder, 'data'), records: 60, maxBadRecords: 2, storeDir: join(folder, 'first') };
  await writeSmallFiles(config.dataDir, config.records, [7, 20]);
  await loadSource(smallSource, config);
});
afterAll(() => rm(folder, { recursive: true }));

/** The one store in a folder of stores. */
const storeIn = (storeDir: string): string => {
  const stores = readdirSync(storeDir);
  expect(stores).toHaveLength(1);
  return join(storeDir, stores[0]);
};
const filesOf = (storeDir: string): Record<string, string> => {
  const dir = storeIn(storeDir);
  const digest = (name: string) =>
    createHash('sha256')
      .update(readFileSync(join(dir, name)))
      .digest('hex');
  return Object.fromEntries(
    readdirSync(dir)
      .sort()
      .map((name) => [name, digest(name)]),
  );
};
const shardsOf = (storeDir: string): string[] =>
  readdirSync(storeIn(storeDir)).filter((name) => name.endsWith('.shard'));

describe('a prepared store', () => {
  test('has the same bytes whatever the number of workers', async () => {
    const first = filesOf(config.storeDir);
    expect(Object.keys(first).length).toBeGreaterThan(20); // shards and the manifest
    for (const workers of [1, 3]) {
      const storeDir = join(folder, `workers-${workers}`);
      const warnings: Error[] = [];
      const listen = (warning: Error) => warnings.push(warning);
      process.on('warning', listen);
      const told: number[] = [];
      await loadSource(smallSource, { ...config, storeDir, workers }, (done) => told.push(done));
      process.off('warning', listen);
      expect(filesOf(storeDir)).toEqual(first);
      expect(told.at(-1)).toBe(60);
      expect(warnings).toEqual([]);
    }
  });

  test('says in its manifest what it is made of', () => {
    const manifest = JSON.parse(readFileSync(join(storeIn(config.storeDir), 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({
      format: 1,
      dtype: 'float32',
      complete: true,
      source: { name: 'small', version: '1', settings: { preparation: { sampleRateHz: 10 } } },
      bad: [
        { record: 'r7', reason: 'r7 is bad.' },
        { record: 'r20', reason: 'r20 is bad.' },
      ],
    });
    expect(manifest.id).toMatch(/^[0-9a-f]{64}$/);
    expect(splitNames.every((name) => manifest.shards.some((shard: { split: string }) => shard.split === name))).toBe(
      true,
    );
    expect(JSON.stringify(manifest)).not.toContain(folder); // a store can be moved, and so can the data
  });

  test('of another version, step, record or file size is another store', async () => {
    const storeDir = join(folder, 'others');
    const dataDir = join(folder, 'others-data');
    await cp(config.dataDir, dataDir, { recursive: true });
    const count = () => readdirSync(storeDir).length;
    const load = (changes: Partial<SmallConfig> = {}) =>
      loadSource(smallSource, { ...config, dataDir, storeDir, ...changes });
    await load();
    await load();
    expect(count()).toBe(1);
    await load({ version: '2' });
    await load({ standardise: 'none' });
    await load({ records: 59 });
    await load({ storeDtype: 'float16' });
    expect(count()).toBe(5);
    truncateSync(join(dataDir, 'r3.dat'), 1_400_000);
    await load();
    expect(count()).toBe(6);
  });
});

describe('a store that is not as it was written', () => {
  let storeDir: string;
  let before: Record<string, string>;
  let number = 0;
  beforeEach(async () => {
    storeDir = join(folder, `copy-${number++}`);
    await cp(config.storeDir, storeDir, { recursive: true });
    before = filesOf(storeDir);
  });
  const [longAgo, farOff] = [new Date(2001, 0, 1), new Date(2100, 0, 1)];
  /** Opens the store again; the shards that were written anew. */
  const reopened = async (changes: Partial<SmallConfig> = {}): Promise<string[]> => {
    for (const name of shardsOf(storeDir)) utimesSync(join(storeIn(storeDir), name), farOff, farOff);
    await loadSource(smallSource, { ...config, storeDir, ...changes });
    expect(filesOf(storeDir)).toEqual(before);
    return shardsOf(storeDir).filter((name) => statSync(join(storeIn(storeDir), name)).mtimeMs !== farOff.getTime());
  };
  const damage = (name: string, change: (bytes: Buffer) => Buffer) => {
    const path = join(storeIn(storeDir), name);
    writeFileSync(path, change(readFileSync(path)));
  };
  const flip = (at: number) => (bytes: Buffer) => {
    bytes[at < 0 ? bytes.length + at : at] ^= 4;
    return bytes;
  };

  test('as it was: nothing is written anew', async () => expect(await reopened()).toEqual([]));

  test.each([
    ['a flipped bit in the header', flip(20)],
    ['a flipped bit in a row', flip(64 + 5)],
    ['a flipped bit in the index', flip(-9)],
    ['a cut end', (bytes: Buffer) => bytes.subarray(0, bytes.length - 1)],
    ['a longer end', (bytes: Buffer) => Buffer.concat([bytes, Buffer.of(0)])],
    ['no bytes', () => Buffer.alloc(0)],
  ])('%s: the shard is prepared anew', async (_, change) => {
    damage('000003.shard', change);
    expect(await reopened()).toEqual(['000003.shard']);
  });

  test('a shard of another store in its place: prepared anew', async () => {
    const other = join(folder, 'other-version');
    await loadSource(smallSource, { ...config, storeDir: other, version: 'other' });
    const foreign = readFileSync(join(storeIn(other), '000002.shard'));
    damage('000002.shard', () => foreign);
    expect(await reopened()).toEqual(['000002.shard']);
  });

  test.each([
    ['of another store', (bytes: Buffer) => Buffer.from(bytes.toString().replace(/"id": ".{8}/, '"id": "00000000'))],
    ['of another step', (bytes: Buffer) => Buffer.from(bytes.toString().replace('select-leads', 'reject-leads'))],
    ['cut off', (bytes: Buffer) => bytes.subarray(0, 50)],
    ['with nothing in it', () => Buffer.from('null')],
  ])('a manifest %s: everything is prepared anew', async (_, change) => {
    damage('manifest.json', change);
    expect((await reopened()).length).toBe(shardsOf(storeDir).length);
  });

  test('damage under a quick check is found when the row is read, and mended by the next start', async () => {
    damage('000000.shard', flip(64 + 5));
    const { splits } = await loadSource(smallSource, { ...config, storeDir, storeCheck: 'quick' });
    expect(() => splits.train.example(0).x).toThrow(/Row 0 of .*000000.shard. is damaged/);
    expect(shardsOf(storeDir)).not.toContain('000000.shard');
    await loadSource(smallSource, { ...config, storeDir, storeCheck: 'quick' });
    expect(filesOf(storeDir)).toEqual(before);
  });

  test('what other writers left is cleared away', async () => {
    const left = join(storeIn(storeDir), '000001.shard.999999999.0a1b2c3d.tmp');
    writeFileSync(left, 'half a shard');
    utimesSync(left, longAgo, longAgo);
    expect(await reopened()).toEqual([]);
  });
});

describe('a preparation that is killed', () => {
  test.each([1, 2, 3])(
    'goes on with the shards it lacks (%d)',
    async (seed) => {
      const random = createRandom(seed);
      const storeDir = join(folder, `killed-${seed}`);
      const slow = { ...config, storeDir, workers: seed === 3 ? 2 : 0, delay: 60 };
      const shards = shardsOf(config.storeDir).length;
      const wanted = 1 + random.integer(6);
      await killed(slow, () => countShards(storeDir) >= wanted, random.uniform(0, 80));
      const survivors = shardsOf(storeDir).map((name) => [name, statSync(join(storeIn(storeDir), name)).ino] as const);
      expect(survivors.length).toBeGreaterThanOrEqual(wanted);
      expect(survivors.length).toBeLessThan(shards);

      const told: number[] = [];
      await loadSource(smallSource, { ...slow, workers: 0 }, (done) => told.push(done));
      for (const [name, ino] of survivors) expect(statSync(join(storeIn(storeDir), name)).ino).toBe(ino);
      expect(told.length).toBeLessThan(60); // survivors were not prepared again
      const whole = join(folder, `whole-${seed}`);
      await loadSource(smallSource, { ...slow, workers: 0, storeDir: whole });
      expect(filesOf(storeDir)).toEqual(filesOf(whole));
    },
    60_000,
  );
});

const countShards = (storeDir: string): number => {
  try {
    return shardsOf(storeDir).length;
  } catch {
    return 0; // not there yet
  }
};

/** Runs a preparation in a process of its own and kills it so many milliseconds after something is so. */
async function killed(settings: SmallConfig, isSo: () => boolean, milliseconds: number): Promise<void> {
  const child = runScript('prepare-small.ts', settings);
  const ended = new Promise<NodeJS.Signals | null>((resolve) => child.on('exit', (_, signal) => resolve(signal)));
  while (!isSo() && child.exitCode === null) await new Promise((resolve) => setTimeout(resolve, 5));
  await new Promise((resolve) => setTimeout(resolve, milliseconds));
  child.kill('SIGKILL');
  expect(await ended).toBe('SIGKILL');
}

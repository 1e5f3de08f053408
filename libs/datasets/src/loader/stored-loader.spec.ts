import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Batch } from '@cardio/core';
import type { EcgDataset } from '../dataset.js';
import { loadSource } from '../load-source.js';
import { createLoader, type LoaderOptions } from '../loader.js';
import { stepsFor } from './augment.js';
import { noisy } from '../testing/augmentations.js';
import { runScript } from '../testing/run-script.js';
import { smallSource, writeSmallFiles, type SmallConfig } from '../testing/small-source.js';

jest.setTimeout(120_000); // threads and processes start slowly on a busy machine

let folder: string;
let config: SmallConfig;
let inMemory: EcgDataset;
let stored: EcgDataset;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardio-loader-'));
  config = { dataDir: join(folder, 'data'), records: 60 };
  await writeSmallFiles(config.dataDir, config.records);
  inMemory = await loadSource(smallSource, config);
  stored = await loadSource(smallSource, { ...config, storeDir: join(folder, 'store') });
});
afterAll(() => rm(folder, { recursive: true }));

const module = new URL('../testing/augmentations.ts', import.meta.url).href;
const augment = { module, name: 'noisy', config: { size: 0.1 } };
const steps = [
  { name: 'amplitude-scale', probability: 0.5 },
  { name: 'gaussian-noise', snrDb: [5, 20] },
  { name: 'time-warp', probability: 0.5 },
  { name: 'limb-reversal', probability: 0.3, label: 'b' },
] as const;
const batchesOf = async (
  { splits }: EcgDataset,
  options: Partial<LoaderOptions> = {},
  epoch = 1,
  from = 0,
): Promise<Batch[]> => {
  const loader = createLoader(splits.train, { batchSize: 7, shuffle: true, seed: 5, ...options });
  const batches: Batch[] = [];
  for await (const batch of loader.epoch(epoch, from)) batches.push(batch);
  await loader.close();
  return batches;
};

describe('batches of a store', () => {
  test.each<[string, Partial<LoaderOptions>]>([
    ['shuffled', {}],
    ['in order', { shuffle: false }],
    ['augmented by a module', { augment }],
    ['augmented by a function', { augment: noisy({ size: 0.1 }) }],
    ['balanced by patient', { sampling: 'patients', augment }],
    ['balanced by class', { sampling: 'classes', examplesPerEpoch: 50 }],
  ])('are those of the split in memory on 0, 1 and 3 workers, bit for bit: %s', async (_, options) => {
    const expected = await batchesOf(inMemory, options);
    expect(expected.length).toBeGreaterThan(5);
    for (const workers of [0, 1, 3]) expect(await batchesOf(stored, { ...options, workers })).toEqual(expected);
  });

  test('augmented by steps of signal are the same on 0, 1 and 3 workers, too', async () => {
    const options = { augment: stepsFor(inMemory, steps) };
    const expected = await batchesOf(inMemory, options);
    expect(expected).not.toEqual(await batchesOf(inMemory));
    for (const workers of [0, 1, 3])
      expect(await batchesOf(stored, { augment: stepsFor(stored, steps), workers })).toEqual(expected);
  });

  test('go on from any batch as if the epoch had run from its start', async () => {
    for (const workers of [0, 2]) {
      const options = { augment, workers };
      const whole = await batchesOf(stored, options);
      for (const from of [1, whole.length - 1, whole.length])
        expect(await batchesOf(stored, options, 1, from)).toEqual(whole.slice(from));
    }
  });

  test('are augmented anew each epoch, by the seed, and for every time an example comes', async () => {
    const all = (batches: Batch[]) =>
      batches.flatMap(({ y }) => Array.from({ length: y.length / 3 }, (_, b) => y[3 * b]));
    const labels = all(await batchesOf(inMemory, { augment, sampling: 'patients', examplesPerEpoch: 200 }));
    expect(new Set(labels).size).toBe(200);
    const [first, second, other] = await Promise.all([
      batchesOf(inMemory, { augment, shuffle: false }, 0),
      batchesOf(inMemory, { augment, shuffle: false }, 1),
      batchesOf(inMemory, { augment, shuffle: false, seed: 6 }, 0),
    ]);
    expect(new Set([first, second, other].map((batches) => all(batches).join())).size).toBe(3);
  });

  test('leave the split itself as it is when they are augmented', async () => {
    const before = inMemory.splits.train.example(0).x.slice();
    await batchesOf(inMemory, { augment });
    expect(inMemory.splits.train.example(0).x).toEqual(before);
  });

  test('can be left before the end of an epoch, and the loader used again', async () => {
    const loader = createLoader(stored.splits.train, { batchSize: 4, workers: 2, prefetch: 8 });
    for await (const batch of loader.epoch(0)) {
      expect(batch.shape.size).toBe(4);
      break;
    }
    await loader.close();
    let count = 0;
    for await (const { shape } of loader.epoch(0)) count += shape.size;
    expect(count).toBe(stored.splits.train.size);
    await loader.close();
  });

  test('end with their process, left in an epoch or not closed at all', async () => {
    const child = runScript('leave-early.ts', { ...config, storeDir: join(folder, 'store') });
    let said = '';
    child.stdout?.on('data', (text: Buffer) => (said += text.toString()));
    const code = await new Promise((resolve) => child.on('close', resolve));
    const { size } = stored.splits.train;
    expect([code, said]).toEqual([0, `${size} of ${size}\n`]);
  });

  test.each([0, 1])(
    'an augmentation that is none is an error that says what is expected (%d workers)',
    async (workers) => {
      const bad = (name: string, file = module) => batchesOf(stored, { workers, augment: { module: file, name } });
      await expect(bad('notAnAugmentation')).rejects.toThrow('must export a function `notAnAugmentation(config)`');
      await expect(bad('noisy', 'file:///nowhere.js')).rejects.toThrow("`file:///nowhere.js` can't be loaded");
    },
  );

  test('close quietly when their threads could not start', async () => {
    const augment = { module, name: 'notAnAugmentation' };
    const loader = createLoader(stored.splits.train, { batchSize: 4, workers: 1, augment });
    await expect(loader.epoch(0)[Symbol.asyncIterator]().next()).rejects.toThrow('notAnAugmentation');
    await expect(loader.close()).resolves.toBeUndefined();
  });

  test.each([
    [{ sampling: 'classes' as const, shuffle: false }, 'set `shuffle` as well'],
    [{ workers: -1 }, '`workers` must be a whole number of at least 0, received -1.'],
    [{ prefetch: 0 }, '`prefetch` must be a whole number of at least 1, received 0.'],
  ])('refuse %j', (options, message) => {
    expect(() => createLoader(stored.splits.train, { batchSize: 2, shuffle: true, ...options })).toThrow(message);
  });
});

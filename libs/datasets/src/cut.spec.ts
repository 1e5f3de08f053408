import { afterAll, beforeAll, describe, expect, jest, test } from '@jest/globals';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { validate, type Batch } from '@cardio/core';
import { cutSplit } from './cut.js';
import type { EcgDataset, Split } from './dataset.js';
import { createLoader, type LoaderOptions } from './loader.js';
import { stepsFor } from './loader/augment.js';
import type { PtbxlConfig } from './ptbxl-config.js';
import { ptbxl, windowsOf } from './ptbxl.js';
import { buildSplit } from './split.js';
import { writeSyntheticPtbxl } from './synthetic-ptbxl.js';

jest.setTimeout(60_000);

let folder: string;
let whole: EcgDataset;
let cut: EcgDataset;
let stored: EcgDataset;
const load = (more: Partial<PtbxlConfig> = {}) =>
  ptbxl.create({ ...validate(ptbxl.config, { dataDir: join(folder, 'data') }, 'dataset `ptbxl`'), ...more });
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cardio-cut-'));
  await writeSyntheticPtbxl(join(folder, 'data'), { records: 60, seed: 5 });
  whole = await load();
  cut = await load({ cropSeconds: 2.5 });
  stored = await load({ cropSeconds: 2.5, storeDir: join(folder, 'store') });
});
afterAll(() => rm(folder, { recursive: true }));

const batchesOf = async (split: Split, options: Partial<LoaderOptions> = {}, epoch = 0): Promise<Batch[]> => {
  const loader = createLoader(split, { batchSize: 7, seed: 3, ...options });
  const batches: Batch[] = [];
  for await (const batch of loader.epoch(epoch)) batches.push(batch);
  await loader.close();
  return batches;
};
/** A record of one lead in which every sample is its own number. */
const ruler = buildSplit(
  'train',
  Array.from({ length: 400 }, (_, i) => ({
    ...{ id: `r${i}`, recordId: `r${i}`, patientId: `p${i}` },
    x: Float32Array.from({ length: 20 }, (_, t) => t),
    y: new Float32Array(1),
  })),
  { time: 20, leads: 1, classes: 1, features: 0 },
);
const startsIn = async (epoch: number, options: Partial<LoaderOptions> = {}): Promise<number[]> => {
  const batches = await batchesOf(cutSplit(ruler, { samples: 5 }), options, epoch);
  const parts = batches.flatMap(({ x }) =>
    Array.from({ length: x.length / 5 }, (_, b) => [...x.slice(5 * b, 5 * b + 5)]),
  );
  for (const part of parts) expect(part).toEqual([0, 1, 2, 3, 4].map((t) => part[0] + t));
  return parts.map(([from]) => from);
};

describe('stretches for training', () => {
  test('are one of each record, whole records apart from that', () => {
    expect(cut.splits.train.size).toBe(whole.splits.train.size);
    expect(cut.splits.train.shape).toEqual({ ...whole.splits.train.shape, time: 250 });
    expect(cut.window).toEqual({ ...whole.window, samples: 250 });
    expect(cut.splits.train.classCounts).toEqual(whole.splits.train.classCounts);
    const { id, x } = cut.splits.train.example(1);
    const record = whole.splits.train.example(1);
    expect([id, x]).toEqual([record.id, record.x.slice(375 * 12, 625 * 12)]);
  });

  test('come from anywhere, the first and the last start as often as any, anew each epoch and for each seed', async () => {
    const [first, again, next, other] = await Promise.all([
      startsIn(0),
      startsIn(0),
      startsIn(1),
      startsIn(0, { seed: 4 }),
    ]);
    expect(again).toEqual(first);
    expect(new Set([first, next, other].map(String)).size).toBe(3);
    expect([...new Set(first)].sort((a, b) => a - b)).toEqual(Array.from({ length: 16 }, (_, i) => i));
    // 400 draws of 16 starts: 25 each, deviation 4.8
    for (let from = 0; from < 16; from++) expect(first.filter((f) => f === from).length).toBeGreaterThan(8);
    expect(Math.max(...Array.from({ length: 16 }, (_, s) => first.filter((f) => f === s).length))).toBeLessThan(45);
  });

  test('are the same from memory, from a store, and on threads, bit for bit, augmented too', async () => {
    for (const more of [{}, { shuffle: true, augment: stepsFor(cut, 'standard') }]) {
      const expected = await batchesOf(cut.splits.train, more, 2);
      for (const workers of [0, 2])
        expect(await batchesOf(stored.splits.train, { ...more, workers }, 2)).toEqual(expected);
    }
  });

  test('are balanced like whole records', async () => {
    const options: Partial<LoaderOptions> = { shuffle: true, sampling: 'classes' };
    const ids = (batches: Batch[]) => batches.flatMap((batch) => batch.ids);
    expect(ids(await batchesOf(cut.splits.train, options))).toEqual(ids(await batchesOf(whole.splits.train, options)));
  });
});

describe('windows for validation and test', () => {
  test('are 7 of 250 samples, one every 125, with the labels of their record', async () => {
    const records = whole.splits.test;
    const { test: windows } = cut.splits;
    expect(windows.size).toBe(7 * records.size);
    expect(windows.classCounts).toEqual(records.classCounts.map((count) => 7 * count));
    expect(windows.recordIds).toEqual(records.recordIds);
    const batches = await batchesOf(windows);
    expect(batches).toHaveLength(records.size); // of 7 each
    batches.forEach(({ x, y, ids }, r) => {
      const record = records.example(r);
      for (let w = 0; w < 7; w++) {
        const from = 125 * w;
        expect(ids[w]).toBe(`${record.id}:${from}`);
        expect(x.subarray(w * 3000, (w + 1) * 3000)).toEqual(record.x.subarray(from * 12, (from + 250) * 12));
        expect(y.subarray(w * 5, (w + 1) * 5)).toEqual(record.y);
        const { id, recordId, x: alone } = windows.example(7 * r + w);
        expect([id, recordId, alone]).toEqual([ids[w], record.id, record.x.slice(from * 12, (from + 250) * 12)]);
      }
    });
    for (const workers of [0, 2]) expect(await batchesOf(stored.splits.test, { workers })).toEqual(batches);
    expect(await batchesOf(stored.splits.test, { shuffle: true, shardsTogether: 2 })).toHaveLength(records.size);
  });

  test('of an unseen record are the same', async () => {
    const { id } = whole.splits.test.example(0);
    const windows = await windowsOf(join(folder, 'data/records100/00000', id), cut.preparation);
    expect(windows.map((w) => [w.id, w.x])).toEqual(
      windows.map((_, w) => [cut.splits.test.example(w).id, cut.splits.test.example(w).x]),
    );
    expect(windows).toHaveLength(7);
  });

  test('say so in task, preparation, notes and hash, and share the store of whole records', async () => {
    expect([whole.task.aggregate, cut.task.aggregate]).toEqual([undefined, 'max']);
    expect(cut.preparation.steps.at(-1)).toEqual({ step: 'windows', samples: 250, stride: 125 });
    expect(cut.report.notes.join()).toContain(
      '7 windows of each (one every 125 samples), of whose probabilities the largest',
    );
    expect(stored.hash).toBe(cut.hash);
    expect(cut.hash).not.toBe(whole.hash);
    const mean = await load({ cropSeconds: 2.5, aggregate: 'mean' });
    expect([mean.task.aggregate, mean.hash]).toEqual(['mean', cut.hash]);
    expect((await load({ storeDir: join(folder, 'store') })).hash).toBe(whole.hash);
  });
});

test.each<[Partial<PtbxlConfig>, string]>([
  [{ cropSeconds: 10.01 }, '`cropSeconds` is 10.01 (1001 samples at 100 Hz); records have 10 s'],
  [{ cropSeconds: 0.01 }, 'so it must be from 0.02 to that'],
  [{ aggregate: 'mean' }, '`aggregate` is mean, but records are shown whole. Set `cropSeconds`'],
])('%j is refused', async (more, message) => {
  await expect(load(more)).rejects.toThrow(message);
});

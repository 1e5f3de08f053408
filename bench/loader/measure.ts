// What preparing a store and reading batches from it cost.
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

import { createLoader, loadSource, type EcgDataset, type Split } from '@cardio/datasets';

import { benchSource, type Layout } from './source.js';

/** A store and what it took to make it. */
interface Preparation {
  readonly dataset: EcgDataset;
  /** Of all cores together: what remains when several share the work. */
  readonly cpuSeconds: number;
  readonly bytes: number;
  /** Of all cores, to open it again with every row checked. */
  readonly openSeconds: number;
}

interface PrepareOptions {
  readonly dataDir: string;
  readonly storeDir: string;
  readonly storeDtype: 'float32' | 'float16';
  readonly workers: number;
}

/** Prepares a store that is not there yet, then opens it again. */
export async function prepare(layout: Layout, options: PrepareOptions): Promise<Preparation> {
  const begun = cpuSeconds();
  await loadSource(benchSource, { ...options, layout });
  const prepared = cpuSeconds();
  const dataset = await loadSource(benchSource, { ...options, layout });
  const opened = cpuSeconds();
  return {
    dataset,
    cpuSeconds: prepared - begun,
    openSeconds: opened - prepared,
    bytes: await bytesIn(options.storeDir),
  };
}

/** Windows per second of a shuffled split, read in epochs for some seconds after the first batch is there; nothing is done with them. */
export async function windowsPerSecond(split: Split, batchSize: number, workers: number, seconds = 3): Promise<number> {
  const loader = createLoader(split, { batchSize, shuffle: true, workers });
  let begun: number | undefined;
  let windows = 0;
  for (let epoch = 0; ; epoch++) {
    for await (const { shape } of loader.epoch(epoch)) {
      const now = performance.now();
      if (begun === undefined) begun = now;
      else windows += shape.size;
      if (now - begun < 1000 * seconds) continue;
      await loader.close();
      return (1000 * windows) / (now - begun);
    }
  }
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

async function bytesIn(folder: string): Promise<number> {
  let bytes = 0;
  for (const name of await readdir(folder, { recursive: true })) {
    const found = await stat(join(folder, name));
    if (found.isFile()) bytes += found.size;
  }
  return bytes;
}

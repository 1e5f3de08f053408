import { mkdir, open, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { CardioError, createRandom, hash32 } from '@cardio/core';
import type { Example } from '../dataset.js';
import type { LoadableDefinition, LoadConfig } from '../load-source.js';
import type { RecordSource, SourceRecord } from '../record-source.js';

/** A small dataset for the tests of store and loader: sparse files, none to five windows a record, two features. */
export interface SmallConfig extends LoadConfig {
  readonly dataDir: string;
  readonly records: number;
  /** Each record takes up to so many milliseconds. */
  readonly delay?: number;
  readonly version?: string;
  readonly standardise?: 'global' | 'none';
}

const [time, leads, classes] = [50, 3, 3];
const splits = ['train', 'train', 'train', 'validation', 'test'] as const;

export const smallSource: LoadableDefinition<SmallConfig> = {
  card: { title: '', version: '', url: '', licence: '', citation: '' },
  place: { module: import.meta.url, name: 'smallSource' },
  open: async ({ dataDir, records, delay = 0, version = '1', standardise = 'global' }): Promise<RecordSource> => ({
    name: 'small',
    version,
    settings: {
      dataDir,
      task: { name: 'test', kind: 'multi-label', classes: ['a', 'b', 'c'] },
      window: { samples: time, leads: ['I', 'II', 'III'], sampleRateHz: 10 },
      features: ['one', 'two'],
      preparation: { sampleRateHz: 10, steps: [{ step: 'select-leads', leads: ['I', 'II', 'III'] }] },
      options: { standardise, delay: Math.min(1, delay) },
    },
    records: Array.from({ length: records }, (_, i): SourceRecord => ({
      id: `r${i}`,
      patientId: `p${Math.floor(i / 5)}-${splits[i % 5]}`,
      split: splits[i % 5],
      files: [`r${i}.dat`],
      detail: { delay },
    })),
    absent: ['r-1'],
    notes: ['made up'],
    contentHash: 'none',
  }),
  prepareRecord: async ({ id, patientId, files, detail }, { dataDir }) => {
    const text = (await readFile(join(dataDir, files[0]))).subarray(0, 16).toString();
    const random = createRandom(hash32(text));
    await wait(random.uniform(0, (detail as { delay: number }).delay));
    if (text.startsWith('bad')) throw new CardioError('data', `${id} is bad.`);
    return Array.from({ length: random.integer(6) }, (_, w): Example => ({
      ...{ id: `${id}:${w}`, recordId: id, patientId },
      x: Float32Array.from({ length: time * leads }, () => random.normal()),
      y: Float32Array.from({ length: classes }, () => (random.next() < 0.3 ? 1 : 0)),
      features: Float32Array.of(w, random.uniform(5, 6)),
    }));
  },
};

/** Writes its files: 1.5 MB each to look at, so that a shard has two records, but hardly anything on disk. */
export async function writeSmallFiles(dataDir: string, records: number, bad: readonly number[] = []): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  for (let i = 0; i < records; i++) await writeSmallFile(dataDir, i, bad.includes(i) ? 'bad' : 'good');
}

/** Writes one of them. */
export async function writeSmallFile(dataDir: string, number: number, kind: 'good' | 'bad'): Promise<void> {
  const path = join(dataDir, `r${number}.dat`);
  await writeFile(path, `${kind} ${String(number).padStart(11)}`);
  const file = await open(path, 'r+');
  await file.truncate(1_500_000);
  await file.close();
}

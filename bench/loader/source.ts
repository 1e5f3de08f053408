// Records in the layout of PTB-XL, MIMIC-IV-ECG and Icentia11k (format 16) as a dataset, to prepare stores from.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';

import { createRandom, type Signal } from '@cardio/core';
import type { Example, LoadableDefinition, LoadConfig } from '@cardio/datasets';
import { readRecord, writeRecord } from '@cardio/wfdb';

/** What a record holds: leads and samples, cut into windows. */
export interface Layout {
  readonly name: string;
  readonly leads: number;
  readonly sampleRateHz: number;
  readonly samples: number;
  readonly window: number;
  readonly records: number;
}

/** The layouts that are measured, with as many records as a short run can take. */
export const layouts = {
  'ptbxl-100': { name: 'ptbxl-100', leads: 12, sampleRateHz: 100, samples: 1000, window: 1000, records: 1280 },
  'ptbxl-500': { name: 'ptbxl-500', leads: 12, sampleRateHz: 500, samples: 5000, window: 5000, records: 480 },
  icentia: { name: 'icentia', leads: 1, sampleRateHz: 250, samples: 1_048_577, window: 2048, records: 12 },
} as const satisfies Record<string, Layout>;

interface BenchConfig extends LoadConfig {
  readonly dataDir: string;
  readonly layout: Layout;
}

export const classes = 5;

export const benchSource: LoadableDefinition<BenchConfig> = {
  card: { title: '', version: '', url: '', licence: '', citation: '' },
  place: { module: import.meta.url, name: 'benchSource' },
  open: async ({ dataDir, layout }) => ({
    name: layout.name,
    version: '1',
    settings: {
      dataDir,
      task: { name: 'any', kind: 'multi-label', classes: Array.from({ length: classes }, (_, k) => `class ${k}`) },
      window: { samples: layout.window, leads: leadsOf(layout), sampleRateHz: layout.sampleRateHz },
      features: [],
      preparation: { sampleRateHz: layout.sampleRateHz, steps: [] },
      options: {},
    },
    records: Array.from({ length: layout.records }, (_, i) => ({
      ...{ id: `r${i}`, patientId: `p${i}` },
      split: i % 10 === 8 ? 'validation' : i % 10 === 9 ? 'test' : 'train',
      files: [`r${i}.hea`, `r${i}.dat`],
      detail: i,
    })),
    absent: [],
    notes: [],
    contentHash: 'none',
  }),
  prepareRecord: async ({ id, patientId, detail }, { dataDir, window }) => {
    const { signal } = await readRecord(join(dataDir, id));
    const count = Math.floor(signal.samples[0].length / window.samples);
    return Array.from({ length: count }, (_, w): Example => {
      const y = Float32Array.from({ length: classes }, (_, k) => (((detail as number) + w) % classes === k ? 1 : 0));
      return { id: `${id}:${w}`, recordId: id, patientId, x: windowOf(signal, w * window.samples, window.samples), y };
    });
  },
};

/** Writes the records of a layout: noise, which no disk can compress. */
export async function writeRecords(dataDir: string, layout: Layout): Promise<void> {
  await mkdir(dataDir, { recursive: true });
  for (let i = 0; i < layout.records; i++) {
    const random = createRandom(i);
    const lead = () => Float32Array.from({ length: layout.samples }, () => random.uniform(-2, 2));
    const signal = {
      samples: leadsOf(layout).map(lead),
      sampleRateHz: layout.sampleRateHz,
      leads: leadsOf(layout),
    };
    await writeRecord(join(dataDir, `r${i}`), { signal, gain: 1000 });
  }
}

const leadsOf = ({ leads }: Layout): string[] => Array.from({ length: leads }, (_, l) => `lead${l}`);

/** `[T * L]`, time before leads. */
function windowOf({ samples }: Signal, from: number, length: number): Float32Array {
  const x = new Float32Array(length * samples.length);
  samples.forEach((lead, l) => {
    for (let t = 0; t < length; t++) x[t * samples.length + l] = lead[from + t];
  });
  return x;
}

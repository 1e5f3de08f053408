import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createRandom, hash32, type Random, type Signal } from '@cardio/core';
import { synthesizeEcg, type SyntheticEcgOptions } from '@cardio/signal';
import { cpscClasses } from './cpsc2018-labels.js';
import { codesOf, conditionOf } from './harmonise.js';
import { matStruct } from './synthetic-mat.js';

/** What to make. */
export interface SyntheticCpsc2018Options {
  /** Default 27: three of each class first. */
  readonly records?: number;
  readonly seed?: number;
  /**
   * * `original`: MATLAB 5 structs and `REFERENCE.csv`, with a byte order mark and CRLF
   * * `challenge`: MATLAB 4 files with a header of May 2020 (`16+24`, `#Dx: 59118001`); default
   * * `challenge-2021`: the later headers (`16x1+24`, `1000.0(0)/mV`, `# Dx: 59118001`, the record's name with `.mat`)
   * * `challenge-feb2020`: the first headers, with abbreviations (`#Dx: RBBB`)
   */
  readonly layout?: 'original' | 'challenge' | 'challenge-2021' | 'challenge-feb2020';
}

/** A written record: its labels (0 for Normal, first label first), and its signal in whole microvolts. */
export interface WrittenCpscRecord {
  readonly name: string;
  readonly labels: readonly number[];
  readonly signal: Signal;
}

const sampleRateHz = 500;

/** How a record of a class is drawn. The heart rates stand for what the synthetic heart can't show: block and premature beats. */
const hearts: Readonly<Record<(typeof cpscClasses)[number], Partial<SyntheticEcgOptions> & { heartRateBpm: number }>> =
  {
    Normal: { heartRateBpm: 70 },
    AF: { heartRateBpm: 90, rhythm: 'atrial-fibrillation' },
    'I-AVB': { heartRateBpm: 50 },
    LBBB: { heartRateBpm: 72, conditions: ['lbbb'] },
    RBBB: { heartRateBpm: 72, conditions: ['rbbb'] },
    PAC: { heartRateBpm: 100 },
    PVC: { heartRateBpm: 125 },
    STD: { heartRateBpm: 80, conditions: ['ischaemia'] },
    STE: { heartRateBpm: 75, conditions: ['anterior-mi'] },
  };

/**
 * Writes synthetic records in the files of CPSC2018: 12 leads at 500 Hz, 6 to 18 s, some with two labels, one with an unknown age (NaN). For tests
 * and trials: it is no ECG of anyone.
 *
 * @returns what was written, in order
 */
export async function writeSyntheticCpsc2018(
  folder: string,
  { records = 27, seed = 0, layout = 'challenge' }: SyntheticCpsc2018Options = {},
): Promise<WrittenCpscRecord[]> {
  await mkdir(folder, { recursive: true });
  const written: WrittenCpscRecord[] = [];
  for (let i = 0; i < records; i++) {
    const record = synthesize(i, createRandom(hash32(`cpsc ${i}`, seed)));
    const age = i === 7 ? NaN : 20 + ((i * 37) % 70);
    const sex = i % 2 === 0 ? 'Male' : 'Female';
    const path = join(folder, record.name);
    const counts = record.signal.samples.map((lead) => Int16Array.from(lead, (mv) => Math.round(1000 * mv)));
    if (layout === 'original') {
      const values = interleaved(counts, Float64Array).map((count) => count / 1000);
      const data = { rows: 12, columns: counts[0].length, values };
      await writeFile(`${path}.mat`, matStruct('ECG', { sex, age: scalar(age), data }));
    } else {
      await writeFile(`${path}.mat`, mat4(counts));
      await writeFile(`${path}.hea`, header(record, counts, { age, sex, layout }));
    }
    written.push(record);
  }
  if (layout === 'original') {
    const rows = written.map(({ name, labels }) => [name, ...[0, 1, 2].map((i) => label(labels[i]))].join(','));
    const lines = ['Recording,First_label,Second_label,Third_label', ...rows];
    await writeFile(join(folder, 'REFERENCE.csv'), `\ufeff${lines.join('\r\n')}\r\n`);
  }
  return written;
}

const label = (index: number | undefined): string => (index === undefined ? '' : String(index + 1));
const scalar = (value: number) => ({ rows: 1, columns: 1, values: Float64Array.of(value) });

function synthesize(index: number, random: Random): WrittenCpscRecord {
  const first = index % 9;
  const labels = index % 10 === 4 ? [first, first === 1 ? 4 : 1] : [first]; // AF as well, or AF with RBBB
  const kinds = labels.map((k) => hearts[cpscClasses[k]]);
  const { signal } = synthesizeEcg({
    seconds: index % 5 === 3 ? 6 : 8 + random.integer(11),
    sampleRateHz,
    heartRateBpm: kinds[0].heartRateBpm + random.uniform(-4, 4),
    rhythm: labels.includes(1) ? 'atrial-fibrillation' : 'sinus',
    conditions: kinds.flatMap(({ conditions = [] }) => conditions),
    seed: random.integer(2 ** 31),
    person: random.integer(2 ** 31),
  });
  const samples = signal.samples.map((lead) => lead.map((mv) => Math.round(1000 * mv) / 1000));
  return { name: `A${String(index + 1).padStart(4, '0')}`, labels, signal: { ...signal, samples } };
}

/** Sample by sample, each of all leads: as in a matrix of 12 rows column by column. */
function interleaved<T extends Int16Array | Float64Array>(leads: readonly Int16Array[], Kind: new (n: number) => T): T {
  const all = new Kind(leads.length * leads[0].length);
  leads.forEach((lead, l) => lead.forEach((count, i) => (all[i * leads.length + l] = count)));
  return all;
}

/** A MATLAB 4 file with the matrix `val`: 20 bytes of header (type 30 is int16), its name, and the counts. */
function mat4(leads: readonly Int16Array[]): Uint8Array {
  const counts = interleaved(leads, Int16Array);
  const bytes = new Uint8Array(24 + 2 * counts.length);
  const view = new DataView(bytes.buffer);
  [30, leads.length, leads[0].length, 0, 4].forEach((value, i) => view.setInt32(4 * i, value, true));
  bytes.set([0x76, 0x61, 0x6c, 0], 20); // val
  counts.forEach((count, i) => view.setInt16(24 + 2 * i, count, true));
  return bytes;
}

function header(
  { name, labels, signal }: WrittenCpscRecord,
  leads: readonly Int16Array[],
  about: { readonly age: number; readonly sex: string; readonly layout: string },
): string {
  const later = about.layout === 'challenge-2021';
  const early = about.layout === 'challenge-feb2020';
  const [format, gain] = later ? ['16x1+24', '1000.0(0)/mV'] : ['16+24', '1000/mV'];
  const codes = labels.map((k) => (early ? cpscClasses[k] : snomed(k)));
  const info: readonly [string, string | number][] = [
    ['Age', about.age],
    ['Sex', about.sex],
    ['Dx', codes.join(',')],
    ['Rx', 'Unknown'],
    ['Hx', 'Unknown'],
    ['Sx', early ? 'Unknows' : 'Unknown'],
  ];
  const date = early ? ' 05-Feb-2020 11:39:16' : later ? '' : ' 12-May-2020 12:33:59';
  return [
    `${name}${later ? '.mat' : ''} 12 ${sampleRateHz} ${leads[0].length}${date}`,
    ...leads.map((lead, l) => {
      const sum = (lead.reduce((total, count) => total + count, 0) << 16) >> 16;
      return `${name}.mat ${format} ${gain} 16 0 ${lead[0]} ${sum} 0 ${signal.leads[l]}`;
    }),
    ...info.map(([key, value]) => `${later ? '# ' : '#'}${key}: ${value}`),
    '',
  ].join('\n');
}

/** The challenge's code of a class. */
const snomed = (k: number): string => {
  const condition = conditionOf(cpscClasses[k], 'cpsc');
  return condition ? codesOf(condition, 'snomed')[0] : '';
};

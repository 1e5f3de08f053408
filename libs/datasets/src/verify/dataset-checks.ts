import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { standardLeads } from '@cardio/signal';
import { csvRows } from '../scp.js';
import { cpscCounts, icentiaCounts, mimicCounts, mitbihCounts, ptbxlCounts, type Counts } from './counts.js';
import { textLines } from './text-lines.js';

/** What every header of a kind of record must say. */
export interface ExpectedRecord {
  readonly sampleRateHz: number;
  /** Per lead; `undefined` where records differ. */
  readonly samples?: number;
  /** ADC units per mV; `undefined` where records differ. */
  readonly gain?: number;
  /** What is wrong with the leads; `undefined` when nothing is. */
  readonly leads: (leads: readonly string[], path: string) => string | undefined;
}

/** How a dataset is verified. */
export interface DatasetChecks {
  readonly name: string;
  /** What a record must be like; `undefined` for a path (without extension) that is no record of the dataset. */
  readonly expected: (path: string) => ExpectedRecord | undefined;
  /** The records that the dataset's own tables list, without extension; used where there is no list of checksums. */
  readonly listed?: (dataDir: string) => Promise<readonly string[] | undefined>;
  /** The extension of reference annotations. */
  readonly annotator?: string;
  /** Whether every record must have them. */
  readonly annotatorRequired?: boolean;
  /** Whether the parts that a subset chooses hold the same recordings, so that one alone is whole. */
  readonly partsAreAlternatives?: boolean;
  readonly counts: () => Counts;
}

const ordered =
  (expected: readonly string[]) =>
  (leads: readonly string[]): string | undefined =>
    leads.length === expected.length && leads.every((lead, i) => lead.toLowerCase() === expected[i].toLowerCase())
      ? undefined
      : `leads ${leads.join(' ')}, expected ${expected.join(' ')}`;

/** MIMIC-IV-ECG has aVF before aVL. */
const mimicLeads = 'I II III aVR aVF aVL V1 V2 V3 V4 V5 V6'.split(' ');

/** The databases' own properties; sources stand at {@link Counts}. */
export const datasetChecks: readonly DatasetChecks[] = [
  {
    name: 'mitbih',
    expected: (path) =>
      /^\d{3}$/.test(path) ? { sampleRateHz: 360, samples: 650_000, gain: 200, leads: mitbihLeads } : undefined,
    listed: async (dataDir) => (await textLines(join(dataDir, 'RECORDS')))?.filter((line) => /^\d{3}$/.test(line)),
    annotator: 'atr',
    annotatorRequired: true,
    counts: mitbihCounts,
  },
  {
    name: 'ptbxl',
    expected: (path) => {
      const rate = /^records(100|500)\//.exec(path)?.[1];
      return rate === undefined
        ? undefined
        : { sampleRateHz: Number(rate), samples: 10 * Number(rate), gain: 1000, leads: ordered(standardLeads) };
    },
    listed: async (dataDir) => {
      const text = await readFile(join(dataDir, 'ptbxl_database.csv'), 'utf8').catch(() => undefined);
      if (text === undefined) return undefined;
      const rows = csvRows(text, 'ptbxl_database.csv', ['filename_lr', 'filename_hr']);
      return rows.flatMap((row) => [row.filename_lr, row.filename_hr]);
    },
    partsAreAlternatives: true,
    counts: ptbxlCounts,
  },
  {
    name: 'cpsc2018',
    // In the challenge's folders, or with its records in one folder.
    expected: (path) =>
      /(?:^|\/)A\d{4}$/.test(path) ? { sampleRateHz: 500, gain: 1000, leads: ordered(standardLeads) } : undefined,
    counts: cpscCounts,
  },
  {
    name: 'mimic-iv-ecg',
    expected: (path) =>
      path.startsWith('files/')
        ? { sampleRateHz: 500, samples: 5000, gain: 200, leads: ordered(mimicLeads) }
        : undefined,
    listed: async (dataDir) => {
      const lines = await textLines(join(dataDir, 'record_list.csv'));
      return lines?.slice(1).flatMap((line) => line.split(',')[4] ?? []);
    },
    counts: mimicCounts,
  },
  {
    name: 'icentia11k',
    expected: (path) =>
      /^p\d\d\/p\d{5}\/p\d{5}_s\d\d$/.test(path) ? { sampleRateHz: 250, leads: ordered(['ecg']) } : undefined,
    annotator: 'atr',
    counts: icentiaCounts,
  },
];

/** Every record has MLII but 102 and 104, which have V5 and V2. */
function mitbihLeads(leads: readonly string[], path: string): string | undefined {
  const other = path === '102' || path === '104';
  return leads.length === 2 && leads.includes('MLII') !== other
    ? undefined
    : `leads ${leads.join(' ')}, expected ${other ? 'V5 V2' : 'two with MLII'}`;
}

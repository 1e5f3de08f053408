import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Annotation, Header } from '@cardio/wfdb';
import { aamiClasses, countBeats, sumCounts, type BeatCounts } from '../aami.js';
import { mitbihGroups } from '../mitbih-records.js';
import { csvRows } from '../scp.js';
import { textLines } from './text-lines.js';

/** Something counted, and how many there must be, where that is known for what is there. */
export interface CountRow {
  readonly what: string;
  readonly found: number;
  readonly expected?: number;
}

/** Counts over the records of a dataset as they are read. */
export interface Counts {
  add(path: string, header: Header, annotations: readonly Annotation[] | undefined): void;
  /** @param present records that are in the folder, without extension */
  rows(dataDir: string, present: readonly string[]): Promise<CountRow[]>;
}

/**
 * N, S, V, F, Q, all annotations: parsed from all 48 `.atr` files; beats by ANSI/AAMI EC57, groups by de Chazal et al. (IEEE TBME
 * 51(7):1196, 2004).
 */
const mitbihOracle: Readonly<Record<string, readonly number[]>> = {
  DS1: [45_866, 944, 3_788, 415, 8, 52_536],
  DS2: [44_259, 1_837, 3_221, 388, 7, 51_188],
  paced: [506, 0, 227, 0, 8_028, 8_923],
};

/** MIT-BIH: beats by class, of each group that was read as a whole. */
export function mitbihCounts(): Counts {
  const counted = new Map<string, BeatCounts>();
  return {
    add: (path, _, annotations) => {
      if (annotations) counted.set(path, countBeats(annotations));
    },
    rows: async (_, present) => [
      { what: 'records', found: present.length, expected: 48 },
      ...Object.entries(mitbihGroups).flatMap(([group, names]) => {
        const read = names.flatMap((name) => counted.get(name) ?? []);
        if (read.length === 0) return [];
        const { classes, annotations } = sumCounts(read);
        const whole = read.length === names.length;
        const title = whole ? group : `${group}, ${read.length} of ${names.length} records`;
        return [...aamiClasses, 'annotations' as const].map((what, i) => ({
          what: `${title}: ${what}`,
          found: what === 'annotations' ? annotations : classes[what],
          ...(whole && { expected: mitbihOracle[group][i] }),
        }));
      }),
    ],
  };
}

/** PTB-XL: rows and patients of its table, by version. */
export function ptbxlCounts(): Counts {
  return {
    add: () => undefined,
    rows: async (dataDir, present) => {
      const records = [100, 500].map((rate) => ({
        what: `records at ${rate} Hz`,
        found: present.filter((path) => path.startsWith(`records${rate}/`)).length,
      }));
      const text = await readFile(join(dataDir, 'ptbxl_database.csv'), 'utf8').catch(() => undefined);
      if (text === undefined) return records;
      const rows = csvRows(text, 'ptbxl_database.csv', ['patient_id']);
      // 1.0.1: Wagner et al., Scientific Data 7:154 (2020); 1.0.3: its page on PhysioNet
      const expected = rows.length === 21_837 ? [21_837, 18_885] : [21_799, 18_869];
      return [
        { what: 'rows of ptbxl_database.csv', found: rows.length, expected: expected[0] },
        { what: 'patients', found: new Set(rows.map((row) => row.patient_id)).size, expected: expected[1] },
        ...records,
      ];
    },
  };
}

/** SNOMED codes of CPSC2018's nine classes in the 2020 challenge's headers, and how many of the 6,877 records have each. */
const cpscOracle = [
  ['NSR', '426783006', 918],
  ['AF', '164889003', 1_221],
  ['I-AVB', '270492004', 722],
  ['LBBB', '164909002', 236],
  ['RBBB', '59118001', 1_857],
  ['PAC', '284470004', 616],
  ['PVC', '164884008', 700],
  ['STD', '429622005', 869],
  ['STE', '164931005', 220],
] as const;

/** CPSC2018: diagnoses in the headers, when all records were read. */
export function cpscCounts(): Counts {
  const counted = new Map<string, number>();
  let read = 0;
  return {
    add: (_, { info }) => {
      read++;
      const codes = info.find((line) => /^Dx:/i.test(line))?.slice(3) ?? '';
      for (const code of codes.split(',')) counted.set(code.trim(), (counted.get(code.trim()) ?? 0) + 1);
    },
    rows: async (_, present) => [
      { what: 'records', found: present.length, expected: 6_877 },
      ...cpscOracle.map(([what, code, expected]) => ({
        what: `${what} (${code})`,
        found: counted.get(code) ?? 0,
        ...(read === 6_877 && { expected }),
      })),
    ],
  };
}

/** MIMIC-IV-ECG: records and patients of its list. */
export function mimicCounts(): Counts {
  return {
    add: () => undefined,
    rows: async (dataDir, present) => {
      const there = { what: 'records', found: present.length };
      const list = await textLines(join(dataDir, 'record_list.csv'));
      if (list === undefined) return [there];
      const patients = new Set(list.slice(1).map((line) => line.slice(0, line.indexOf(','))));
      return [
        { what: 'rows of record_list.csv', found: list.length - 1, expected: 800_035 },
        { what: 'patients listed', found: patients.size, expected: 161_352 },
        there,
      ];
    },
  };
}

/** Icentia11k: segments and patients. */
export function icentiaCounts(): Counts {
  const rhythms = new Map<string, number>();
  const beats = new Map<string, number>();
  const count = (of: Map<string, number>, key: string): unknown => of.set(key, (of.get(key) ?? 0) + 1);
  return {
    add: (_, __, annotations = []) => {
      for (const { symbol, aux } of annotations) {
        if (symbol === '+') count(rhythms, aux);
        else if ('NQSV'.includes(symbol)) count(beats, symbol);
      }
    },
    rows: async (_, present) => [
      { what: 'segments', found: present.length, expected: 541_794 },
      { what: 'patients', found: new Set(present.map((path) => path.slice(4, 10))).size, expected: 11_000 },
      ...[...beats].sort().map(([symbol, found]) => ({ what: `beats ${symbol}`, found })),
      ...[...rhythms].sort().map(([rhythm, found]) => ({ what: `rhythm notes ${rhythm}`, found })),
    ],
  };
}

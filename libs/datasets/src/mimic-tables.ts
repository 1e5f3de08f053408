import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CardioError } from '@cardio/core';
import { eachCsvRow } from './csv-stream.js';
import type { MimicConfig } from './mimic-config.js';
import { intervalLabels, measurementColumns, measurementOf } from './mimic-measurements.js';
import { reportLabels, type KnownReports } from './mimic-reports.js';

/** The tables of MIMIC-IV-ECG, as far as a task needs them: columns rather than rows, for 800,035 of these are many. */
export interface MimicTables {
  /** Rows of `record_list.csv` that have a label and whose study is in the folder. */
  readonly studies: readonly string[];
  readonly subjects: readonly string[];
  /** Paths of records without extension, relative to the folder. */
  readonly paths: readonly string[];
  /** Bit k for class k. */
  readonly labels: Int32Array;
  /** Studies with a label that are not in the folder. */
  readonly absent: readonly string[];
  readonly listed: number;
  /** Listed, but without a label of the task. */
  readonly unlabelled: number;
  /** SHA-256 of both files. */
  readonly hash: string;
}

/**
 * Reads the two tables in bounded memory and looks which studies are in the folder.
 *
 * @throws {CardioError} `not-found` for a missing table or when no record is there, `data` for a malformed table
 */
export async function readMimicTables(config: MimicConfig): Promise<MimicTables> {
  const hash = createHash('sha256');
  const labelOf = new Map<number, number>();
  const table = (name: string): string => join(config.dataDir, name);
  const columnsOf: Parameters<typeof eachCsvRow>[1] =
    config.task === 'reports'
      ? (header) => ['study_id', ...reportColumns(header, table('machine_measurements.csv'))]
      : ['study_id', ...measurementColumns];
  const label =
    config.task === 'reports' ? byReports(config) : (cells: string[]) => intervalLabels(measurementOf(cells));
  await eachCsvRow(
    table('machine_measurements.csv'),
    columnsOf,
    ([study, ...cells]) => {
      const bits = label(cells);
      if (bits !== undefined) labelOf.set(Number(study), bits);
    },
    hash,
  );

  const all = { studies: [] as string[], subjects: [] as string[], paths: [] as string[] };
  const bits: number[] = [];
  const subjects = new Map<string, string>(); // one text for all rows of a subject
  let listed = 0;
  await eachCsvRow(
    table('record_list.csv'),
    ['study_id', 'subject_id', 'path'],
    ([study, subject, path]) => {
      listed++;
      const known = labelOf.get(Number(study));
      if (known === undefined) return;
      if (!subjects.has(subject)) subjects.set(subject, subject);
      all.studies.push(study);
      all.subjects.push(subjects.get(subject) ?? subject);
      all.paths.push(path);
      bits.push(known);
    },
    hash,
  );
  const here = await studiesHere(config.dataDir, all.paths);
  const kept = all.paths.map((path) => here.has(dirname(path)));
  const present = <T>(values: readonly T[]): T[] => values.filter((_, i) => kept[i]);
  if (!kept.includes(true)) {
    const example = all.paths[0] ? `, such as ${all.paths[0]}.hea and .dat` : '';
    throw new CardioError(
      'not-found',
      `None of the ${all.paths.length} labelled records that \`${table('record_list.csv')}\` lists is there: expected two files a record${example}.`,
    );
  }
  return {
    studies: present(all.studies),
    subjects: present(all.subjects),
    paths: present(all.paths),
    labels: Int32Array.from(present(bits)),
    absent: all.studies.filter((_, i) => !kept[i]),
    listed,
    unlabelled: listed - all.paths.length,
    hash: hash.digest('hex'),
  };
}

function byReports({ doubtfulReports }: MimicConfig): (reports: readonly string[]) => number | undefined {
  const known: KnownReports = new Map();
  return (reports) => {
    if (reports.every((report) => report.trim() === '')) return undefined;
    const { stated, doubtful } = reportLabels(reports, known);
    if (doubtfulReports === 'left-out' && doubtful !== 0) return undefined;
    return doubtfulReports === 'present' ? stated | doubtful : stated;
  };
}

function reportColumns(header: readonly string[], path: string): string[] {
  const columns = header.filter((column) => /^report_\d+$/.test(column));
  if (columns.length > 0) return columns;
  throw new CardioError('data', `${path} has no column \`report_0\`. It has: ${header.join(', ')}.`);
}

const listingsAtOnce = 32;

/** The folders of studies that are there: one listing a patient, since 800,035 single looks are slow. */
async function studiesHere(dataDir: string, paths: readonly string[]): Promise<Set<string>> {
  const patients = [...new Set(paths.map((path) => dirname(dirname(path))))];
  const found = new Set<string>();
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < patients.length) {
      const folder = patients[next++];
      for (const name of await readdir(join(dataDir, folder)).catch(() => [])) found.add(`${folder}/${name}`);
    }
  };
  await Promise.all(Array.from({ length: listingsAtOnce }, work));
  return found;
}

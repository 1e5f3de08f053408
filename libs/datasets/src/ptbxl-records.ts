import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CardioError } from '@cardio/core';
import type { PtbxlRow } from './ptbxl-labels.js';

/** A record's path at a rate, as the CSV has it. */
export const pathOf = ({ path100, path500 }: PtbxlRow, sampleRateHz: 100 | 500): string =>
  sampleRateHz === 100 ? path100 : path500;

/**
 * Looks which records are in the folder: one is absent when neither of its files is there.
 *
 * @throws {CardioError} `not-found` when none is there
 */
export async function findPtbxlRecords(
  dataDir: string,
  rows: readonly PtbxlRow[],
  sampleRateHz: 100 | 500,
): Promise<{ readonly present: readonly PtbxlRow[]; readonly absent: readonly string[] }> {
  const path = (row: PtbxlRow): string => pathOf(row, sampleRateHz);
  const onDisk = await recordsOnDisk(dataDir, new Set(rows.map((row) => dirname(path(row)))));
  const present = rows.filter((row) => onDisk.has(path(row)));
  if (present.length === 0) {
    const example = rows[0] ? `, such as ${path(rows[0])}.hea and .dat` : '';
    throw new CardioError(
      'not-found',
      `None of the ${rows.length} records that \`${join(dataDir, 'ptbxl_database.csv')}\` lists is there: expected ` +
        `records${sampleRateHz}/ in \`${dataDir}\` with two files a record${example}.`,
    );
  }
  return { present, absent: rows.filter((row) => !onDisk.has(path(row))).map((row) => basename(path(row))) };
}

/** The paths (as in the CSV) of which a header or a sample file is there. One listing a folder: 43,598 single looks are slow. */
async function recordsOnDisk(dataDir: string, folders: ReadonlySet<string>): Promise<Set<string>> {
  const found = new Set<string>();
  for (const folder of folders) {
    const names = await readdir(join(dataDir, folder)).catch(() => []);
    for (const name of names) if (/\.(hea|dat)$/.test(name)) found.add(`${folder}/${name.slice(0, -4)}`);
  }
  return found;
}

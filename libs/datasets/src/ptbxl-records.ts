import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CardioError, isCardioError, type Signal } from '@cardio/core';
import { selectLeads, standardLeads } from '@cardio/signal';
import { readRecord } from '@cardio/wfdb';
import type { BadRecord } from './dataset.js';
import { interleave } from './prepare.js';
import type { PtbxlRow } from './ptbxl-labels.js';

/** Called after each record: records done, of how many. */
export type LoadProgress = (done: number, total: number) => void;

/** What {@link readPtbxlRecords} found. */
export interface PtbxlRecords {
  /** In the order of the CSV; `x` is `[T * L]` in mV, leads in standard order. */
  readonly records: readonly { readonly row: PtbxlRow; readonly x: Float32Array }[];
  readonly absent: readonly string[];
  readonly bad: readonly BadRecord[];
}

const parallelReads = 16;

/**
 * Reads the records that are in the folder. One is absent when neither of its files is there, and bad when it can't be read or is not 12
 * whole leads of the right length and rate.
 *
 * @throws {CardioError} `not-found` when none is there
 */
export async function readPtbxlRecords(
  dataDir: string,
  rows: readonly PtbxlRow[],
  expected: {
    readonly sampleRateHz: 100 | 500;
    readonly samples: number;
    readonly onProgress?: LoadProgress | undefined;
  },
): Promise<PtbxlRecords> {
  const pathOf = (row: PtbxlRow): string => (expected.sampleRateHz === 100 ? row.path100 : row.path500);
  const onDisk = await recordsOnDisk(dataDir, new Set(rows.map((row) => dirname(pathOf(row)))));
  const present = rows.filter((row) => onDisk.has(pathOf(row)));
  const absent = rows.filter((row) => !onDisk.has(pathOf(row))).map((row) => basename(pathOf(row)));
  if (present.length === 0) {
    const example = rows[0] ? `, such as ${pathOf(rows[0])}.hea and .dat` : '';
    throw new CardioError(
      'not-found',
      `None of the ${rows.length} records that \`${join(dataDir, 'ptbxl_database.csv')}\` lists is there: expected ` +
        `records${expected.sampleRateHz}/ in \`${dataDir}\` with two files a record${example}.`,
    );
  }

  const results = new Array<Float32Array | BadRecord>(present.length);
  let next = 0;
  let done = 0;
  const work = async (): Promise<void> => {
    while (next < present.length) {
      const index = next++;
      results[index] = await readOne(dataDir, pathOf(present[index]), expected);
      expected.onProgress?.(++done, present.length);
    }
  };
  await Promise.all(Array.from({ length: parallelReads }, work));

  const isSignal = (result: Float32Array | BadRecord): result is Float32Array => result instanceof Float32Array;
  return {
    records: results.flatMap((x, i) => (isSignal(x) ? [{ row: present[i], x }] : [])),
    absent,
    bad: results.filter((result): result is BadRecord => !isSignal(result)),
  };
}

/** What is wrong with a signal that has missing samples, which no model can take; `undefined` when it is complete. */
export function missingSamples({ samples, leads }: Signal): string | undefined {
  const holes = samples.flatMap((lead, i) => {
    const missing = lead.reduce((count, value) => count + (Number.isNaN(value) ? 1 : 0), 0);
    return missing > 0 ? [`${missing} in lead ${leads[i]}`] : [];
  });
  return holes.length > 0 ? `samples are missing: ${holes.join(', ')}.` : undefined;
}

async function readOne(
  dataDir: string,
  path: string,
  { sampleRateHz, samples }: { readonly sampleRateHz: number; readonly samples: number },
): Promise<Float32Array | BadRecord> {
  const bad = (reason: string): BadRecord => ({ record: basename(path), reason });
  try {
    const signal = selectLeads((await readRecord(join(dataDir, path))).signal, standardLeads);
    const length = signal.samples[0].length;
    if (signal.sampleRateHz !== sampleRateHz || length !== samples) {
      return bad(`${length} samples at ${signal.sampleRateHz} Hz, expected ${samples} at ${sampleRateHz} Hz.`);
    }
    const missing = missingSamples(signal);
    return missing ? bad(missing) : interleave(signal, 0, length);
  } catch (error) {
    if (!isCardioError(error)) throw error;
    return bad(error.message);
  }
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

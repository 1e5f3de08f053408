import { mkdir, mkdtemp, readdir, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { CardioError, hash32, type Signal } from '@cardio/core';
import { synthesizeEcg } from '@cardio/signal';
import { writeRecord } from '@cardio/wfdb';
import { planCohort, type PlannedRecord } from './synthetic-cohort.js';
import { databaseTable, recordPath, statementTable } from './synthetic-tables.js';

/** What to make. */
export interface SyntheticPtbxlOptions {
  /** At least 50: fewer can't have every superclass in every split. */
  readonly records: number;
  /** The same seed gives the same files, byte for byte. */
  readonly seed: number;
  /** Default 100. */
  readonly sampleRateHz?: 100 | 500;
  /** Called after each record: records written, of how many. */
  readonly onProgress?: (done: number, total: number) => void;
}

const notice = `# Synthetic 12-lead ECGs

Every signal and every patient in this folder is made up by a program (CardioAI Pro, \`writeSyntheticPtbxl\`). Nothing was measured on a
person. The files follow the layout of PTB-XL, so that what reads one reads the other. They serve to try out software; results on them
say nothing about medicine.
`;

const licence =
  'The data in this folder is synthetic. To the extent possible under law, all rights in it are waived (CC0 1.0,\n' +
  'https://creativecommons.org/publicdomain/zero/1.0/).\n';

/**
 * Writes a small made-up cohort in PTB-XL's own file layout: records, `ptbxl_database.csv`, `scp_statements.csv` and `RECORDS`. It is built
 * in a temporary folder beside and renamed when whole, so a folder of that name is never half a set.
 *
 * @throws {CardioError} `usage` for fewer than 50 records, or when the folder has something in it already
 * @example await writeSyntheticPtbxl('datasets/demo', { records: 400, seed: 1 });
 */
export async function writeSyntheticPtbxl(folder: string, options: SyntheticPtbxlOptions): Promise<void> {
  const { records, seed, sampleRateHz = 100, onProgress } = options;
  if (!Number.isInteger(records) || records < 50 || records > 99_999) {
    throw new CardioError('usage', `\`records\` must be a whole number from 50 to 99999. Received: ${records}.`);
  }
  const target = resolve(folder);
  const inside = await readdir(target).catch(() => undefined);
  if (inside && inside.length > 0) {
    throw new CardioError('usage', `\`${folder}\` is not empty. Delete it or name another folder.`);
  }
  await mkdir(dirname(target), { recursive: true });
  const part = await mkdtemp(join(dirname(target), `${basename(target)}.part-`));
  try {
    const plan = planCohort(records, seed);
    const paths = plan.map((_, i) => recordPath(i + 1, sampleRateHz));
    for (const path of new Set(paths.map(dirname))) await mkdir(join(part, path), { recursive: true });
    for (const [i, record] of plan.entries()) {
      const signal = synthesize(record, i + 1, { seed, sampleRateHz });
      await writeRecord(join(part, paths[i]), { signal, gain: 1000 });
      onProgress?.(i + 1, records);
    }
    await writeFile(join(part, 'ptbxl_database.csv'), databaseTable(plan));
    await writeFile(join(part, 'scp_statements.csv'), statementTable());
    await writeFile(join(part, 'RECORDS'), `${paths.join('\n')}\n`);
    await writeFile(join(part, 'README.md'), notice);
    await writeFile(join(part, 'LICENSE.txt'), licence);
    if (inside) await rmdir(target);
    await rename(part, target);
  } catch (error) {
    await rm(part, { recursive: true, force: true });
    throw error;
  }
}

function synthesize(
  { patient, conditions, rhythm, heartRateBpm }: PlannedRecord,
  ecgId: number,
  { seed, sampleRateHz }: { readonly seed: number; readonly sampleRateHz: number },
): Signal {
  const { signal } = synthesizeEcg({
    seconds: 10,
    sampleRateHz,
    heartRateBpm,
    rhythm,
    conditions,
    seed: hash32(`record ${ecgId}`, seed),
    person: hash32(`patient ${patient}`, seed),
  });
  // PTB-XL writes AVR AVL AVF.
  return { ...signal, leads: signal.leads.map((lead) => lead.toUpperCase()) };
}

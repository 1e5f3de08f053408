import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { CardioError, isCardioError } from '@cardio/core';
import { readHeader } from '@cardio/wfdb';
import type { RecordAttributes } from './dataset.js';
import { challengeLabels, cpscRecords, cpscReference } from './cpsc2018-labels.js';

/** A record that is in the folder. */
interface CpscRecord {
  /** Such as `A0001`. */
  readonly name: string;
  /** Relative to the data folder: the MATLAB file, with its header first in the challenge's layout. */
  readonly files: readonly string[];
  /** First label first; `undefined` when its header can't be read, which reading the record will report. */
  readonly labels: readonly number[] | undefined;
  /** From its header, where it has one. */
  readonly attributes: RecordAttributes;
}

/** What {@link findCpscRecords} found. */
export interface CpscRecords {
  readonly records: readonly CpscRecord[];
  readonly absent: readonly string[];
  /** Records of the original layout without a row in `REFERENCE.csv`. */
  readonly unlabelled: readonly string[];
  /** The text of `REFERENCE.csv`; empty where there is none. */
  readonly reference: string;
}

const readAhead = 16;

/**
 * Looks for the records A0001 to A6877 at any depth of the folder, in the challenge's layout (`.hea` and `.mat`) or the original one (`.mat` alone).
 * Labels come from `REFERENCE.csv` where there is one, else from the headers.
 *
 * @throws {CardioError} `not-found` for a folder without a record, or original records without `REFERENCE.csv`; `data` for a record in two
 *   folders, or a malformed `REFERENCE.csv`
 */
export async function findCpscRecords(dataDir: string): Promise<CpscRecords> {
  const { found, references } = await listFiles(dataDir);
  const reference = references.length > 0 ? await readFile(join(dataDir, references[0]), 'utf8') : '';
  const labels = reference === '' ? undefined : cpscReference(reference);
  const names = [...found.keys()].sort();
  const records: CpscRecord[] = [];
  const unlabelled: string[] = [];
  for (let i = 0; i < names.length; i += readAhead) {
    const some = names.slice(i, i + readAhead).map(async (name): Promise<CpscRecord> => {
      const files = found.get(name) ?? [];
      const info = await infoOf(dataDir, files);
      return { name, files, labels: labels?.get(name) ?? labelsIn(info), attributes: personOf(info) };
    });
    for (const record of await Promise.all(some)) {
      if (record.labels || record.files[0].endsWith('.hea')) records.push(record);
      else unlabelled.push(record.name);
    }
  }
  if (records.length === 0 && unlabelled.length > 0) {
    throw new CardioError(
      'not-found',
      `\`${dataDir}\` has ${unlabelled.length} records without headers and no REFERENCE.csv with their labels. Put it there.`,
    );
  }
  const listed = labels ? [...labels.keys()] : Array.from({ length: cpscRecords }, (_, i) => nameOf(i + 1));
  return { records, unlabelled, reference, absent: listed.filter((name) => !found.has(name)) };
}

const nameOf = (number: number): string => `A${String(number).padStart(4, '0')}`;

/** The info lines of a record's header; none without a header that can be read. */
async function infoOf(dataDir: string, files: readonly string[]): Promise<readonly string[]> {
  if (!files[0].endsWith('.hea')) return [];
  try {
    return (await readHeader(join(dataDir, files[0]))).info;
  } catch (error) {
    if (!isCardioError(error)) throw error;
    return [];
  }
}

function labelsIn(info: readonly string[]): number[] | undefined {
  try {
    return challengeLabels(info);
  } catch (error) {
    if (!isCardioError(error)) throw error;
    return undefined;
  }
}

/** The challenge's lines `#Age: 74` and `#Sex: Male`; an age that is not known is NaN. */
function personOf(info: readonly string[]): RecordAttributes {
  const line = (name: string): string =>
    info
      .find((text) => text.startsWith(`${name}:`))
      ?.slice(name.length + 1)
      .trim()
      .toLowerCase() ?? '';
  const sex = line('Sex');
  const age = line('Age') === '' ? NaN : Number(line('Age'));
  return { ...((sex === 'female' || sex === 'male') && { sex }), ...(age >= 0 && { ageYears: age }) };
}

async function listFiles(
  dataDir: string,
): Promise<{ readonly found: ReadonlyMap<string, string[]>; readonly references: readonly string[] }> {
  const paths = await readdir(dataDir, { recursive: true }).catch((): string[] => []);
  const sorted = paths.map((path) => path.replaceAll('\\', '/')).sort(); // A0001.hea before A0001.mat
  const found = new Map<string, string[]>();
  for (const path of sorted) {
    const [, stem, name, extension] = /^((?:.*\/)?(A\d{4}))\.(hea|mat)$/.exec(path) ?? [];
    if (name === undefined) continue;
    const files = found.get(name) ?? [];
    if (files.length > 0 && !(files.length === 1 && files[0] === `${stem}.hea` && extension === 'mat')) {
      throw new CardioError(
        'data',
        `\`${dataDir}\` has record ${name} twice: ${files[0]} and ${path}. Remove one of the copies.`,
      );
    }
    found.set(name, [...files, path]);
  }
  if (found.size === 0) {
    throw new CardioError(
      'not-found',
      `\`${dataDir}\` has no record of CPSC2018. \`dataDir\` must be a folder with A0001.hea and A0001.mat and so on (PhysioNet's challenge ` +
        'of 2020), or with A0001.mat and so on and REFERENCE.csv (as in 2018), at any depth.',
    );
  }
  return { found, references: sorted.filter((path) => basename(path).toUpperCase() === 'REFERENCE.CSV') };
}

import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CardioError, isCardioError } from '@cardio/core';
import { readHeader, type Header } from '@cardio/wfdb';
import type { RecordAttributes } from './dataset.js';

/** The records of MIT-BIH as de Chazal et al. (IEEE TBME 51(7):1196, 2004) divide them, and the four with pacemakers that AAMI excludes. */
export const mitbihGroups = {
  DS1: '101 106 108 109 112 114 115 116 118 119 122 124 201 203 205 207 208 209 215 220 223 230'.split(' '),
  DS2: '100 103 105 111 113 117 121 123 200 202 210 212 213 214 219 221 222 228 231 232 233 234'.split(' '),
  paced: '102 104 107 217'.split(' '),
} as const;

/** One of the three groups. */
export type MitbihGroup = keyof typeof mitbihGroups;

/** 201 (DS1) and 202 (DS2) are one patient: 202's header says that it comes from the same tape. */
export const sharedPatient = '201+202';

/** The patient of a record; every record but 201 and 202 is a patient of its own. */
export const patientOf = (record: string): string => (record === '201' || record === '202' ? sharedPatient : record);

/** A record of the database: its name and group. */
interface MitbihRecord {
  readonly name: string;
  readonly group: MitbihGroup;
}

/** What {@link findMitbihRecords} found. */
export interface MitbihRecords {
  /** Those in the folder, of every group. */
  readonly present: readonly MitbihRecord[];
  /** Records of DS1 and DS2 of which there is no file. */
  readonly absent: readonly string[];
  /** Records of DS1 and DS2 that have no such lead. */
  readonly withoutLead: readonly string[];
  /** Sex and age of the patients whose header tells them, by record. */
  readonly attributes: ReadonlyMap<string, RecordAttributes>;
}

/**
 * Looks which records are in the folder, and which have the lead. Whether they can be read is not looked at here.
 *
 * @throws {CardioError} `not-found` for a missing folder or one without any of the records
 */
export async function findMitbihRecords(dataDir: string, lead: string): Promise<MitbihRecords> {
  const onDisk = await recordsOnDisk(dataDir);
  const listed = Object.entries(mitbihGroups).flatMap(([group, names]) =>
    names.map((name) => ({ name, group: group as MitbihGroup })),
  );
  const present = listed.filter(({ name }) => onDisk.has(name));
  const usable = present.filter(({ group }) => group !== 'paced');
  if (usable.length === 0) {
    throw new CardioError(
      'not-found',
      `\`${dataDir}\` has no record of MIT-BIH. \`dataDir\` must be the folder with 100.hea, 100.dat, 100.atr and so on.`,
    );
  }
  const withoutLead: string[] = [];
  const attributes = new Map<string, RecordAttributes>();
  for (const { name } of usable) {
    const header = await headerOf(join(dataDir, name));
    if (header && !header.signals.some(({ description }) => description.toLowerCase() === lead.toLowerCase()))
      withoutLead.push(name);
    if (header) attributes.set(name, personOf(header.info));
  }
  return {
    present,
    absent: listed.filter(({ name, group }) => group !== 'paced' && !onDisk.has(name)).map(({ name }) => name),
    withoutLead,
    attributes,
  };
}

/** A header that can't be read is no reason to leave the record out silently: reading the record will tell. */
async function headerOf(path: string): Promise<Header | undefined> {
  try {
    return await readHeader(path);
  } catch (error) {
    if (!isCardioError(error)) throw error;
    return undefined;
  }
}

/** The first comment begins with age and sex, such as `69 M 1085 1629 x1`; an age that is not known is -1. */
function personOf(info: readonly string[]): RecordAttributes {
  const [, age, letter] = /^\s*(-?\d+) ([MF])\b/.exec(info[0] ?? '') ?? [];
  if (letter === undefined) return {};
  return { sex: letter === 'F' ? 'female' : 'male', ...(Number(age) >= 0 && { ageYears: Number(age) }) };
}

async function recordsOnDisk(dataDir: string): Promise<Set<string>> {
  try {
    const names = await readdir(dataDir);
    return new Set(names.filter((name) => /\.(hea|dat|atr)$/.test(name)).map((name) => name.slice(0, -4)));
  } catch (cause) {
    throw new CardioError(
      'not-found',
      `The folder \`${dataDir}\` can't be read. \`dataDir\` must be the folder of MIT-BIH, with 100.hea, 100.dat, 100.atr and so on; ` +
        'download it from https://physionet.org/content/mitdb/1.0.0/.',
      { cause },
    );
  }
}

import { appendFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { join } from 'node:path';
import { CardioError } from '@cardio/core';

/** The name of the journal in a data folder. */
const journalFile = '.cardio-download.jsonl';

/** What a folder was downloaded as. */
export interface DownloadedAs {
  readonly dataset: string;
  readonly version: string;
  readonly address: string;
  /** `undefined` for the whole dataset. */
  readonly subset?: string;
}

/**
 * Which files of a folder were found right, with the size and time they had then, so that a second run need not read them again. Lines are
 * only ever appended: what a killed process leaves is at worst one torn line, which is skipped.
 */
export interface Journal {
  /** What the last download into the folder was of. */
  readonly last: DownloadedAs | undefined;
  has(path: string, stats: Stats): boolean;
  add(path: string, stats: Stats): Promise<void>;
  start(download: DownloadedAs): Promise<void>;
}

type Line = DownloadedAs | readonly [path: string, bytes: number, mtimeMs: number];

/** Opens the journal of a folder, which need not be there. */
export async function openJournal(dataDir: string): Promise<Journal> {
  const file = join(dataDir, journalFile);
  const text = await readFile(file, 'utf8').catch(() => '');
  const known = new Map<string, string>();
  let last: DownloadedAs | undefined;
  for (const line of text.split('\n')) {
    const entry = parsed(line);
    if (entry === undefined) continue;
    if ('dataset' in entry) last = entry;
    else known.set(entry[0], `${entry[1]} ${entry[2]}`);
  }
  const append = (line: Line): Promise<void> => appendFile(file, `${JSON.stringify(line)}\n`);
  return {
    last,
    has: (path, { size, mtimeMs }) => known.get(path) === `${size} ${mtimeMs}`,
    add: (path, { size, mtimeMs }) => append([path, size, mtimeMs]),
    start: async (download) => {
      if (text !== '' && !text.endsWith('\n')) await appendFile(file, '\n');
      if (JSON.stringify(last) !== JSON.stringify(download)) await append(download);
    },
  };
}

function parsed(line: string): Line | undefined {
  try {
    const value = JSON.parse(line) as unknown;
    return typeof value === 'object' && value !== null ? (value as Line) : undefined; // nobody else writes here
  } catch {
    return undefined;
  }
}

/**
 * Keeps other downloads out of a folder: two would write into the same `.part`.
 *
 * @returns what lets them in again
 * @throws {CardioError} `usage` while another process downloads into it
 */
export async function lockFolder(dataDir: string): Promise<() => Promise<void>> {
  await mkdir(dataDir, { recursive: true });
  const file = join(dataDir, '.cardio-download.lock');
  for (let attempt = 0; ; attempt++) {
    try {
      await writeFile(file, String(process.pid), { flag: 'wx' });
      return () => rm(file, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const owner = Number(await readFile(file, 'utf8').catch(() => ''));
    if (attempt > 0 || (owner > 0 && isRunning(owner))) {
      throw new CardioError(
        'usage',
        `Process ${owner} downloads into \`${dataDir}\`. Wait for it, or remove \`${file}\` if it is no download.`,
      );
    }
    await rm(file, { force: true });
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

import { stat, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { CardioError } from '@cardio/core';
import type { DownloadOptions, DownloadPlan } from './download.js';
import type { DownloadedAs, Journal } from './journal.js';
import type { DownloadSource } from './sources.js';

/** Whether a file is there. */
export const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

/** Of the disk that a folder is on, or will be: it need not be there yet. */
export async function freeBytes(folder: string): Promise<number> {
  try {
    const { bavail, bsize } = await statfs(folder);
    return bavail * bsize;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    return freeBytes(join(folder, '..'));
  }
}

/** @throws {CardioError} `usage` for a non-commercial licence that was not accepted */
export function assertLicence(
  { name, card, nonCommercial }: DownloadSource,
  { acceptLicence, dryRun }: DownloadOptions,
): void {
  if (!nonCommercial || acceptLicence || dryRun) return;
  throw new CardioError(
    'usage',
    `${name} is for non-commercial use only: its licence is ${card.licence} (${card.url}). ` +
      'If your use is within it, repeat the command with `--accept-license`.',
  );
}

/** @throws {CardioError} `usage` for a folder with another dataset or version */
export function assertSameVersion({ last }: Journal, { dataset, version }: DownloadedAs, dataDir: string): void {
  if (last === undefined || (last.dataset === dataset && last.version === version)) return;
  throw new CardioError(
    'usage',
    `\`${dataDir}\` holds a download of ${last.dataset} ${last.version}, not of ${dataset} ${version}. Choose another \`--data-dir\`.`,
  );
}

/** @throws {CardioError} `not-found` when what is still to come does not fit on the disk */
export function assertSpace({ size, keptBytes, freeBytes: free }: DownloadPlan, dataDir: string): void {
  if (size === undefined) return;
  const needed = size.bytes * (size.exact ? 1 : 1.05) - keptBytes;
  if (needed <= free) return;
  const text = (bytes: number): string =>
    bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(1)} GB`;
  throw new CardioError(
    'not-found',
    `${text(needed)} are still to come and \`${dataDir}\` has ${text(free)} free. ` +
      'Make room, choose a disk with more by `--data-dir`, or take less by `--subset`.',
  );
}

/** What the file system refuses, in words. */
export const asDiskError =
  (dataDir: string) =>
  (error: unknown): never => {
    const { code, syscall, message } = error as NodeJS.ErrnoException;
    if (syscall === undefined || code === undefined) throw error;
    const advice = code === 'ENOSPC' ? 'Make room and run the same command again to go on.' : 'Is the folder writable?';
    throw new CardioError('not-found', `\`${dataDir}\` can't be written: ${message}. ${advice}`, { cause: error });
  };

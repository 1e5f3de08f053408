import { createHash } from 'node:crypto';
import { statSync, type Stats } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { ListedFile } from './checksum-list.js';
import { inParallel } from './in-parallel.js';
import type { Journal } from './journal.js';
import { hashFile } from './transfer.js';

/** What is there of the files that are wanted. */
export interface FolderState {
  /** Files that are there and right. */
  readonly right: number;
  /** Files that are there with other bytes than listed: they will be replaced. */
  readonly wrong: readonly string[];
  /** Files to fetch, the wrong ones among them, in the order of the list. */
  readonly pending: readonly ListedFile[];
  /** Bytes of the pending files that an interrupted download left. */
  readonly keptBytes: number;
}

/** How many files of a folder are looked at side by side. */
const width = 16;

/**
 * Looks which of the files are there and right: by the journal's size and time, or by reading those that it does not know.
 *
 * @param recheck reads every file
 */
export async function folderState(
  dataDir: string,
  files: readonly ListedFile[],
  {
    journal,
    recheck,
    remember,
    signal,
    onProgress,
  }: {
    readonly journal: Journal;
    readonly recheck: boolean;
    /** Whether what is found right goes into the journal. */
    readonly remember: boolean;
    readonly signal: AbortSignal;
    readonly onProgress?: ((done: number, total: number) => void) | undefined;
  },
): Promise<FolderState> {
  const found = new Uint8Array(files.length); // 0 absent, 1 right, 2 wrong
  let keptBytes = 0;
  let done = 0;
  await inParallel(files, width, async ({ path, sha256 }, index) => {
    signal.throwIfAborted();
    const target = join(dataDir, path);
    if (index % 1000 === 0) await nextTurn(); // for signals and the terminal
    const stats = statsOf(target);
    if (stats === undefined) keptBytes += statsOf(`${target}.part`)?.size ?? 0;
    else if (!recheck && journal.has(path, stats)) found[index] = 1;
    else {
      const hash = createHash('sha256');
      await hashFile(target, hash);
      found[index] = hash.digest('hex') === sha256 ? 1 : 2;
      if (found[index] === 1 && remember) await journal.add(path, stats);
    }
    onProgress?.(++done, files.length);
  });
  return {
    right: found.reduce((sum, state) => sum + (state === 1 ? 1 : 0), 0),
    wrong: files.filter((_, i) => found[i] === 2).map(({ path }) => path),
    pending: files.filter((_, i) => found[i] !== 1),
    keptBytes,
  };
}

/** Synchronous, because a million promises that reject take minutes. */
const statsOf = (path: string): Stats | undefined => statSync(path, { throwIfNoEntry: false });

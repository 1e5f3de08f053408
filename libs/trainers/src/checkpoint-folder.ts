import { createHash } from 'node:crypto';
import { mkdir, open, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';

import { CardioError } from '@cardio/core';

/** The files of a folder by name. */
export type FolderFiles = Readonly<Record<string, Uint8Array>>;

/**
 * Replaces a folder as a whole: the files are written to a temporary folder beside it and flushed to the disk, then renamed into
 * place. Killed at any moment, it leaves the old folder or the new one, never a mixture ({@link readFolder} finds the old one
 * even between the two renames). One writer at a time.
 */
export async function replaceFolder(folder: string, files: FolderFiles): Promise<void> {
  const { path, parent, temporary, old } = places(folder);
  try {
    await rm(temporary, { recursive: true, force: true });
    await mkdir(temporary, { recursive: true });
    for (const [name, bytes] of Object.entries(files)) await writeFlushed(join(temporary, name), bytes);
    await flushFolder(temporary);
    if (await exists(path)) {
      await rm(old, { recursive: true, force: true });
      await rename(path, old);
    }
    await rename(temporary, path);
    await flushFolder(parent);
    await rm(old, { recursive: true, force: true });
  } catch (cause) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new CardioError(
      'unavailable',
      `Could not write the checkpoint ${folder}: ${reason}. The previous checkpoint there, if any, is whole. Free disk space or ` +
        'choose a folder that can be written, then resume.',
      { cause },
    );
  }
}

/** Reads named files of a folder that {@link replaceFolder} wrote. */
export async function readFolder<Name extends string>(
  folder: string,
  names: readonly Name[],
): Promise<Record<Name, Buffer>> {
  const { path, old } = places(folder);
  const source = !(await exists(path)) && (await exists(old)) ? old : path;
  if (!(await exists(source))) {
    throw new CardioError(
      'not-found',
      `There is no checkpoint at ${folder}. Name a folder such as <run>/checkpoints/last.`,
    );
  }
  const read = async (name: Name): Promise<[Name, Buffer]> => {
    try {
      return [name, await readFile(join(source, name))];
    } catch (cause) {
      throw new CardioError('data', `The checkpoint ${folder} has no readable file ${name}. Use another checkpoint.`, {
        cause,
      });
    }
  };
  return Object.fromEntries(await Promise.all(names.map(read))) as Record<Name, Buffer>;
}

/** The SHA-256 of bytes or of a text in UTF-8, in hexadecimal. */
export const sha256 = (data: Uint8Array | string): string => createHash('sha256').update(data).digest('hex');

function places(folder: string): { path: string; parent: string; temporary: string; old: string } {
  const path = resolve(folder);
  const beside = (suffix: string): string => join(dirname(path), `.${basename(path)}.${suffix}`);
  return { path, parent: dirname(path), temporary: beside('new'), old: beside('old') };
}

async function writeFlushed(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Makes renames in a folder durable; Windows can't open folders, and its renames need no flush. */
async function flushFolder(path: string): Promise<void> {
  if (process.platform === 'win32') return;
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

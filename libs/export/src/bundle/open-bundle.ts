import { CardioError } from '@cardio/core';
import { constants } from 'node:fs';
import { lstat, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openSession } from '../runtime.js';
import { assertSize, bundleFiles, damaged, type BundlePlace } from './files.js';
import { openPlace, type OpenBundle } from './open-place.js';

/**
 * Opens the bundle in a folder, in ONNX Runtime for Node. Nothing outside that folder is read: a name that is a path and a link are refused.
 *
 * @throws CardioError 'not-found' without a bundle, 'data' for a missing, additional, changed, truncated or too large file, 'unavailable' without ONNX Runtime
 * @example
 * const opened = await openBundle('runs/latest/export/onnx');
 * const { whole, windows } = await opened.predict(signal);
 */
export const openBundle = (folder: string): Promise<OpenBundle> => openPlace(folderPlace(folder), openSession);

/** A folder as a place of a bundle. */
export function folderPlace(folder: string): BundlePlace {
  return {
    name: folder,
    list: () => readdir(folder),
    read: async (name, most) => {
      const path = join(folder, name);
      const found = await lstat(path).catch((cause: unknown) => {
        throw name === bundleFiles.manifest
          ? new CardioError('not-found', `\`${folder}\` is no bundle: it has no ${name} that can be read.`, { cause })
          : damaged(folder, `\`${name}\` can't be read.`, cause);
      });
      if (!found.isFile()) throw damaged(folder, `\`${name}\` is a link, a folder or no plain file.`);
      assertSize(folder, name, found.size, most);
      return whole(path, folder, name, most);
    },
  };
}

/** Reads a file that must still be one, and no link, when it is opened. */
async function whole(path: string, folder: string, name: string, most: number): Promise<Uint8Array> {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants as Partial<typeof constants>;
  const file = await open(path, (O_RDONLY ?? 0) | O_NOFOLLOW | O_NONBLOCK).catch((cause: unknown) => {
    throw damaged(folder, `\`${name}\` can't be read.`, cause);
  });
  try {
    const now = await file.stat();
    if (!now.isFile()) throw damaged(folder, `\`${name}\` is a link, a folder or no plain file.`);
    assertSize(folder, name, now.size, most);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

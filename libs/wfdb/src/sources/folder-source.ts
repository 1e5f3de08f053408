import { WfdbError } from '../errors.js';
import { exactly, inside, missing, type Source } from './source.js';

// Node's modules are loaded on use, so that this library loads in browsers.
const fs = () => import('node:fs');

/**
 * Read at once up to here: the thread waits for less than it then takes to decode them, while each asynchronous call goes through the thread
 * pool, which for a record of half an hour adds 2 ms to 2 ms.
 */
const atOnceBytes = 16 << 20;

/** The files of a folder; for Node. */
export function folderSource(folder: string): Source {
  const locate = (name: string): string =>
    folder === '' || folder === '.' ? name : `${folder.replace(/[/\\]$/, '')}/${name}`;
  const attempt = <T>(name: string, f: () => T): T => {
    try {
      return f();
    } catch (cause) {
      return unreadable(locate(name), cause);
    }
  };
  return {
    locate,
    size: async (name) => {
      const { statSync } = await fs();
      return attempt(name, () => statSync(locate(inside(name))).size);
    },
    read: async (name, start = 0, end?) => {
      const { closeSync, fstatSync, openSync, read, readSync } = await fs();
      const path = locate(inside(name));
      const file = attempt(name, () => openSync(path, 'r'));
      try {
        const stop = end ?? fstatSync(file).size;
        const bytes = new Uint8Array(stop - start);
        const later = readLater(read);
        let filled = 0;
        for (let got = -1; filled < bytes.length && got !== 0; filled += got) {
          const rest = [filled, bytes.length - filled, start + filled] as const;
          got = bytes.length <= atOnceBytes ? readSync(file, bytes, ...rest) : await later(file, bytes, ...rest);
        }
        return exactly(bytes.subarray(0, filled), path, start, stop);
      } catch (error) {
        return unreadable(path, error);
      } finally {
        closeSync(file);
      }
    },
  };
}

/** `fs.read` as a promise of the number of bytes. */
const readLater =
  (read: typeof import('node:fs').read) =>
  (file: number, bytes: Uint8Array, offset: number, length: number, position: number): Promise<number> =>
    new Promise((resolve, reject) =>
      read(file, bytes, offset, length, position, (error, got) => (error ? reject(error) : resolve(got))),
    );

function unreadable(place: string, cause: unknown): never {
  if (cause instanceof WfdbError) throw cause;
  if ((cause as { code?: string }).code === 'ENOENT') throw missing(place, cause);
  throw new WfdbError(place, `can't be read (${String(cause)}).`, { code: 'not-found', cause });
}

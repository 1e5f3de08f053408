import { WfdbError } from '../errors.js';
import { exactly, inside, missing, type Source } from './source.js';

// Node's modules are loaded on use, so that this library loads in browsers.
const fs = () => import('node:fs/promises');

/** The files of a folder; for Node. */
export function folderSource(folder: string): Source {
  const locate = (name: string): string =>
    folder === '' || folder === '.' ? name : `${folder.replace(/[/\\]$/, '')}/${name}`;
  const unreadable =
    (name: string) =>
    (cause: unknown): never => {
      const place = locate(name);
      if ((cause as { code?: string }).code === 'ENOENT') throw missing(place, cause);
      throw new WfdbError(place, `can't be read (${String(cause)}).`, { code: 'not-found', cause });
    };
  return {
    locate,
    size: async (name) => (await (await fs()).stat(locate(inside(name))).catch(unreadable(name))).size,
    read: async (name, start = 0, end?) => {
      const { open, readFile } = await fs();
      if (start === 0 && end === undefined) return readFile(locate(inside(name))).catch(unreadable(name));
      const handle = await open(locate(inside(name)), 'r').catch(unreadable(name));
      try {
        const stop = end ?? (await handle.stat()).size;
        const bytes = new Uint8Array(stop - start);
        let filled = 0;
        for (let got = -1; filled < bytes.length && got !== 0; filled += got)
          got = (await handle.read(bytes, filled, bytes.length - filled, start + filled)).bytesRead;
        return exactly(bytes.subarray(0, filled), locate(name), start, stop);
      } finally {
        await handle.close();
      }
    },
  };
}

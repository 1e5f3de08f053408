import { exactly, missing, type Source } from './source.js';

/**
 * Files in memory, such as those a user picked in a browser.
 *
 * @example
 * const source = memorySource({ '100.hea': header, '100.dat': file }); // file: File from <input type="file">
 * const { signal } = await readRecord({ source, name: '100' });
 */
export function memorySource(
  files: ReadonlyMap<string, Uint8Array | Blob> | Readonly<Record<string, Uint8Array | Blob>>,
): Source {
  const byName: ReadonlyMap<string, Uint8Array | Blob> = files instanceof Map ? files : new Map(Object.entries(files));
  const find = (name: string): Uint8Array | Blob => {
    const file = byName.get(name);
    if (file) return file;
    throw missing(name);
  };
  const sizeOf = (file: Uint8Array | Blob): number => (file instanceof Uint8Array ? file.length : file.size);
  return {
    locate: (name) => name,
    size: async (name) => sizeOf(find(name)),
    read: async (name, start = 0, end?) => {
      const file = find(name);
      const stop = end ?? sizeOf(file);
      const bytes =
        file instanceof Uint8Array
          ? file.subarray(start, stop)
          : new Uint8Array(await file.slice(start, stop).arrayBuffer());
      return exactly(bytes, name, start, stop);
    },
  };
}

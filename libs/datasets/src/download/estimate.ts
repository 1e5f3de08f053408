import { extname } from 'node:path';
import { withIdleLimit } from './idle-limit.js';
import { inParallel } from './in-parallel.js';

/** What a download will take. */
export interface SizeEstimate {
  readonly bytes: number;
  /** Whether every file was asked for; else the sizes of a kind of file were taken from a few. */
  readonly exact: boolean;
}

const asked = 8;

/**
 * How many bytes files have, asking the server (HEAD) for at most eight of a kind, evenly spread; files are of a kind when their top
 * folder and extension are the same. `undefined` when it does not tell.
 *
 * @param sizeOf the bytes of a file, `undefined` when the server does not say
 */
export async function estimateBytes(
  paths: readonly string[],
  sizeOf: (path: string) => Promise<number | undefined>,
): Promise<SizeEstimate | undefined> {
  const kinds = new Map<string, string[]>();
  for (const path of paths) {
    const kind = `${path.slice(0, path.indexOf('/') + 1)}*${extname(path)}`;
    const those = kinds.get(kind);
    if (those) those.push(path);
    else kinds.set(kind, [path]);
  }
  let bytes = 0;
  let exact = true;
  let known = true;
  await inParallel([...kinds.values()], 4, async (those) => {
    const probes = evenly(those, asked);
    const sizes: number[] = [];
    await inParallel(probes, 4, async (path) => {
      const size = await sizeOf(path);
      if (size !== undefined) sizes.push(size);
    });
    if (sizes.length === 0) known = false;
    if (sizes.length < those.length) exact = false;
    bytes += (sizes.reduce((sum, size) => sum + size, 0) / Math.max(1, sizes.length)) * those.length;
  });
  return known ? { bytes: Math.round(bytes), exact } : undefined;
}

/** At most `count` items, evenly spread, the first among them. */
export function evenly<T>(items: readonly T[], count: number): readonly T[] {
  if (items.length <= count) return items;
  return Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)]);
}

/** The size of a file on a server by its `Content-Length`. */
export async function headSize(url: string, signal: AbortSignal, seconds: number): Promise<number | undefined> {
  try {
    const { ok, headers } = await withIdleLimit(signal, seconds, (limit) =>
      limit.race(fetch(url, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' }, signal: limit.signal })),
    );
    const length = headers.get('Content-Length');
    return ok && length !== null && /^\d+$/.test(length) ? Number(length) : undefined;
  } catch {
    signal.throwIfAborted();
    return undefined;
  }
}

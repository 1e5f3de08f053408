import { readdir } from 'node:fs/promises';
import { extname, posix } from 'node:path';
import { CardioError } from '@cardio/core';
import { ecgExtensions } from '../files/read-ecg-file.js';

/**
 * The ECG files in a folder at any depth, as sorted paths with `/`. A WFDB record is its `.hea`, and its other files are none of their own;
 * hidden files and folders are passed over.
 *
 * @returns for each the files that it consists of
 * @throws {CardioError} `not-found` when there is no such folder
 */
export async function listEcgFiles(dataDir: string): Promise<Map<string, readonly string[]>> {
  const all = new Set<string>();
  await walk(dataDir, '', all);
  const stemOf = (path: string): string => path.slice(0, path.length - extname(path).length);
  const byStem = new Map<string, string[]>();
  for (const path of all) byStem.set(stemOf(path), [...(byStem.get(stemOf(path)) ?? []), path]);
  const found = [...all].sort().flatMap((path): [string, readonly string[]][] => {
    const beside = byStem.get(stemOf(path)) ?? [];
    if (path.endsWith('.hea')) return [[path, beside.filter((other) => /\.(?:hea|dat|mat)$/.test(other)).sort()]];
    const partOfRecord = path.endsWith('.mat') && all.has(`${stemOf(path)}.hea`);
    return ecgExtensions.includes(extname(path).toLowerCase()) && !partOfRecord ? [[path, [path]]] : [];
  });
  return new Map(found);
}

async function walk(dataDir: string, folder: string, found: Set<string>): Promise<void> {
  const entries = await readdir(posix.join(dataDir, folder), { withFileTypes: true }).catch((cause: unknown) => {
    throw new CardioError('not-found', `There is no readable folder \`${posix.join(dataDir, folder)}\`.`, { cause });
  });
  for (const entry of entries) {
    if (entry.name.startsWith('.')) continue;
    const path = folder ? `${folder}/${entry.name}` : entry.name;
    if (entry.isDirectory()) await walk(dataDir, path, found);
    else found.add(path);
  }
}

/** The listed file that a cell of the table means: with its extension, without one, or by WFDB's `.dat`. */
export function findFile(cell: string, files: ReadonlyMap<string, unknown>): string | undefined {
  const path = posix.normalize(cell.trim().replaceAll('\\', '/'));
  const stem = path.replace(/\.(?:dat|mat)$/, '');
  return [path, `${stem}.hea`, ...ecgExtensions.map((extension) => path + extension)].find((name) => files.has(name));
}

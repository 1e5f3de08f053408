import type { Hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { CardioError } from '@cardio/core';
import { parse } from 'csv-parse';

/**
 * Reads a large CSV file row by row, in bounded memory.
 *
 * @param columns those that are wanted, by name; or a choice among the file's columns
 * @param onRow told the wanted cells of each row, in the order of the columns
 * @param hash takes in the file's bytes
 * @throws {CardioError} `not-found` for a missing file, `data` for a missing column or a malformed row, which is named
 */
export async function eachCsvRow(
  path: string,
  columns: readonly string[] | ((header: readonly string[]) => readonly string[]),
  onRow: (cells: readonly string[]) => void,
  hash?: Hash,
): Promise<void> {
  const file = createReadStream(path, { highWaterMark: 1 << 20 });
  const rows = parse({ bom: true, skip_empty_lines: true, relax_quotes: true });
  if (hash) file.on('data', (bytes) => hash.update(bytes));
  file.on('error', (error) => rows.destroy(error));
  file.pipe(rows);
  let places: number[] | undefined;
  try {
    for await (const row of rows as AsyncIterable<string[]>) {
      if (places) onRow(places.map((i) => row[i]));
      else places = placesOf(typeof columns === 'function' ? columns(row) : columns, row, path);
    }
  } catch (cause) {
    file.destroy();
    if (cause instanceof CardioError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT') throw new CardioError('not-found', `There is no file \`${path}\`.`, { cause });
    throw new CardioError('data', `${path}: ${message}`, { cause });
  }
}

function placesOf(columns: readonly string[], header: readonly string[], path: string): number[] {
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length === 0) return columns.map((column) => header.indexOf(column));
  const names = missing.map((column) => `\`${column}\``).join(', ');
  throw new CardioError('data', `${path} has no column ${names}. It has: ${header.join(', ') || 'none'}.`);
}

import { WfdbError } from '../errors.js';

/**
 * Where a record's files are: a folder, memory, a web server, or anything else that can give parts of files by name. A name may have
 * folders, parted by `/`.
 */
export interface Source {
  /** Where a file is, for messages. */
  locate(name: string): string;
  /** The file's size in bytes. */
  size(name: string): Promise<number>;
  /**
   * Bytes `start` (default 0) to `end` (default the file's end) of a file, exactly so many.
   *
   * @throws {WfdbError} with code `not-found` for a missing file
   */
  read(name: string, start?: number, end?: number): Promise<Uint8Array>;
}

/** The error for a file that is not there. */
export function missing(place: string, cause?: unknown): WfdbError {
  return new WfdbError(place, 'there is no such file.', { code: 'not-found', cause });
}

/** Checks that a source gave what it was asked for. */
export function exactly(bytes: Uint8Array, place: string, start: number, end: number): Uint8Array {
  if (bytes.length === end - start) return bytes;
  throw new WfdbError(
    place,
    `expected ${end - start} bytes at ${start}, read ${bytes.length}. Did the file change meanwhile?`,
  );
}

/** A file's name within its source, or an error for one that leads out of it: names stand in headers, which anybody can write. */
export function inside(name: string): string {
  if (/^[/\\]|^[a-z]:|(^|[/\\])\.\.([/\\]|$)|\0/i.test(name) || name === '')
    throw new WfdbError(name, 'a file named in a header must lie beside or below it.');
  return name;
}

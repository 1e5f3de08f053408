import { parseAnnotations, type Annotation } from './annotations.js';
import { encodeAnnotations } from './encode-annotations.js';
import { encodeRecord, type EncodeOptions } from './encode-record.js';
import { WfdbError } from './errors.js';
import { parseHeader, type Header } from './header.js';
import { assembleRecord, byteRange, planFiles, type ReadOptions, type WfdbRecord } from './record.js';
import { CardioError, type Signal } from '@cardio/core';

// Node's modules are loaded on use, so that the pure parts of this library load in browsers.
const fs = () => import('node:fs/promises');
const paths = () => import('node:path');

/** Reads `path`.hea. A path may end in `.hea` or not. */
export async function readHeader(path: string): Promise<Header> {
  const file = `${withoutExtension(path)}.hea`;
  return parseHeader(new TextDecoder().decode(await readBytes(file)), file);
}

/**
 * Reads a record from disk: its header and, of its sample files, only the bytes that are wanted.
 *
 * @param path the record's path, with or without `.hea`
 * @throws {CardioError} `not-found` for a missing file
 * @throws {WfdbError} for anything in the files that is not as it must be
 *
 * @example
 * const { signal } = await readRecord('mitdb/208', { leads: ['MLII'], to: 3600 }); // the first 10 s
 */
export async function readRecord(path: string, options: ReadOptions = {}): Promise<WfdbRecord> {
  const { dirname, join } = await paths();
  const header = await readHeader(path);
  const parts = [];
  for (const part of planFiles(header, options.leads)) {
    const file = join(dirname(path), part.file);
    const handle = await openFile(file);
    try {
      const range = byteRange(header, { ...part, file }, (await handle.stat()).size, options);
      const bytes = new Uint8Array(range.end - range.start);
      const { bytesRead } = await handle.read(bytes, 0, bytes.length, range.start);
      if (bytesRead < bytes.length)
        throw new WfdbError(file, `expected ${bytes.length} bytes at ${range.start}, read ${bytesRead}.`);
      parts.push({ part, range, bytes });
    } finally {
      await handle.close();
    }
  }
  return assembleRecord(header, parts);
}

/**
 * Reads a record's annotations.
 *
 * @param path the record's path, with or without `.hea`
 * @param extension which annotator: `atr` for the reference annotations
 */
export async function readAnnotations(path: string, extension: string): Promise<Annotation[]> {
  const file = `${withoutExtension(path)}.${extension}`;
  return parseAnnotations(await readBytes(file), file);
}

/** Writes `path`.hea and `path`.dat. */
export async function writeRecord(path: string, record: { readonly signal: Signal } & EncodeOptions): Promise<void> {
  const { writeFile } = await fs();
  const { header, dat } = encodeRecord((await paths()).basename(path), record.signal, record);
  await writeFile(`${path}.dat`, dat);
  await writeFile(`${path}.hea`, header);
}

/** Writes annotations to `path`.`extension`. */
export async function writeAnnotations(
  path: string,
  extension: string,
  annotations: readonly Annotation[],
): Promise<void> {
  await (await fs()).writeFile(`${path}.${extension}`, encodeAnnotations(annotations));
}

const withoutExtension = (path: string): string => path.replace(/\.hea$/, '');

async function readBytes(file: string): Promise<Uint8Array> {
  return (await fs()).readFile(file).catch((error: unknown) => unreadable(file, error));
}

async function openFile(file: string) {
  return (await fs()).open(file, 'r').catch((error: unknown) => unreadable(file, error));
}

function unreadable(file: string, cause: unknown): never {
  const missing = (cause as { code?: string }).code === 'ENOENT';
  throw new CardioError(
    'not-found',
    `${file}: ${missing ? 'there is no such file' : `can't be read (${String(cause)})`}.`,
    { cause },
  );
}

import type { Signal } from '@cardio/core';
import type { Annotation } from './annotations.js';
import { encodeAnnotations, type EncodeAnnotationsOptions } from './encode-annotations.js';
import { encodeRecord, type EncodeOptions } from './encode-record.js';

// Node's modules are loaded on use, so that this library loads in browsers.

/**
 * Writes a record to `path`.hea and its files of samples beside it (by default `path`.dat). Each file appears whole under its name or
 * not at all, the header last.
 *
 * @param path without an extension
 * @throws {WfdbError} for what can't be stored, before anything is written
 */
export async function writeRecord(path: string, record: { readonly signal: Signal } & EncodeOptions): Promise<void> {
  const { basename, dirname, join } = await import('node:path');
  const { header, files } = encodeRecord(basename(path), record.signal, record);
  const samples = [...files].map(([name, bytes]) => [join(dirname(path), name), bytes] as const);
  await writeWhole([...samples, [`${path}.hea`, header]]);
}

/**
 * Writes annotations to `path`.`extension`, which appears whole or not at all.
 *
 * @param path the record's path without an extension
 */
export async function writeAnnotations(
  path: string,
  extension: string,
  annotations: readonly Annotation[],
  options?: EncodeAnnotationsOptions,
): Promise<void> {
  await writeWhole([[`${path}.${extension}`, encodeAnnotations(annotations, options)]]);
}

/** Writes every file under a temporary name beside its own, then renames them in order. */
async function writeWhole(files: readonly (readonly [path: string, content: string | Uint8Array])[]): Promise<void> {
  const { rename, rm, writeFile } = await import('node:fs/promises');
  const temporary = (path: string): string => `${path}.${process.pid}.tmp`;
  try {
    for (const [path, content] of files) await writeFile(temporary(path), content);
    for (const [path] of files) await rename(temporary(path), path);
  } finally {
    for (const [path] of files) await rm(temporary(path), { force: true });
  }
}

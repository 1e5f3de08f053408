import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';

import { CardioError } from '@cardio/core';
import type { Codebook, CodebookPass } from '@cardio/models';
import type { TransferReport } from '@cardio/trainers';

import { readJson, runFiles, writeJson, type Run } from './run-folder.js';

/** `codebook.json` of a pre-training run. */
interface CodebookFile extends Omit<Codebook, 'vectors'> {
  readonly formatVersion: 1;
  /** How it was learned. */
  readonly passes: readonly CodebookPass[];
  /** Of the bytes of `vectors`. */
  readonly sha256: string;
  /** `[size, patch * leads]`, float32 little-endian, base64. */
  readonly vectors: string;
}

/** A codebook as kept, and what tells it from others. */
export interface KeptCodebook {
  readonly codebook: Codebook;
  readonly passes: readonly CodebookPass[];
  readonly sha256: string;
}

/** Writes the run's `codebook.json`, whole or not at all. */
export function writeCodebook(run: Run, codebook: Codebook, passes: readonly CodebookPass[]): KeptCodebook {
  const { vectors } = codebook;
  const bytes = Buffer.from(vectors.buffer, vectors.byteOffset, vectors.byteLength);
  const sha256 = hashOf(bytes);
  const file: CodebookFile = { formatVersion: 1, ...codebook, passes, sha256, vectors: bytes.toString('base64') };
  writeJson(run, 'codebook', file);
  return { codebook, passes, sha256 };
}

/** Reads it. @throws CardioError `data` for one whose content is not what was written */
export function readCodebook(run: Run): KeptCodebook {
  const { patch, leads, size, passes, sha256, vectors } = readJson<CodebookFile>(run, 'codebook');
  const bytes = Uint8Array.from(Buffer.from(vectors, 'base64'));
  if (hashOf(bytes) !== sha256) {
    const path = join(run.dir, runFiles.codebook);
    throw new CardioError('data', `\`${path}\` is corrupted: its vectors are not those that were written.`);
  }
  return { codebook: { patch, leads, size, vectors: new Float32Array(bytes.buffer) }, passes, sha256 };
}

/** How often each code was met in the last pass over the training split of the pre-training that a run started from, if it did. */
export function codeCountsOf(run: Run): readonly number[] | null {
  if (!existsSync(join(run.dir, runFiles.transfer))) return null;
  const dir = readJson<TransferReport & { from: string }>(run, 'transfer').from;
  if (!existsSync(join(dir, runFiles.codebook))) return null;
  return readJson<CodebookFile>({ dir }, 'codebook').passes.at(-1)?.counts ?? null;
}

const hashOf = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

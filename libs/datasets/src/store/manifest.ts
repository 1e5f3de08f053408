import { open, readFile, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import type { BadRecord } from '../dataset.js';
import type { RecordSource } from '../record-source.js';
import { identityOf, type StorePlan } from './plan.js';
import { formatVersion } from './shard-format.js';
import { syncFolder, temporaryName } from './shard-writer.js';

/** A store's `manifest.json`: what it was made of, and what came out. */
interface Manifest {
  readonly format: number;
  /** SHA-256 of the steps and everything they were applied to. */
  readonly id: string;
  readonly dtype: string;
  /** Dataset, version, settings (steps included) and tables. */
  readonly source: Record<string, unknown>;
  /** Whether every shard is there. */
  readonly complete: boolean;
  readonly shards: readonly { readonly file: string; readonly split: string; readonly rows?: number | undefined }[];
  readonly bad: readonly BadRecord[];
}

const file = 'manifest.json';

/** The manifest of a store before it is prepared; rows and bad records are known at its end. */
export const plannedManifest = (source: RecordSource, plan: StorePlan): Manifest => ({
  format: formatVersion,
  id: plan.id,
  dtype: plan.format.dtype,
  source: identityOf(source),
  complete: false,
  shards: plan.shards.map(({ file: name, split }) => ({ file: name, split })),
  bad: [],
});

/**
 * How a folder's manifest relates to a planned one: `none`, of the `same` store, or of an `other` one (another dataset version, other
 * steps, another format, or not readable).
 */
export async function compareManifest(dir: string, planned: Manifest): Promise<'none' | 'same' | 'other'> {
  let text: string;
  try {
    text = await readFile(join(dir, file), 'utf8');
  } catch {
    return 'none';
  }
  try {
    const { format, id, dtype, source } = JSON.parse(text) as Manifest;
    const { format: f, id: i, dtype: d, source: s } = JSON.parse(JSON.stringify(planned)) as Manifest;
    return isDeepStrictEqual([format, id, dtype, source], [f, i, d, s]) ? 'same' : 'other';
  } catch {
    return 'other';
  }
}

/** Writes a manifest whole or not at all. */
export async function writeManifest(dir: string, manifest: Manifest): Promise<void> {
  const path = join(dir, file);
  const temporary = temporaryName(path);
  const handle = await open(temporary, 'w');
  try {
    await handle.writeFile(`${JSON.stringify(manifest, null, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
  await rename(temporary, path);
  await syncFolder(dirname(path));
}

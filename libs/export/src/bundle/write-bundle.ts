import { mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bundleFiles } from './files.js';
import { manifestText, sha256 } from './manifest.js';
import { modelCard } from './model-card.js';
import { parseBundle } from './parse.js';
import type { Bundle } from './schema.js';

/** Writes description, model card and manifest beside a model that is in the folder already, the manifest last. */
export async function writeBundle(folder: string, bundle: Bundle): Promise<void> {
  const texts = {
    [bundleFiles.description]: `${JSON.stringify(bundle, null, 2)}\n`,
    [bundleFiles.card]: modelCard(bundle),
  };
  parseBundle(new TextEncoder().encode(texts[bundleFiles.description]), folder); // what we write, we can read
  for (const [name, text] of Object.entries(texts)) await writeFile(join(folder, name), text);
  const hashes = new Map<string, string>();
  for (const name of [...Object.keys(texts), bundle.model.file]) {
    hashes.set(name, await sha256(await readFile(join(folder, name))));
  }
  await writeFile(join(folder, bundleFiles.manifest), manifestText(hashes));
}

/**
 * Makes a folder as a whole: `make` fills one beside it, which takes its place only if nothing goes wrong.
 *
 * @param make is given the path of an empty folder
 */
export async function replacedFolder<T>(folder: string, make: (temporary: string) => Promise<T>): Promise<T> {
  const [temporary, old] = [`${folder}.${process.pid}.tmp`, `${folder}.${process.pid}.old`];
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    const result = await make(temporary);
    await rm(old, { recursive: true, force: true });
    await rename(folder, old).catch(() => undefined); // there may be none
    await rename(temporary, folder);
    await rm(old, { recursive: true, force: true });
    return result;
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

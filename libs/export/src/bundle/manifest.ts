import { CardioError } from '@cardio/core';
import { bundleFiles, damaged, isPlainName, largestFile, type BundlePlace } from './files.js';

/** The SHA-256 of every file of a bundle but the manifest itself, in hexadecimal, by name. */
type FileHashes = ReadonlyMap<string, string>;

/** The text of a manifest, which `sha256sum -c` understands. */
export const manifestText = (hashes: FileHashes): string =>
  [...hashes]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, hash]) => `${hash}  ${name}\n`)
    .join('');

/** The SHA-256 of bytes in hexadecimal, in Node and in pages. */
export async function sha256(bytes: Uint8Array): Promise<string> {
  const { subtle } = globalThis.crypto as { subtle?: typeof globalThis.crypto.subtle };
  if (!subtle) {
    throw new CardioError(
      'unavailable',
      'A page can check a bundle only where it comes by https or from localhost: there is no `crypto.subtle` here.',
    );
  }
  const digest = new Uint8Array(await subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Reads a bundle's manifest and, where they can be listed, compares it with the files that are there.
 *
 * @throws CardioError 'data' for a line that is none, a name that is a path, a missing file or one that the manifest doesn't name
 */
export async function readManifest(place: BundlePlace): Promise<FileHashes> {
  const { manifest } = bundleFiles;
  const bytes = await place.read(manifest, largestFile[manifest]);
  const hashes = hashesIn(place.name, new TextDecoder().decode(bytes));
  const there = (await place.list?.()) ?? [manifest, ...hashes.keys()];
  const missing = [...hashes.keys()].find((name) => !there.includes(name));
  if (missing !== undefined) throw damaged(place.name, `\`${missing}\` is missing.`);
  const unknown = there.find((name) => name !== manifest && !hashes.has(name));
  if (unknown !== undefined) {
    throw damaged(
      place.name,
      `${JSON.stringify(unknown)} is not in its ${manifest}: take it out, or distrust the rest.`,
    );
  }
  return hashes;
}

function hashesIn(place: string, text: string): FileHashes {
  const lines = text.split('\n');
  if (lines.pop() !== '') throw damaged(place, `its ${bundleFiles.manifest} is truncated.`);
  const hashes = new Map<string, string>();
  for (const line of lines) {
    const [, hash, name = ''] = /^([0-9a-f]{64}) {2}(.+)$/.exec(line) ?? [];
    if (hash === undefined) throw damaged(place, `its ${bundleFiles.manifest} has the line ${shown(line)}.`);
    if (!isPlainName(name) || name === bundleFiles.manifest || hashes.has(name)) {
      throw damaged(place, `its ${bundleFiles.manifest} names ${shown(name)}, which is no file of its own folder.`);
    }
    hashes.set(name, hash);
  }
  return hashes;
}

const shown = (text: string): string => JSON.stringify(text.length > 120 ? `${text.slice(0, 120)}…` : text);

/** @throws CardioError 'data' for other bytes than the manifest says */
export async function assertHash(
  place: string,
  name: string,
  bytes: Uint8Array,
  expected: string | undefined,
): Promise<void> {
  if (expected === undefined) throw damaged(place, `its ${bundleFiles.manifest} does not name \`${name}\`.`);
  if ((await sha256(bytes)) === expected) return;
  throw damaged(
    place,
    `\`${name}\` (${bytes.length} bytes) is truncated or changed: its SHA-256 is not the manifest's.`,
  );
}

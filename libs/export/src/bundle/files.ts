import { CardioError } from '@cardio/core';

/** The files that every bundle has beside its model. */
export const bundleFiles = { description: 'bundle.json', card: 'MODEL_CARD.md', manifest: 'MANIFEST.sha256' } as const;

/** So many bytes a file may have: more is read by nobody, and nothing of it is. */
export const largestFile = {
  [bundleFiles.manifest]: 4096,
  [bundleFiles.card]: 2 ** 20,
  [bundleFiles.description]: 2 ** 22,
} as const;

/** Where a bundle is read from: a folder, an address, or files that are in memory. */
export interface BundlePlace {
  /** As a message names it. */
  readonly name: string;
  /** The names that are there; absent where they can't be listed. */
  list?(): Promise<readonly string[]>;
  /**
   * One file's bytes.
   *
   * @throws CardioError 'not-found' for a file that isn't there, 'data' for one larger than `most` or no plain file
   */
  read(name: string, most: number): Promise<Uint8Array>;
}

/** A name without any folder, so that no file of a bundle can lie outside it. */
const plainName = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

export const isPlainName = (name: string): boolean => plainName.test(name);

export const damaged = (place: string, why: string, cause?: unknown): CardioError =>
  new CardioError('data', `\`${place}\` is not a whole bundle: ${why} Export the model again, or copy it again.`, {
    cause,
  });

/** @throws CardioError 'data' for a file larger than it may be */
export function assertSize(place: string, name: string, bytes: number, most: number): void {
  if (bytes <= most) return;
  throw damaged(place, `\`${name}\` has ${bytes} bytes, and may have at most ${most}.`);
}

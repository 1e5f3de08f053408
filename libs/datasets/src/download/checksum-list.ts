import { open } from 'node:fs/promises';
import { CardioError } from '@cardio/core';

/** The name of PhysioNet's list of checksums, in the dataset's top folder. */
export const checksumFile = 'SHA256SUMS.txt';

/** One file of a list of checksums. */
export interface ListedFile {
  /** Relative to the list's folder, with slashes. */
  readonly path: string;
  /** 64 lower-case hexadecimal digits. */
  readonly sha256: string;
}

/**
 * Reads a list of checksums line by line: `<sha-256> <path>`, with one space (PhysioNet) or as sha256sum(1) writes it.
 *
 * @param file the list on disk
 * @param name how messages call it
 * @throws {CardioError} `data` for a line of another form, a list without any, or a path that does not stay in the folder
 */
export async function readChecksumList(file: string, name = file): Promise<ListedFile[]> {
  const handle = await open(file);
  const listed = new Map<string, ListedFile>();
  let number = 0;
  for await (const line of handle.readLines({ encoding: 'utf8' })) {
    number++;
    if (line.trim() === '') continue;
    const [, sha256, path] = /^([0-9a-fA-F]{64}) [ *]?(.+)$/.exec(line.trimEnd()) ?? [];
    if (path === undefined) {
      throw new CardioError(
        'data',
        `${name}, line ${number}: expected \`<sha-256> <path>\`, found \`${line.slice(0, 60)}\`. ` +
          'Is this the address of a PhysioNet folder? Remove the file and try again or choose another `--mirror`.',
      );
    }
    const reason = unsafe(path);
    if (reason !== undefined)
      throw new CardioError(
        'data',
        `${name}, line ${number}: the path \`${path}\` ${reason}, so nothing is downloaded.`,
      );
    if (path !== checksumFile) listed.set(path, { path, sha256: sha256.toLowerCase() });
  }
  if (listed.size === 0) throw new CardioError('data', `${name} lists no file. Choose another \`--mirror\`.`);
  return [...listed.values()];
}

/** Why a path from a server must not be written; `undefined` when it stays in the folder, on any system, and is none of our own names. */
function unsafe(path: string): string | undefined {
  if ([...path].some((letter) => letter < ' ' || '\\:'.includes(letter)))
    return 'has a character that no file here may have';
  const segments = path.split('/');
  if (segments.some((segment) => segment === '..' || segment === '.' || segment === ''))
    return "leads out of the dataset's folder or is not plain";
  if (segments.some((segment) => segment.startsWith('.cardio-download') || segment.endsWith('.part')))
    return 'is a name that the download keeps for itself';
  return undefined;
}

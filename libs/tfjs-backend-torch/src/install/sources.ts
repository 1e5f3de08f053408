import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, extname, join } from 'node:path';

/** The addon's C++ and how it is compiled. */
export interface Sources {
  readonly folder: string;
  /** The `.cc` files, relative to the folder. */
  readonly units: readonly string[];
  /** The `.c` files: modules of their own that lie beside the addon. */
  readonly modules: readonly string[];
  readonly flags: Flags;
  /** Changes with any file of the folder. */
  readonly hash: string;
}

/** `native/flags.json`: arguments of the compiler. */
interface Flags {
  readonly compile: readonly string[];
  readonly link: readonly string[];
}

/** Where this package's C++ is: also from a bundle that this module was put into. */
const nativeFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('@cardio/tfjs-backend-torch/package.json')), 'native');

/** Reads the sources; about a millisecond. */
export function readSources(folder = nativeFolder()): Sources {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && ['.c', '.cc', '.h', '.json'].includes(extname(entry.name)))
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();
  const hash = createHash('sha256');
  for (const file of files)
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(folder, file)))
      .update('\0');
  return {
    folder,
    units: files.filter((file) => extname(file) === '.cc'),
    modules: files.filter((file) => extname(file) === '.c'),
    flags: JSON.parse(readFileSync(join(folder, 'flags.json'), 'utf8')) as Flags,
    hash: hash.digest('hex'),
  };
}

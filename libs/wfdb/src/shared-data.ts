import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe } from '@jest/globals';

/** For specs: a folder of the real files that lie beside the repository, and a `describe` that is skipped, saying so, where it is absent. */
export function sharedData(folder: string): { path: string; describe: typeof describe.skip } {
  const path = fileURLToPath(new URL(`../../../../shared/data/${folder}`, import.meta.url));
  if (existsSync(path)) return { path, describe };
  console.warn(`Skipped: the tests on real files need ${path}, which is absent.`);
  return { path, describe: describe.skip };
}

import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

/**
 * For specs: a folder of the real files that lie beside the repository, and Jest's `describe`, or its `skip` where the folder is absent, which
 * is said once.
 */
export function sharedData<D extends { skip: unknown }>(
  folder: string,
  describe: D,
): { path: string; describe: D | D['skip'] } {
  const path = fileURLToPath(new URL(`../../../../shared/data/${folder}`, import.meta.url));
  if (existsSync(path)) return { path, describe };
  console.warn(`Skipped: the tests on real files need ${path}, which is absent.`);
  return { path, describe: describe.skip };
}

import { lstatSync, realpathSync } from 'node:fs';
import { basename, dirname, join, resolve, sep } from 'node:path';

import { Problem } from '../http/problem.js';

/**
 * The real path of what a client named, which must lie in one of the roots, symbolic links followed. It need not exist.
 *
 * @param given absolute, or relative to the first root
 * @param field of the request, for the message
 * @throws {Problem} 400 for a place outside
 */
export function confined(given: string, roots: readonly string[], field: string): string {
  const refuse = (): never => {
    const message = `It must lie in the service's folders and leads outside them (received ${JSON.stringify(given.slice(0, 200))})`;
    throw new Problem(400, `\`${field}\`: ${message}`, { errors: [{ field, message }], code: 'usage' });
  };
  if (given.includes('\0')) return refuse();
  const real = realPath(resolve(roots[0], given));
  const isInside = roots.some((root) => {
    const realRoot = realPath(resolve(root));
    return real === realRoot || real?.startsWith(realRoot + sep);
  });
  return real !== undefined && isInside ? real : refuse();
}

/** With all links followed; of what isn't there yet, that of the nearest folder that is. `undefined` for a link that leads nowhere. */
function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    if (isLink(path) || dirname(path) === path) return undefined;
    const parent = realPath(dirname(path));
    return parent === undefined ? undefined : join(parent, basename(path));
  }
}

function isLink(path: string): boolean {
  try {
    return lstatSync(path).isSymbolicLink();
  } catch {
    return false;
  }
}

import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** What the page is made of: its own sources, and those of the libraries that run in it. */
const sources = ['src', 'public', '../../libs/core/src', '../../libs/wfdb/src', '../../libs/signal/src'];

/** Builds the page where `dist` is missing or older than a source, and gives the folder. */
export function built(): string {
  const dist = join(root, 'dist');
  const page = join(dist, 'index.html');
  const newest = Math.max(
    ...['index.html', 'vite.config.ts', 'package.json'].map((file) => statSync(join(root, file)).mtimeMs),
    ...sources.flatMap((folder) => newestIn(join(root, folder))),
  );
  if (!existsSync(page) || statSync(page).mtimeMs < newest) {
    const vite = join(root, 'node_modules/vite/bin/vite.js');
    execFileSync(process.execPath, [vite, 'build', '--logLevel', 'error'], { cwd: root, stdio: 'pipe' });
  }
  return dist;
}

const newestIn = (folder: string): number[] =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.includes('.spec.'))
    .map((entry) => statSync(join(entry.parentPath, entry.name)).mtimeMs);

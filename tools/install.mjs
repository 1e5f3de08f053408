// Installs the npm packages when they are missing or older than the lock file, and the native engine where it can: what
// `npm run quickstart` and `npm test` do first.
// Plain JavaScript, because nothing is installed yet when it runs.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const root = fileURLToPath(new URL('..', import.meta.url));

const modified = (path) => statSync(new URL(`../${path}`, import.meta.url), { throwIfNoEntry: false })?.mtimeMs ?? 0;

export function ensureInstalled() {
  const [major, minor] = process.versions.node.split('.').map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node ${process.versions.node} is too old: CardioAI Pro needs Node 20.19 or newer.`);
    process.exit(1);
  }
  if (modified('node_modules/.package-lock.json') >= modified('package-lock.json')) return;
  console.log('Installing npm packages (once; about half a minute) …');
  // onnxruntime-node's own install script would download a CUDA build; the CPU build is inside the package.
  const env = { ...process.env, ONNXRUNTIME_NODE_INSTALL: 'skip' };
  const { status } = run('npm', ['ci', '--no-audit', '--no-fund'], { env });
  if (status !== 0) {
    console.error('npm ci failed; its message is above. Is the npm registry reachable?');
    process.exit(1);
  }
}

/**
 * Makes the native engine ready where that is quick to do, with a line of what was done or lacks; `CARDIO_ENGINE_INSTALL=skip` leaves
 * it. Without it the wasm engine does the work.
 */
export function tryNativeEngine() {
  run(process.execPath, ['apps/cli/bin/cardio.js', 'engine', 'install', '--try']);
}

/** Runs a command in the root of the repository, its output shown. */
export function run(command, args, options = {}) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32', ...options });
}

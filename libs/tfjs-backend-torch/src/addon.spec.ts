import { describe, expect, test } from '@jest/globals';
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addon } from './testing/torch.js';

const module = fileURLToPath(new URL('addon.ts', import.meta.url));
// an addon that CARDIO_TORCH_ADDON names may lie alone
const isWhole = addon !== undefined && existsSync(join(dirname(addon.path), 'environment.node'));
const withAddon = isWhole && process.platform === 'linux' ? describe : describe.skip;
if (withAddon === describe.skip)
  console.warn('Skipped: these tests need the native engine; set it up with `npx cardio engine install`.');

/** What GNU's OpenMP says of its settings when it is loaded by this code, in a process of its own. */
function settings(code: string, env: NodeJS.ProcessEnv = {}): string {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(OMP|GOMP|NODE_OPTIONS)/.test(name));
  const options = {
    encoding: 'utf8',
    env: { ...Object.fromEntries(inherited), OMP_DISPLAY_ENV: 'verbose', ...env },
  } as const;
  const { stderr } = spawnSync(process.execPath, ['-e', code], options);
  return /GOMP_SPINCOUNT = '(\d+)'/.exec(stderr)?.[1] ?? stderr;
}

withAddon('idle threads of the addon sleep', () => {
  const load = `require('tsx/cjs'); require(${JSON.stringify(module)}).loadAddon(${JSON.stringify(addon?.path)})`;
  const inWorker = `new (require('node:worker_threads').Worker)(${JSON.stringify(load)}, { eval: true })`;
  // as a test runner does: code whose \`process.env\` is a copy
  const inSandbox = `process.env = { ...process.env }; ${load}`;

  test.each([
    ['the main thread', load],
    ['a worker thread', inWorker],
    ['a sandbox', inSandbox],
  ])('when %s loads it', (_, code) => expect(settings(code)).toBe('0'), 30_000);

  test('unless the environment says otherwise', () => {
    expect(Number(settings(load, { OMP_WAIT_POLICY: 'active' }))).toBeGreaterThan(1e6);
  }, 30_000);
});

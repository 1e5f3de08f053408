import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { afterAll, expect, jest, test } from '@jest/globals';

// The real command, on a machine where no native engine was set up and LibTorch is not where it is said to be.
jest.setTimeout(60_000);

const bin = fileURLToPath(new URL('../../bin/cardio.js', import.meta.url));
const empty = mkdtempSync(join(tmpdir(), 'cardio-engine-'));
afterAll(() => rmSync(empty, { recursive: true }));

function cardio(
  args: string,
  more: Record<string, string> = {},
): { status: number | null; stdout: string; stderr: string } {
  const own = { CARDIO_HOME: empty, CARDIO_TFJS_NODE: empty, CARDIO_TORCH_ADDON: '', LIBTORCH: '/nowhere' };
  const env = { ...process.env, NODE_OPTIONS: '', ...own, ...more };
  return spawnSync(process.execPath, [bin, ...args.split(' ')], { env, encoding: 'utf8' });
}

const reason =
  'The native engine is not installed: LIBTORCH=/nowhere has no lib/libtorch_cpu.so with headers beside it. ' +
  'The wasm engine goes on.\n';

test('lists the engines, what the missing ones need, and which one auto takes', () => {
  const { status, stdout } = cardio('engine');
  expect(status).toBe(0);
  expect(stdout).toMatch(/^torch +no/m);
  expect(stdout).toMatch(/^wasm +yes +4\.22\.0 +1 +cpu +\d+ ms$/m);
  expect(stdout).toContain('auto takes wasm: the fastest here (torch: not set up yet; tensorflow: ');
  expect(stdout).toContain('Run npx cardio engine install');

  const { engines, auto } = JSON.parse(cardio('engine --json').stdout) as {
    engines: { name: string; available: boolean }[];
    auto: { name: string };
  };
  expect(engines.map(({ name, available }) => `${name} ${available}`)).toEqual([
    'torch false',
    'tensorflow false',
    'wasm true',
    'cpu true',
  ]);
  expect(auto).toMatchObject({ name: 'wasm', threads: 1 });
});

test('install that cannot be is one line and exit code 1; a mere try is not an error', () => {
  expect(cardio('engine install')).toMatchObject({ status: 1, stdout: reason, stderr: '' });
  expect(cardio('engine install --try')).toMatchObject({ status: 0, stdout: reason, stderr: '' });
  const skipped = cardio('engine install --try', { CARDIO_ENGINE_INSTALL: 'skip' });
  expect(skipped).toMatchObject({ status: 0, stdout: '', stderr: '' });
});

import { existsSync, readdirSync, rmSync, utimesSync } from 'node:fs';
import { spawnSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { join } from 'node:path';

import { describe, expect, jest, test } from '@jest/globals';
import {
  fakeSystem,
  sourcesOf,
  systemWithoutPython,
  temporaryFolder,
  writeFiles,
  writeLibtorch,
} from '../testing/fake-system.js';
import { findAddon } from './addon.js';
import { installEngine, lastFailure } from './install-engine.js';
import type { System } from './system.js';

jest.setTimeout(60_000);

// The compiler is the real one, LibTorch two libraries without content: what is tested is the way, in a second.
const compiler = ['g++', 'c++', 'clang++'].find((name) => spawnSync(name, ['--version']).status === 0);
if (!compiler) console.warn('Skipped: there is no C++ compiler here, so no addon is compiled.');
const withCompiler = compiler ? describe : describe.skip;

const code = `
#include <node_api.h>
NAPI_MODULE_INIT() {
  napi_value answer;
  napi_create_int32(env, 42, &answer);
  napi_set_named_property(env, exports, "answer", answer);
  return exports;
}`;

function linkableLibtorch(): string {
  const folder = writeLibtorch(temporaryFolder(), '2.13.0+cpu', { 'empty.cc': '' });
  for (const name of ['torch_cpu', 'c10'])
    spawnSync(compiler ?? '', ['-shared', '-o', join(folder, 'lib', `lib${name}.so`), join(folder, 'empty.cc')]);
  return folder;
}

const install = (system: System, sources = sourcesOf(code), options = {}) =>
  installEngine({ fetch: false, ...options }, system, sources);
const reasonOf = async (system: System, sources = sourcesOf(code), options = {}): Promise<string> => {
  const result = await install(system, sources, options);
  return result.installed ? 'installed' : result.reason;
};

withCompiler('with a compiler', () => {
  test('compiles once, finds it again within 100 ms without running anything, and it can be loaded', async () => {
    const system = systemWithoutPython({ LIBTORCH: linkableLibtorch() });
    const sources = sourcesOf(code);
    expect(findAddon(system, sources)).toBeUndefined();
    const log = jest.fn();
    const first = await install(system, sources, { log });
    expect(first).toMatchObject({ installed: true, did: ['compiled'], addon: { torch: { version: '2.13.0+cpu' } } });
    expect(log.mock.calls).toEqual([[expect.stringContaining('2.13.0+cpu')]]);

    system.calls.length = 0;
    const again = await install(system, sources);
    expect(again).toMatchObject({ installed: true, did: [] });
    expect(again.seconds).toBeLessThan(0.1);
    expect(system.calls).toEqual([]);

    const found = findAddon(system, sources);
    expect(found).toEqual(again.installed && again.addon);
    expect(createRequire(import.meta.url)(found?.path ?? '')).toMatchObject({ answer: 42 });
  });

  test('other sources, another LibTorch, or a changed one make it a stranger', async () => {
    const [one, other] = [linkableLibtorch(), linkableLibtorch()];
    const system = systemWithoutPython({ LIBTORCH: one });
    const sources = sourcesOf(code);
    await install(system, sources);
    expect(findAddon(system, sourcesOf(`${code} // changed`))).toBeUndefined();
    const { LIBTORCH, ...env } = system.env;
    expect(findAddon({ ...system, env }, sources)?.torch?.dir).toBe(LIBTORCH); // nothing else is asked for
    const elsewhere = { ...system, env: { ...env, LIBTORCH: other } };
    expect(findAddon(elsewhere, sources)).toBeUndefined();
    expect(await install(elsewhere, sources)).toMatchObject({ did: ['compiled'] });
    expect(await install(system, sources)).toMatchObject({ did: [] }); // both are kept
    utimesSync(join(one, 'lib', 'libtorch_cpu.so'), 1, 1);
    expect(findAddon(system, sources)).toBeUndefined();
    expect(await install(system, sources)).toMatchObject({ did: ['compiled'] });
  });

  test('what was made with a Python that is not active now still serves, and nothing is fetched', async () => {
    const system = systemWithoutPython({ LIBTORCH: linkableLibtorch() });
    const sources = sourcesOf(code);
    await install(system, sources);
    const later = { ...system, env: { ...system.env, LIBTORCH: undefined, CARDIO_PYTHON: '/other/python' } };
    for (const quick of [true, false])
      expect(await install(later, sources, { fetch: true, quick })).toMatchObject({ installed: true, did: [] });
    expect(system.calls.join()).not.toContain('pip');
  });

  test('two at a time do not disturb each other', async () => {
    const system = systemWithoutPython({ LIBTORCH: linkableLibtorch() });
    const sources = sourcesOf(code);
    const results = await Promise.all([install(system, sources), install(system, sources)]);
    expect(results.map(({ installed }) => installed)).toEqual([true, true]);
    expect(readdirSync(join(system.env['CARDIO_HOME'] ?? '', 'torch-addon'))).toHaveLength(1); // no half-made ones
  });

  test('code that does not compile, link or load: one line each, and a log', async () => {
    const system = systemWithoutPython({ LIBTORCH: linkableLibtorch() });
    const reason = await reasonOf(system, sourcesOf('int x = nonsense;'));
    expect(reason).toMatch(
      /^addon\.cc does not compile: addon\.cc:1:9: error: .*nonsense.*\(all of it: .*compile\.log\)$/,
    );
    expect(existsSync(reason.replace(/.*all of it: (.*)\)$/, '$1'))).toBe(true);
    expect(findAddon(system, sourcesOf('int x = nonsense;'))).toBeUndefined();
    expect(await reasonOf(system, sourcesOf('int missing(); int f() { return missing(); }'))).toMatch(
      /^the addon does not load: .*(undefined symbol|not found|self-regist)/,
    );
    rmSync(join(system.env['LIBTORCH'] ?? '', 'lib', 'libc10.so'));
    expect(await reasonOf(system)).toMatch(/^the addon does not link: .*c10/);
  });
});

describe('what is missing is a reason of one line', () => {
  test('a compiler', async () => {
    const system = fakeSystem({ LIBTORCH: writeLibtorch(temporaryFolder(), '2.13.0') });
    expect(await reasonOf(system)).toBe('no C++ compiler found (g++, c++, clang++)');
    const other = fakeSystem({ ...system.env, CXX: 'icpx -O1' } as Record<string, string>);
    expect(await reasonOf(other)).toBe('no C++ compiler found (CXX=icpx -O1)');
    expect(other.calls).toEqual(['icpx -O1 --version']);
  });

  test('LibTorch, and Python, pip or a network to fetch it', async () => {
    expect(await reasonOf(fakeSystem())).toBe('no LibTorch found');
    const fetch = { fetch: true };
    const sources = sourcesOf(code);
    expect(await reasonOf(fakeSystem(), sources, fetch)).toBe(
      'no LibTorch found, and no Python to fetch it with (python3)',
    );
    const answering = (stderr: string): System =>
      fakeSystem({}, (_, args) => (args[0] === '-m' ? { ok: false, stderr } : { stdout: '' }));
    expect(await reasonOf(answering('python3: No module named pip'), sources, fetch)).toBe(
      'no LibTorch found, and python3 has no pip to fetch it with',
    );
    expect(await reasonOf(answering('WARNING: slow\nERROR: No matching distribution found'), sources, fetch)).toBe(
      'no LibTorch found, and pip could not fetch torch 2.13.0+cpu: ERROR: No matching distribution found',
    );
  });

  test('pip is asked for the pinned CPU build, plain first, then with the CPU index', async () => {
    const system = fakeSystem({}, (_, args) => (args[0] === '-m' ? { ok: false } : { stdout: '' }));
    await install(system, sourcesOf(code), { fetch: true, quick: true });
    const downloads = system.calls.filter((call) => call.includes('pip download'));
    expect(downloads).toHaveLength(2);
    expect(downloads[0]).toMatch(/--retries 1 --timeout 5 .*torch==2\.13\.0\+cpu$/);
    expect(downloads[0]).not.toContain('--index-url');
    expect(downloads[1]).toContain('--index-url https://download.pytorch.org/whl/cpu');
    expect(readdirSync(join(system.env['CARDIO_HOME'] ?? '', 'libtorch'))).toEqual([]);
  });

  test("with the device cuda pip installs a torch with NVIDIA's libraries, and one without CUDA is refused", async () => {
    const withTorch = (version: string, cuda: string): ReturnType<typeof fakeSystem> =>
      fakeSystem({}, (command, args) => {
        if (command !== 'python3') return undefined;
        if (args[2] !== 'install') return { stdout: '' };
        writeLibtorch(join(args[args.indexOf('--target') + 1], 'torch'), version, {
          'version.py': `__version__ = '${version}'\ncuda: Optional[str] = ${cuda}\n`,
          ...(cuda !== 'None' && { 'lib/libtorch_cuda.so': '' }),
        });
        return {};
      });
    const options = { fetch: true, device: 'cuda' };
    const cuda = withTorch('2.14.1+cu130', "'13.0'");
    expect(await reasonOf(cuda, sourcesOf(code), options)).toContain('no C++ compiler');
    expect(cuda.calls.find((call) => call.includes('pip install'))).toMatch(/ torch>=2\.13\.0$/);
    expect(readdirSync(join(cuda.env['CARDIO_HOME'] ?? '', 'libtorch'))).toEqual(['2.14.1+cu130']);
    const cpu = withTorch('2.13.0+cpu', 'None');
    expect(await reasonOf(cpu, sourcesOf(code), options)).toContain('torch 2.13.0+cpu without CUDA');
  });

  test('an addon that CARDIO_TORCH_ADDON names', async () => {
    const system = fakeSystem({ CARDIO_TORCH_ADDON: '/nowhere/addon.node' });
    expect(findAddon(system)).toBeUndefined();
    expect(await reasonOf(system)).toBe('CARDIO_TORCH_ADDON=/nowhere/addon.node is not there');
    const path = join(writeFiles(temporaryFolder(), { 'addon.node': 'twelve bytes' }), 'addon.node');
    expect(findAddon(fakeSystem({ CARDIO_TORCH_ADDON: path }))).toEqual({ path, bytes: 12 });
  });
});

test('a failure is remembered: quickly tried again only after a day, or when something changed', async () => {
  const system = fakeSystem();
  const sources = sourcesOf(code);
  const tries = async (options: object, of: System = system, from = sources): Promise<boolean> => {
    const before = system.calls.length;
    await install(of, from, options);
    return system.calls.length > before;
  };
  expect(await tries({ quick: true })).toBe(true);
  expect(lastFailure(system)).toMatchObject({ reason: 'no LibTorch found' });
  expect(await tries({ quick: true })).toBe(false);
  expect(await tries({})).toBe(true);
  expect(await tries({ quick: true }, system, sourcesOf(`${code} // changed`))).toBe(true);
  expect(await tries({ quick: true }, { ...system, env: { ...system.env, CARDIO_PYTHON: 'python4' } })).toBe(true);
  expect(await tries({ quick: true })).toBe(true); // the last failure was another one
  const yesterday = Date.now() / 1000 - 25 * 3600;
  utimesSync(join(system.env['CARDIO_HOME'] ?? '', 'torch-addon', 'failure.json'), yesterday, yesterday);
  expect(await tries({ quick: true })).toBe(true);
});

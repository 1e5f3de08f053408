import { join } from 'node:path';

import { expect, test } from '@jest/globals';
import { fakeSystem, temporaryFolder, writeFiles, writeLibtorch } from '../testing/fake-system.js';
import { findLibtorch, inspectLibtorch, systemLibtorch } from './libtorch.js';
import type { Outcome, System } from './system.js';

/** Pythons by name, each with the folder of its torch package. */
const pythons =
  (torches: Record<string, string>) =>
  (command: string): Partial<Outcome> | undefined =>
    command in torches ? { stdout: `${torches[command] && join(torches[command], '__init__.py')}\n` } : undefined;

const sourceOf = async (system: System): Promise<string> => {
  const found = await findLibtorch(system);
  return 'reason' in found ? found.reason : `${found.source} ${found.version}`;
};

test('LIBTORCH comes first, then CARDIO_PYTHON, python3, what was fetched, and nothing', async () => {
  const torch = (version: string): string => writeLibtorch(join(temporaryFolder(), 'torch'), version);
  const [LIBTORCH, ofVenv, ofPython3] = [torch('1.0.0'), torch('2.0.0'), torch('3.0.0')];
  const CARDIO_PYTHON = '/venv/bin/python';
  const CARDIO_HOME = temporaryFolder();
  for (const version of ['2.9.0+cpu', '2.13.0+cpu'])
    writeLibtorch(join(CARDIO_HOME, 'libtorch', version, 'torch'), version);
  const commands = pythons({ [CARDIO_PYTHON]: ofVenv, python3: ofPython3 });

  expect(await sourceOf(fakeSystem({ LIBTORCH, CARDIO_PYTHON, CARDIO_HOME }, commands))).toBe('LIBTORCH 1.0.0');
  expect(await sourceOf(fakeSystem({ CARDIO_PYTHON, CARDIO_HOME }, commands))).toBe('python 2.0.0');
  expect(await sourceOf(fakeSystem({ CARDIO_HOME }, commands))).toBe('python 3.0.0');
  const torchless = pythons({ [CARDIO_PYTHON]: '', python3: '' });
  expect(await sourceOf(fakeSystem({ CARDIO_PYTHON, CARDIO_HOME }, torchless))).toBe('fetched 2.13.0+cpu');
  expect(await sourceOf(fakeSystem())).toBe('no LibTorch found');
});

test('LIBTORCH alone needs no Python, and a wrong one is not passed over', async () => {
  const right = fakeSystem({ LIBTORCH: writeLibtorch(temporaryFolder(), '2.13.0') });
  await findLibtorch(right);
  expect(right.calls).toEqual([]);
  const wrong = fakeSystem({ LIBTORCH: '/nowhere' }, pythons({ python3: writeLibtorch(temporaryFolder(), '2.13.0') }));
  expect(await findLibtorch(wrong)).toEqual({
    reason: 'LIBTORCH=/nowhere has no lib/libtorch_cpu.so with headers beside it',
  });
});

test("Debian's layout, and a version from the header alone", () => {
  const root = temporaryFolder();
  writeFiles(root, {
    'usr/lib/x86_64-linux-gnu/libtorch_cpu.so': '',
    'usr/include/torch/csrc/api/include/torch/version.h':
      '#define TORCH_VERSION_MAJOR 1\n#define TORCH_VERSION_MINOR 13\n#define TORCH_VERSION_PATCH 1',
  });
  const system = { ...fakeSystem(), arch: 'x64' };
  expect(systemLibtorch(system, root)).toMatchObject({
    source: 'system',
    version: '1.13.1',
    lib: join(root, 'usr/lib/x86_64-linux-gnu'),
  });
  expect(systemLibtorch({ ...system, arch: 'arm64' }, root)).toBeUndefined();
  expect(systemLibtorch({ ...system, platform: 'darwin' }, root)).toBeUndefined();
});

test('the C++ ABI is read from the library, CUDA from the package', () => {
  const inspect = (files: Record<string, string>) =>
    inspectLibtorch('LIBTORCH', writeLibtorch(temporaryFolder(), '2.0.0', files), fakeSystem());
  const constructor = '\0_ZN3c105ErrorC2ENS_14SourceLocationE';
  const old = inspect({ 'lib/libc10.so': `${constructor}Ss\0` });
  expect(old).toMatchObject({ cxx11Abi: false });
  expect(old).not.toHaveProperty('cuda');
  const version = "__version__ = '2.13.0+cu130'\ncuda: Optional[str] = '13.0'\n";
  expect(
    inspect({
      'lib/libc10.so': `${constructor}NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE\0`,
      'lib/libtorch_cuda.so': '',
      'version.py': version,
    }),
  ).toMatchObject({ cxx11Abi: true, cuda: '13.0', version: '2.13.0+cu130' });
});

test('with CUDA only, builds for CPUs are passed over', async () => {
  const CARDIO_HOME = temporaryFolder();
  const cuda = {
    'lib/libtorch_cuda.so': 'library',
    'version.py': "__version__ = '2.12.0+cu130'\ncuda: Optional[str] = '13.0'\n",
  };
  writeLibtorch(join(CARDIO_HOME, 'libtorch', '2.12.0+cu130', 'torch'), '', cuda);
  writeLibtorch(join(CARDIO_HOME, 'libtorch', '2.13.0+cpu', 'torch'), '2.13.0+cpu');
  const commands = pythons({ python3: writeLibtorch(temporaryFolder(), '2.13.0+cpu') });
  expect(await findLibtorch(fakeSystem({ CARDIO_HOME }, commands), true)).toMatchObject({
    version: '2.12.0+cu130',
    cuda: '13.0',
  });
  expect(await findLibtorch(fakeSystem({}, commands), true)).toEqual({ reason: 'no LibTorch with CUDA found' });
  const LIBTORCH = writeLibtorch(temporaryFolder(), '2.13.0+cpu');
  expect(await findLibtorch(fakeSystem({ LIBTORCH }), true)).toEqual({
    reason: `LIBTORCH=${LIBTORCH} is a build without CUDA`,
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

import { afterAll } from '@jest/globals';

import { readSources, type Sources } from '../install/sources.js';
import { thisSystem, type Outcome, type System } from '../install/system.js';

/** A machine with nothing on it but what a test puts there; `commands` answers for the programs that it has. */
export function fakeSystem(
  env: Record<string, string> = {},
  commands: (command: string, args: readonly string[]) => Partial<Outcome> | undefined = () => undefined,
): System & { readonly calls: string[] } {
  const calls: string[] = [];
  const home = temporaryFolder();
  return {
    env: { CARDIO_HOME: home, PATH: '', ...env },
    platform: 'linux',
    arch: 'none', // a machine whose operating system has no LibTorch, whatever the real one has
    calls,
    run(command, args) {
      calls.push([command, ...args].join(' '));
      const outcome = commands(command, args);
      return Promise.resolve({ ok: outcome !== undefined, missing: !outcome, stdout: '', stderr: '', ...outcome });
    },
  };
}

/** {@link fakeSystem} that runs the real programs of this machine, except for Python. */
export function systemWithoutPython(env: Record<string, string> = {}): System & { readonly calls: string[] } {
  const system = fakeSystem({ PATH: process.env['PATH'] ?? '', ...env });
  return {
    ...system,
    run(command, args, options) {
      system.calls.push([command, ...args].join(' '));
      if (command.includes('python')) return Promise.resolve({ ok: false, missing: true, stdout: '', stderr: '' });
      return thisSystem.run(command, args, options);
    },
  };
}

const root = mkdtempSync(join(tmpdir(), 'cardio-torch-'));
afterAll(() => rmSync(root, { recursive: true }));

/** An empty folder, gone after the tests. */
export const temporaryFolder = (): string => mkdtempSync(join(root, 'folder-'));

/** Writes files, given by their paths below a folder. */
export function writeFiles(folder: string, files: Record<string, string>): string {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  }
  return folder;
}

/** The files by which a LibTorch is known, at a folder. */
export function writeLibtorch(folder: string, version: string, more: Record<string, string> = {}): string {
  return writeFiles(folder, {
    'lib/libtorch_cpu.so': 'library',
    'include/torch/csrc/api/include/torch/version.h': '#define TORCH_VERSION_MAJOR 1\n#define TORCH_VERSION_MINOR 13',
    'version.py': `__version__ = '${version}'\ncuda: Optional[str] = None\n`,
    ...more,
  });
}

/** Sources of an addon of which the whole code is `code`. */
export function sourcesOf(code: string): Sources {
  const flags = JSON.stringify({ compile: ['-std=c++17', '-fPIC'], link: ['-shared', '-ltorch_cpu', '-lc10'] });
  return readSources(writeFiles(temporaryFolder(), { 'addon.cc': code, 'flags.json': flags }));
}

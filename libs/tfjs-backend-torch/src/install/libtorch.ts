import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';

import { cardioHome, type System } from './system.js';

/** A LibTorch that an addon can be compiled against. */
export interface Libtorch {
  /** Who brought it: the variable `LIBTORCH`, a Python's `torch` package, our own download, or the operating system. */
  readonly source: 'LIBTORCH' | 'python' | 'fetched' | 'system';
  /** Its folder, as `LIBTORCH` would name it. */
  readonly dir: string;
  /** `2.13.0+cpu`. */
  readonly version: string;
  /** The CUDA version of a build for GPUs. */
  readonly cuda?: string;
  /** Whether `std::string` is libstdc++'s C++11 one in it; what is linked to it must agree. */
  readonly cxx11Abi: boolean;
  /** Folders of headers. */
  readonly include: readonly string[];
  /** Folder of `libtorch_cpu`. */
  readonly lib: string;
}

/**
 * Looks for a LibTorch: `LIBTORCH`, the `torch` package of the active Python (`CARDIO_PYTHON`, then `python3`), one that
 * {@link fetchLibtorch} fetched, Debian's `libtorch-dev`. A `LIBTORCH` that is set but is none ends the search.
 *
 * @param withCuda passes over builds for CPUs
 * @returns what was found, or why nothing was, in one line
 */
export async function findLibtorch(system: System, withCuda = false): Promise<Libtorch | { readonly reason: string }> {
  const { env } = system;
  const fits = (found: Libtorch | undefined): found is Libtorch =>
    found !== undefined && (!withCuda || 'cuda' in found);
  if (env['LIBTORCH']) {
    const found = inspectLibtorch('LIBTORCH', resolve(env['LIBTORCH']), system);
    if (fits(found)) return found;
    const lacking = found ? 'is a build without CUDA' : `has no lib/${library(system)} with headers beside it`;
    return { reason: `LIBTORCH=${env['LIBTORCH']} ${lacking}` };
  }
  for (const python of [env['CARDIO_PYTHON'], 'python3']) {
    const dir = python && (await torchOfPython(python, system));
    const found = dir ? inspectLibtorch('python', dir, system) : undefined;
    if (fits(found)) return found;
  }
  const others = [...fetchedLibtorchs(system), systemLibtorch(system)];
  return others.find(fits) ?? { reason: `no LibTorch ${withCuda ? 'with CUDA ' : ''}found` };
}

/** What {@link fetchLibtorch} left under `$CARDIO_HOME/libtorch`, the newest first. */
function fetchedLibtorchs(system: System): Libtorch[] {
  const folder = join(cardioHome(system.env), 'libtorch');
  if (!existsSync(folder)) return [];
  const versions = readdirSync(folder).sort((a, b) => b.localeCompare(a, 'en', { numeric: true }));
  return versions.flatMap((version) => inspectLibtorch('fetched', join(folder, version, 'torch'), system) ?? []);
}

/** What Debian's and Ubuntu's `libtorch-dev` installs; `root` is `/`, but for tests. */
export function systemLibtorch(system: System, root = '/'): Libtorch | undefined {
  const triplets: Partial<Record<string, string>> = { x64: 'x86_64-linux-gnu', arm64: 'aarch64-linux-gnu' };
  const triplet = triplets[system.arch];
  if (system.platform !== 'linux' || !triplet) return undefined;
  return inspectLibtorch('system', join(root, 'usr'), system, join(root, 'usr', 'lib', triplet));
}

/** Reads what a folder with `include/` and `lib/` holds, without starting Python; undefined where it is no LibTorch. */
export function inspectLibtorch(
  source: Libtorch['source'],
  dir: string,
  system: System,
  lib = join(dir, 'lib'),
): Libtorch | undefined {
  const include = [join(dir, 'include'), join(dir, 'include', 'torch', 'csrc', 'api', 'include')];
  const header = join(include[1], 'torch', 'version.h');
  if (!existsSync(join(lib, library(system))) || !existsSync(header)) return undefined;
  const cuda = existsSync(join(lib, 'libtorch_cuda.so')) ? cudaOf(dir) : undefined;
  return {
    source,
    dir,
    version: versionOf(dir, include[0], header),
    ...(cuda !== undefined && { cuda }),
    cxx11Abi: usesCxx11Abi(lib, system),
    include,
    lib,
  };
}

/** The file that identifies a LibTorch, as text that changes when it is replaced. */
export function fingerprint(libtorch: Pick<Libtorch, 'lib'>, system: System): string {
  const stat = statSync(join(libtorch.lib, library(system)), { throwIfNoEntry: false });
  return stat ? `${stat.size}-${Math.round(stat.mtimeMs)}` : 'gone';
}

const library = (system: System): string => (system.platform === 'darwin' ? 'libtorch_cpu.dylib' : 'libtorch_cpu.so');

/** The folder of a Python's `torch` package. Only looks it up: importing torch takes seconds. */
async function torchOfPython(python: string, { run }: System): Promise<string | undefined> {
  const script = 'import importlib.util; spec = importlib.util.find_spec("torch"); print(spec.origin if spec else "")';
  const { ok, stdout } = await run(python, ['-c', script], { timeoutSeconds: 15 });
  return ok && stdout.trim() !== '' ? dirname(stdout.trim()) : undefined;
}

/** `version.py` of a Python package, `build-version` of the LibTorch archive, else the header, which lacks the `+cpu`. */
function versionOf(dir: string, include: string, header: string): string {
  const python = textOf(join(dir, 'version.py')).match(/__version__ = '([^']+)'/)?.[1];
  const archive = textOf(join(dir, 'build-version')).trim();
  if (python || archive) return python || archive;
  const text = textOf(join(include, 'torch', 'headeronly', 'version.h')) + textOf(header);
  return ['MAJOR', 'MINOR', 'PATCH'].map((part) => text.match(`TORCH_VERSION_${part} (\\d+)`)?.[1] ?? '?').join('.');
}

const cudaOf = (dir: string): string => textOf(join(dir, 'version.py')).match(/^cuda.*= '([^']+)'/m)?.[1] ?? 'unknown';

const textOf = (path: string): string => (existsSync(path) ? readFileSync(path, 'utf8') : '');

/** The library says it itself: the mangled name of c10::Error's constructor, which takes a std::string. */
function usesCxx11Abi(lib: string, { platform }: System): boolean {
  const path = join(lib, 'libc10.so');
  if (platform !== 'linux' || !existsSync(path)) return true;
  return /_ZN3c105ErrorC[12]E\w*NSt7__cxx11/.test(readFileSync(path, 'latin1'));
}

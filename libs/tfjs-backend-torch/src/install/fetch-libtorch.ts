import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { inspectLibtorch, type Libtorch } from './libtorch.js';
import { cardioHome, type Outcome, type System } from './system.js';

/** The LibTorch that is fetched: what this package is tested with. */
const libtorchVersion = '2.13.0';

/** PyTorch's own index, asked where the configured one has no build for CPUs. */
const cpuIndex = 'https://download.pytorch.org/whl/cpu';

/** Of the wheel, the headers and what `libtorch_cpu` links; not its Python half and its test libraries. */
const unpack = `
import sys, zipfile
wheel = zipfile.ZipFile(sys.argv[1])
unwanted = ('python', 'shm', 'test', 'aoti_custom_ops', 'backend_with_compiler', 'global_deps')
def wanted(name):
    if name.startswith(('torch/include/', 'torch.libs/')) or name == 'torch/version.py': return True
    return name.startswith('torch/lib/lib') and ('.so' in name or '.dylib' in name) and not any(word in name for word in unwanted)
wheel.extractall(sys.argv[2], [name for name in wheel.namelist() if wanted(name)])
`;

/** Seconds to wait for an answer of an index, and for the whole download. */
interface Limits {
  readonly answerSeconds: number;
  readonly downloadSeconds: number;
}

type Fetched = { readonly libtorch: Libtorch; readonly bytes: number } | { readonly reason: string };

/**
 * Fetches the CPU build of LibTorch with pip (about 200 MB) and unpacks what is needed of it to `$CARDIO_HOME/libtorch`.
 *
 * @returns the LibTorch and the bytes on disk, or why it could not be had, in one line
 */
export function fetchLibtorch(system: System, limits: Limits): Promise<Fetched> {
  const version = system.platform === 'darwin' ? libtorchVersion : `${libtorchVersion}+cpu`;
  return intoHome(system, async (temporary, python) => {
    const dest = ['--no-deps', '--dest', temporary];
    const download = (index: string[]): Promise<Outcome> =>
      pip(system, limits, ['download', ...dest, ...index, `torch==${version}`]);
    let outcome = await download([]);
    if (!outcome.ok && !pipIsMissing(outcome)) outcome = await download(['--index-url', cpuIndex]);
    if (!outcome.ok) return { reason: reasonOf(outcome, python, version) };

    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl')) ?? '';
    const { ok, stderr } = await system.run(python, [
      '-c',
      unpack,
      join(temporary, wheel),
      join(temporary, 'unpacked'),
    ]);
    return ok ? { version } : { reason: `${wheel} could not be unpacked: ${lastLine(stderr)}` };
  });
}

/** {@link fetchLibtorch} of a build with CUDA, by `pip install --target`: with NVIDIA's libraries, which are wheels of their own (3 GB). */
export function fetchCudaLibtorch(system: System, limits: Limits): Promise<Fetched> {
  return intoHome(system, async (temporary, python) => {
    const unpacked = join(temporary, 'unpacked');
    const outcome = await pip(system, limits, ['install', '--target', unpacked, `torch>=${libtorchVersion}`]);
    if (!outcome.ok) return { reason: reasonOf(outcome, python, 'with CUDA') };
    const found = inspectLibtorch('fetched', join(unpacked, 'torch'), system);
    if (found?.cuda !== undefined) return { version: found.version };
    return {
      reason: `pip's index has torch ${found?.version ?? ''} without CUDA; install another torch and name its folder in LIBTORCH`,
    };
  });
}

/** Runs what fills the folder `unpacked` of a temporary one, and moves that to where its version belongs. */
async function intoHome(
  system: System,
  fill: (temporary: string, python: string) => Promise<{ readonly version: string } | { readonly reason: string }>,
): Promise<Fetched> {
  const folder = join(cardioHome(system.env), 'libtorch');
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(join(folder, '.fetching-'));
  try {
    const filled = await fill(temporary, pythonOf(system));
    if ('reason' in filled) return filled;
    const destination = join(folder, filled.version);
    const inspect = (): Libtorch | undefined => inspectLibtorch('fetched', join(destination, 'torch'), system);
    if (!inspect()) {
      rmSync(destination, { recursive: true, force: true });
      renameSync(join(temporary, 'unpacked'), destination);
    } // else another process was faster
    const libtorch = inspect();
    return libtorch
      ? { libtorch, bytes: sizeOf(destination) }
      : { reason: `torch ${filled.version} holds no LibTorch` };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

const pythonOf = ({ env }: System): string => env['CARDIO_PYTHON'] ?? 'python3';

function pip(system: System, limits: Limits, [command, ...args]: string[]): Promise<Outcome> {
  const quiet = ['--only-binary=:all:', '--no-input', '--disable-pip-version-check'];
  const patience = ['--retries', '1', '--timeout', String(limits.answerSeconds)];
  return system.run(pythonOf(system), ['-m', 'pip', command, ...quiet, ...patience, ...args], {
    timeoutSeconds: limits.downloadSeconds,
  });
}

const pipIsMissing = ({ missing, stderr }: Outcome): boolean => missing || stderr.includes('No module named pip');

function reasonOf(outcome: Outcome, python: string, version: string): string {
  if (outcome.missing) return `no LibTorch found, and no Python to fetch it with (${python})`;
  if (pipIsMissing(outcome)) return `no LibTorch found, and ${python} has no pip to fetch it with`;
  return `no LibTorch found, and pip could not fetch torch ${version}: ${lastLine(outcome.stderr)}`;
}

const lastLine = (text: string): string => text.trim().split('\n').at(-1) ?? '';

/** Bytes of the files below a folder. */
function sizeOf(folder: string): number {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return files.reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}

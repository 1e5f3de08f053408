import { mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';

import { inspectLibtorch, type Libtorch } from './libtorch.js';
import { cardioHome, type Outcome, type System } from './system.js';

/** The LibTorch that is fetched: what this package is tested with. */
export const libtorchVersion = '2.13.0';

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

/**
 * Fetches the CPU build of LibTorch with pip (about 200 MB) and unpacks what is needed of it to `$CARDIO_HOME/libtorch`.
 *
 * @param limits seconds to wait for an answer of an index, and for the whole download
 * @returns the LibTorch and the bytes on disk, or why it could not be had, in one line
 */
export async function fetchLibtorch(
  system: System,
  limits: { readonly answerSeconds: number; readonly downloadSeconds: number },
): Promise<{ readonly libtorch: Libtorch; readonly bytes: number } | { readonly reason: string }> {
  const version = system.platform === 'darwin' ? libtorchVersion : `${libtorchVersion}+cpu`;
  const folder = join(cardioHome(system.env), 'libtorch');
  mkdirSync(folder, { recursive: true });
  const temporary = mkdtempSync(join(folder, '.fetching-'));
  try {
    const python = system.env['CARDIO_PYTHON'] ?? 'python3';
    const pip = [
      '-m',
      'pip',
      'download',
      '--no-deps',
      '--only-binary=:all:',
      '--no-input',
      '--disable-pip-version-check',
    ];
    const patience = ['--retries', '1', '--timeout', String(limits.answerSeconds), '--dest', temporary];
    const download = (index: string[]): Promise<Outcome> =>
      system.run(python, [...pip, ...patience, ...index, `torch==${version}`], {
        timeoutSeconds: limits.downloadSeconds,
      });
    let outcome = await download([]);
    if (!outcome.ok && !pipIsMissing(outcome)) outcome = await download(['--index-url', cpuIndex]);
    if (!outcome.ok) return { reason: reasonOf(outcome, python, version) };

    const wheel = readdirSync(temporary).find((name) => name.endsWith('.whl')) ?? '';
    const unpacked = join(temporary, 'unpacked');
    const { ok, stderr } = await system.run(python, ['-c', unpack, join(temporary, wheel), unpacked]);
    if (!ok) return { reason: `${wheel} could not be unpacked: ${lastLine(stderr)}` };

    const destination = join(folder, version);
    const inspect = (): Libtorch | undefined => inspectLibtorch('fetched', join(destination, 'torch'), system);
    if (!inspect()) {
      rmSync(destination, { recursive: true, force: true });
      renameSync(unpacked, destination);
    } // else another process was faster
    const libtorch = inspect();
    return libtorch ? { libtorch, bytes: sizeOf(destination) } : { reason: `${wheel} holds no LibTorch` };
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
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

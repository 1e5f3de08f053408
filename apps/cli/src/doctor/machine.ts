import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm, statfs, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { availableParallelism, cpus, freemem, platform, release, totalmem } from 'node:os';
import { dirname, join, resolve } from 'node:path';

import { finding, type Finding } from './finding.js';

const gigabytes = (bytes: number): string => `${(bytes / 2 ** 30).toFixed(1)} GiB`;

/** Machine, Node and memory. */
export function machineFindings(): Finding[] {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const old = major < 20 || (major === 20 && minor < 19);
  const free = freemem();
  return [
    finding('system', `${platform()} ${release()} ${process.arch}`),
    finding('node', process.versions.node, old ? 'install Node 20.19 or newer' : undefined, old ? 'problem' : undefined), // prettier-ignore
    finding('processor', `${availableParallelism()} threads, ${cpus()[0]?.model ?? 'unknown'}`),
    finding(
      'memory',
      `${gigabytes(free)} free of ${gigabytes(totalmem())}`,
      free < 2 ** 30 ? 'close other programs, or keep data in a prepared store (--store-dir)' : undefined,
    ),
  ];
}

/** Whether a folder can be written, and how much fits. */
export async function folderFinding(what: string, folder: string): Promise<Finding> {
  const path = resolve(folder);
  let existing = path;
  while (!existsSync(existing)) existing = dirname(existing);
  const probe = join(existing, `.cardio-doctor-${process.pid}`);
  try {
    await mkdir(probe);
    await writeFile(join(probe, 'x'), 'x');
  } catch (error) {
    return finding(what, `${path} can't be written (${(error as NodeJS.ErrnoException).code ?? String(error)})`, `make it writable, or name another folder`, 'problem'); // prettier-ignore
  } finally {
    await rm(probe, { recursive: true, force: true });
  }
  const { bavail, bsize } = await statfs(existing);
  const free = bavail * bsize;
  const tight = free < 5 * 2 ** 30;
  return finding(what, `${path}, ${gigabytes(free)} free`, tight ? 'free some disk space' : undefined);
}

/** Whether the service's port is free. */
export async function portFinding(port: number): Promise<Finding> {
  const free = await new Promise<boolean>((done) => {
    const server = createServer();
    server.once('error', () => done(false));
    server.listen(port, '127.0.0.1', () => server.close(() => done(true)));
  });
  return finding(
    'port',
    free ? `${port} is free` : `${port} is taken`,
    free ? undefined : 'cardio serve --port <number>',
  );
}

/** What a program prints, `undefined` where there is no such program or it fails. */
export const printed = (command: string, args: readonly string[]): Promise<string | undefined> =>
  new Promise((done) => {
    execFile(command, [...args], { timeout: 20_000 }, (error, stdout) => done(error ? undefined : stdout.trim()));
  });

/** Python with what checks exported files, and a browser; both are for checks alone. */
export async function optionalFindings(): Promise<Finding[]> {
  const python = process.env['CARDIO_PYTHON'] ?? 'python3';
  const names = ['onnxruntime', 'onnx', 'torch', 'tensorboard'];
  const script = `import importlib.util as u, platform; print(platform.python_version(), *[n for n in ${JSON.stringify(names)} if u.find_spec(n)])`;
  const [version, ...have] = (await printed(python, ['-c', script]))?.split(' ') ?? [];
  const chromium = await firstOf([process.env['CARDIO_CHROMIUM'], 'chromium', 'chromium-browser', 'google-chrome']);
  return [
    version === undefined
      ? finding('python', `${python} does not run`, 'none needed; export --check python and TensorBoard want one')
      : finding('python', `${version} with ${have.join(', ') || 'none of ' + names.join(', ')}`, have.includes('onnxruntime') ? undefined : `${python} -m pip install onnxruntime numpy (for export --check python)`), // prettier-ignore
    finding(
      'browser',
      chromium ?? 'no Chromium',
      chromium ? undefined : 'none needed; export --check browser wants one',
    ),
  ];
}

async function firstOf(commands: readonly (string | undefined)[]): Promise<string | undefined> {
  for (const command of commands) {
    const version = command && (await printed(command, ['--version']));
    if (version) return version;
  }
  return undefined;
}

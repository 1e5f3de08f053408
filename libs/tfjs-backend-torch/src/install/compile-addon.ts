import { mkdirSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, join } from 'node:path';

import { include_dir as nodeApi } from 'node-api-headers';

import type { Libtorch } from './libtorch.js';
import type { Sources } from './sources.js';
import type { Outcome, System } from './system.js';

/**
 * Compiles and links the addon into a folder as `addon.node`, and loads it once in a process of its own, so that one that can't
 * be loaded is never used.
 *
 * @returns undefined when it is done, else why not, in one line; a compiler's whole output is in the folder's `compile.log`
 */
export async function compileAddon(
  sources: Sources,
  libtorch: Libtorch,
  folder: string,
  system: System,
): Promise<string | undefined> {
  mkdirSync(folder, { recursive: true });
  const found = await findCompiler(system);
  if (!found) {
    const tried = system.env['CXX'] ? `CXX=${system.env['CXX']}` : compilers.join(', ');
    return `no C++ compiler found (${tried})`;
  }
  const compiler = found.command;
  const fail = (what: string, args: readonly string[], { stderr }: Outcome): string => {
    writeFileSync(join(folder, 'compile.log'), `${[...compiler, ...args].join(' ')}\n${stderr}`);
    return `${what}: ${firstError(stderr)}`;
  };
  const run = (args: readonly string[]): Promise<Outcome> =>
    system.run(compiler[0], [...compiler.slice(1), ...args], { cwd: sources.folder, timeoutSeconds: 900 });

  const common = [...(found.gnu ? [openMp] : []), ...compileArguments(sources, libtorch)];
  const objects = sources.units.map((unit) => join(folder, `${unit.replaceAll(/[/\\]/g, '-')}.o`));
  const queue = sources.units.map((unit, i) => ({ unit, args: [...common, '-c', unit, '-o', objects[i]] }));
  let failure: string | undefined;
  const worker = async (): Promise<void> => {
    for (let job = queue.shift(); job && failure === undefined; job = queue.shift()) {
      const outcome = await run(job.args);
      if (!outcome.ok) failure ??= fail(`${job.unit} does not compile`, job.args, outcome);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  if (failure !== undefined) return failure;

  const addon = join(folder, 'addon.node');
  const linking = [...objects, '-o', addon, ...linkArguments(sources, libtorch, system)];
  const linked = await run(linking);
  if (!linked.ok) return fail('the addon does not link', linking, linked);
  for (const module of sources.modules) {
    const args = [
      ...common,
      ...forNode(system),
      '-shared',
      module,
      '-o',
      join(folder, `${basename(module, '.c')}.node`),
    ];
    const outcome = await run(args);
    if (!outcome.ok) return fail(`${module} does not compile`, args, outcome);
  }

  const load = ['-e', 'require(process.argv[1])', addon];
  const loaded = await system.run(process.execPath, load, { timeoutSeconds: 60, env: { NODE_OPTIONS: '' } });
  return loaded.ok ? undefined : `the addon does not load: ${firstError(loaded.stderr)}`;
}

const compilers = ['g++', 'c++', 'clang++'];

/**
 * Lets the addon's own loops run on ATen's threads: without it `at::parallel_for` in ATen's headers is a plain loop. The library is not
 * linked: the addon finds the one that LibTorch brings, of GNU's interface, so other compilers' OpenMP would not fit.
 */
const openMp = '-fopenmp';

/** The command of the first C++ compiler that answers; `CXX`, where it is set, may carry arguments (`ccache g++`). */
async function findCompiler({ env, run }: System): Promise<{ command: string[]; gnu: boolean } | undefined> {
  const commands = env['CXX'] ? [env['CXX'].trim().split(/\s+/)] : compilers.map((name) => [name]);
  for (const command of commands) {
    const version = await run(command[0], [...command.slice(1), '--version'], { timeoutSeconds: 15 });
    if (version.ok) return { command, gnu: version.stdout.includes('Free Software Foundation') };
  }
  return undefined;
}

function compileArguments({ flags, folder }: Sources, libtorch: Libtorch): string[] {
  return [
    ...flags.compile,
    `-D_GLIBCXX_USE_CXX11_ABI=${libtorch.cxx11Abi ? 1 : 0}`,
    `-I${folder}`,
    // Named once more, the compiler's own folder would be searched in the wrong order.
    ...[nodeApi, ...libtorch.include.filter((folder) => folder !== '/usr/include')].flatMap((folder) => [
      '-isystem',
      folder,
    ]),
  ];
}

/** Node-API comes from the process. */
const forNode = ({ platform }: System): string[] => (platform === 'darwin' ? ['-undefined', 'dynamic_lookup'] : []);

function linkArguments({ flags }: Sources, { lib, cuda }: Libtorch, system: System): string[] {
  return [
    `-L${lib}`,
    `-Wl,-rpath,${lib}`,
    ...forNode(system),
    // The kernels of the CUDA library register themselves when it is loaded; nothing of ours names it.
    ...(cuda === undefined ? [] : ['-Wl,--no-as-needed', '-ltorch_cuda', '-lc10_cuda']),
    ...flags.link,
  ];
}

/** The line of a compiler's, linker's or loader's output that says what is wrong. */
function firstError(output: string): string {
  const lines = output.split('\n').map((line) => line.trim());
  const telling = lines.find((line) => /\berror\b|undefined reference|cannot find/i.test(line));
  return telling ?? lines.findLast((line) => line !== '') ?? 'no message';
}

import { createHash } from 'node:crypto';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { extname, join } from 'node:path';

import { addonsFolder, asked, findAddon, pruneAddons, readyAddon, writeStamp, type InstalledAddon } from './addon.js';
import { compileAddon } from './compile-addon.js';
import { fetchCudaLibtorch, fetchLibtorch } from './fetch-libtorch.js';
import { findLibtorch, fingerprint, type Libtorch } from './libtorch.js';
import { readSources, type Sources } from './sources.js';
import { thisSystem, type System } from './system.js';

/** How much the set-up may do. */
export interface InstallOptions {
  /** Fetch LibTorch where there is none. */
  readonly fetch: boolean;
  /** Wait for an index only for seconds, and don't try again what failed less than a day ago. */
  readonly quick?: boolean;
  /** Looks for LibTorch and compiles even where an addon is ready. */
  readonly force?: boolean;
  /** `cuda`: a LibTorch with CUDA or none; its addon computes on CPUs too. Otherwise the first LibTorch that is found. */
  readonly device?: 'cuda';
  /** Told what takes long, before it starts. */
  readonly log?: (line: string) => void;
}

/** What the set-up did. */
export type InstallResult =
  | {
      readonly installed: true;
      readonly addon: InstalledAddon;
      /** In the order in which it was done; empty when all was ready. */
      readonly did: readonly ('fetched' | 'compiled')[];
      readonly seconds: number;
      /** Of the addon, and of LibTorch where it was fetched now. */
      readonly bytes: number;
    }
  | { readonly installed: false; /** One line. */ readonly reason: string; readonly seconds: number };

/**
 * Makes the native engine ready: finds or fetches a LibTorch and compiles the addon against it, into
 * `$CARDIO_HOME/torch-addon`. What is ready stays as it is, in milliseconds. Whatever is missing (compiler, pip, network) is a
 * result, not an exception.
 */
export async function installEngine(
  options: InstallOptions,
  system: System = thisSystem,
  sources?: Sources,
): Promise<InstallResult> {
  const start = performance.now();
  const seconds = (): number => (performance.now() - start) / 1000;
  try {
    const outcome = await install(options, system, sources ?? readSources());
    return 'reason' in outcome
      ? { installed: false, ...outcome, seconds: seconds() }
      : { installed: true, ...outcome, seconds: seconds() };
  } catch (error) {
    return { installed: false, reason: (error as Error).message.split('\n')[0], seconds: seconds() };
  }
}

type Outcome = { addon: InstalledAddon; did: ('fetched' | 'compiled')[]; bytes: number } | { reason: string };

async function install(options: InstallOptions, system: System, sources: Sources): Promise<Outcome> {
  if (system.platform === 'win32') return { reason: 'Windows is not supported' };
  const given = system.env['CARDIO_TORCH_ADDON'];
  const ready = given
    ? findAddon(system, sources)
    : readyAddon(system, sources, options.quick ? undefined : asked(system));
  if (given && !ready) return { reason: `CARDIO_TORCH_ADDON=${given} is not there` };
  if (ready && (given || (!options.force && fits(ready, options))))
    return { addon: ready, did: [], bytes: ready.bytes };

  const question = `${asked(system)} ${sources.hash} ${options.device ?? ''}`;
  const failure = lastFailure(system);
  if (options.quick && failure?.question === question && failure.hours < 24) return { reason: failure.reason };
  const outcome = await make(options, system, sources);
  if ('reason' in outcome) rememberFailure(outcome.reason, question, system);
  else forgetFailure(system);
  return outcome;
}

/** Whether an addon's LibTorch is of the kind that is asked for. */
const fits = ({ torch }: InstalledAddon, { device }: InstallOptions): boolean =>
  device === undefined || torch?.cuda !== undefined;

async function make(options: InstallOptions, system: System, sources: Sources): Promise<Outcome> {
  const did: ('fetched' | 'compiled')[] = [];
  let bytes = 0;
  const withCuda = options.device === 'cuda';
  let libtorch = await findLibtorch(system, withCuda);
  const ready = options.force ? undefined : readyAddon(system, sources);
  if ('reason' in libtorch && ready && fits(ready, options)) return { addon: ready, did: [], bytes: ready.bytes }; // of a Python that is not active now
  if ('reason' in libtorch && !system.env['LIBTORCH'] && options.fetch) {
    options.log?.(
      `Fetching LibTorch ${withCuda ? 'with CUDA' : 'for CPUs'} with pip (about ${withCuda ? '3 GB' : '200 MB'}, once) …`,
    );
    const limits = options.quick
      ? { answerSeconds: 5, downloadSeconds: 180 }
      : { answerSeconds: 20, downloadSeconds: 1800 };
    const fetched = withCuda ? await fetchCudaLibtorch(system, limits) : await fetchLibtorch(system, limits);
    if ('reason' in fetched) return fetched;
    ({ libtorch, bytes } = fetched);
    did.push('fetched');
  }
  if ('reason' in libtorch) return libtorch;

  const folder = join(addonsFolder(system), keyOf(sources, libtorch, system));
  if (options.force || !existsSync(join(folder, 'stamp.json'))) {
    options.log?.(`Compiling the native engine against LibTorch ${libtorch.version} (once, a minute or two) …`);
    const reason = await compileInto(folder, sources, libtorch, system);
    if (reason !== undefined) return { reason };
    did.push('compiled');
  }
  writeStamp(folder, sources, libtorch, asked(system), system); // again: it is the latest now, and for this question
  pruneAddons(system);
  const addon = readyAddon(system, sources);
  return addon ? { addon, did, bytes: bytes + addon.bytes } : { reason: `the addon in ${folder} vanished` };
}

/** Compiles beside the folder and moves the result there at once, so that no one meets half an addon. */
async function compileInto(
  folder: string,
  sources: Sources,
  libtorch: Libtorch,
  system: System,
): Promise<string | undefined> {
  mkdirSync(addonsFolder(system), { recursive: true });
  const temporary = mkdtempSync(`${folder}-`);
  try {
    const reason = await compileAddon(sources, libtorch, temporary, system);
    if (reason !== undefined) {
      const log = join(temporary, 'compile.log');
      if (!existsSync(log)) return reason;
      const kept = join(addonsFolder(system), 'compile.log');
      renameSync(log, kept);
      return `${reason} (all of it: ${kept})`;
    }
    mkdirSync(folder, { recursive: true });
    for (const file of readdirSync(temporary).filter((name) => extname(name) === '.node')) {
      renameSync(join(temporary, file), join(folder, file));
    }
    return undefined;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** Names everything that an addon depends on. The LibTorch's folder and file are in it, because the addon is linked to them. */
function keyOf(sources: Sources, libtorch: Libtorch, system: System): string {
  const { dir, version, cuda } = libtorch;
  const parts = [sources.hash, dir, version, cuda, fingerprint(libtorch, system), system.platform, system.arch];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 16);
}

/** The last failure of the set-up, where no success came after it. */
interface Failure {
  readonly reason: string;
  readonly question: string;
  readonly hours: number;
}

/** Why the last set-up failed, if it did. */
export function lastFailure(system: System = thisSystem): Failure | undefined {
  const path = failurePath(system);
  try {
    const hours = (Date.now() - statSync(path).mtimeMs) / 3_600_000;
    return { ...(JSON.parse(readFileSync(path, 'utf8')) as Omit<Failure, 'hours'>), hours };
  } catch {
    return undefined; // none, or just being written
  }
}

function rememberFailure(reason: string, question: string, system: System): void {
  mkdirSync(addonsFolder(system), { recursive: true });
  writeFileSync(failurePath(system), JSON.stringify({ reason, question }));
}

const forgetFailure = (system: System): void => rmSync(failurePath(system), { force: true });

const failurePath = (system: System): string => join(addonsFolder(system), 'failure.json');

import { existsSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';

import { fingerprint, type Libtorch } from './libtorch.js';
import { readSources, type Sources } from './sources.js';
import { cardioHome, thisSystem, type System } from './system.js';

/** An addon that was compiled here and is ready to be loaded. */
export interface InstalledAddon {
  readonly path: string;
  /** What it is linked to; unknown for one that `CARDIO_TORCH_ADDON` names. */
  readonly torch?: Libtorch;
  readonly bytes: number;
}

/** What is written beside an addon when it is ready. */
interface Stamp {
  readonly sources: string;
  readonly machine: string;
  readonly torch: Libtorch;
  readonly fingerprint: string;
  /** What {@link asked} for it; another answer makes the set-up look again. */
  readonly asked: string;
}

/** The folder with one folder for each addon. */
export const addonsFolder = (system: System): string => join(cardioHome(system.env), 'torch-addon');

/**
 * The addon to load: `CARDIO_TORCH_ADDON`, else the last one that the set-up made ready of these sources, for this kind of
 * machine, and whose LibTorch is still the same (and the one of `LIBTORCH`, where that is set). Takes milliseconds.
 */
export function findAddon(system: System = thisSystem, sources?: Sources): InstalledAddon | undefined {
  const given = system.env['CARDIO_TORCH_ADDON'];
  if (given) return existsSync(given) ? { path: resolve(given), bytes: statSync(given).size } : undefined;
  return readyAddon(system, sources ?? readSources());
}

/** {@link findAddon} among those under `$CARDIO_HOME`; with `question`, only one that was made for the same question. */
export function readyAddon(system: System, sources: Sources, question?: string): InstalledAddon | undefined {
  const { LIBTORCH } = system.env;
  for (const folder of addonFolders(system)) {
    const path = join(folder, 'addon.node');
    const stamp = readStamp(folder);
    if (!stamp || stamp.sources !== sources.hash || stamp.machine !== machine(system) || !existsSync(path)) continue;
    if (LIBTORCH && resolve(LIBTORCH) !== stamp.torch.dir) continue;
    if (question !== undefined && question !== stamp.asked) continue;
    if (fingerprint(stamp.torch, system) !== stamp.fingerprint) continue;
    return { path, torch: stamp.torch, bytes: statSync(path).size };
  }
  return undefined;
}

/** Declares the addon in a folder ready. */
export function writeStamp(folder: string, sources: Sources, torch: Libtorch, question: string, system: System): void {
  const stamp: Stamp = {
    sources: sources.hash,
    machine: machine(system),
    torch,
    fingerprint: fingerprint(torch, system),
    asked: question,
  };
  writeFileSync(join(folder, 'stamp.json'), JSON.stringify(stamp, null, 2));
}

/** Keeps the addons that were made ready last: each change of the sources makes another. */
export function pruneAddons(system: System, keep = 8): void {
  for (const folder of addonFolders(system).slice(keep)) rmSync(folder, { recursive: true, force: true });
}

/** The variables that steer the search for LibTorch, and which Python it would meet. */
export function asked({ env }: System): string {
  const folders = (env['PATH'] ?? '').split(':');
  const python = folders.map((folder) => join(folder, 'python3')).find((path) => existsSync(path));
  return JSON.stringify([env['LIBTORCH'] ?? '', env['CARDIO_PYTHON'] ?? '', python ?? '']);
}

const machine = ({ platform, arch }: System): string => `${platform}-${arch}`;

/** The latest first. */
function addonFolders(system: System): string[] {
  const folder = addonsFolder(system);
  if (!existsSync(folder)) return [];
  const entries = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  const dated = entries.map(({ name }) => {
    const path = join(folder, name);
    const stamp =
      statSync(join(path, 'stamp.json'), { throwIfNoEntry: false }) ?? statSync(path, { throwIfNoEntry: false });
    return { path, time: stamp?.mtimeMs ?? 0 };
  });
  return dated
    .sort((a, b) => b.time - a.time || basename(a.path).localeCompare(basename(b.path)))
    .map(({ path }) => path);
}

function readStamp(folder: string): Stamp | undefined {
  try {
    return JSON.parse(readFileSync(join(folder, 'stamp.json'), 'utf8')) as Stamp;
  } catch {
    return undefined; // still being compiled, or cut short
  }
}

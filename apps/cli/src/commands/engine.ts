import { startEngine, type EngineInfo, type EngineName } from '@cardio/engine';
import { installEngine, type InstallResult } from '@cardio/tfjs-backend-torch';

import { duration, printJson, table } from '../print.js';

const names: readonly EngineName[] = ['torch', 'tensorflow', 'wasm', 'cpu'];

/** One engine as `cardio engine` shows it. */
type EngineState =
  | { readonly name: EngineName; readonly available: true; readonly startMs: number; readonly info: EngineInfo }
  | { readonly name: EngineName; readonly available: false; readonly reason: string };

/** `cardio engine`: which engines start here, and which one `auto` takes. */
export async function listEngines({ json }: { json?: boolean }): Promise<void> {
  const engines: EngineState[] = [];
  for (const name of names) engines.push(await tryEngine(name));
  const auto = await startEngine('auto');
  if (json) {
    printJson({ engines, auto });
    return;
  }
  const rows = engines.map((engine) => {
    if (!engine.available) return [engine.name, 'no', '–', '–', '–', '–'];
    const { version, threads, device } = engine.info;
    return [engine.name, 'yes', version ?? '–', threads, device ?? '–', `${Math.round(engine.startMs)} ms`];
  });
  console.log(table([['engine', 'starts', 'version', 'threads', 'device', 'in'], ...rows]));
  console.log(`\nauto takes ${auto.name}: ${auto.reason}`);
  for (const engine of engines) if (!engine.available) console.log(engine.reason);
}

async function tryEngine(name: EngineName): Promise<EngineState> {
  const start = performance.now();
  try {
    const info = await startEngine(name);
    return { name, available: true, startMs: performance.now() - start, info };
  } catch (error) {
    return { name, available: false, reason: (error as Error).message };
  }
}

/**
 * `cardio engine install`: one line of what was done; exit code 1 where the native engine can't be had. `--try` is for scripts that
 * only want it where it is easy to have: it never fails, waits little, and is silent where all is ready.
 */
export async function install(options: {
  force?: boolean;
  try?: boolean;
  device?: 'cuda';
  json?: boolean;
}): Promise<void> {
  if (options.try && process.env['CARDIO_ENGINE_INSTALL'] === 'skip') return;
  const result = await installEngine({
    fetch: true,
    quick: options.try ?? false,
    force: options.force ?? false,
    ...(options.device && { device: options.device }),
    log: (line) => console.error(line),
  });
  if (options.json) printJson(result);
  else if (!options.try || !result.installed || result.did.length > 0) console.log(describe(result));
  if (!result.installed && !options.try) process.exitCode = 1;
}

function describe(result: InstallResult): string {
  if (!result.installed) return `The native engine is not installed: ${result.reason}. The wasm engine goes on.`;
  const { addon, did, seconds, bytes } = result;
  const size = `${(bytes / 1e6).toFixed(1)} MB`;
  const torch = addon.torch ? `LibTorch ${addon.torch.version} in ${addon.torch.dir}` : addon.path;
  return did.length === 0
    ? `The native engine was already installed, with ${torch}: ${(seconds * 1000).toFixed(0)} ms, ${size}.`
    : `Installed the native engine (${did.join(', ')}) with ${torch}: ${duration(seconds)}, ${size}.`;
}

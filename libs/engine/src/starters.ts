import * as tf from '@tensorflow/tfjs-core';
import type { EngineName } from './start.js';
import { registerWasmKernels } from './wasm/register.js';

/** How an engine is brought up. */
interface Starter {
  /** Loads the engine's package and makes it tfjs's backend; resolves with its threads, rejects with what is missing. */
  start(): Promise<number>;
  /** What to do where it can't start. */
  readonly remedy: string;
}

/** One entry for each engine that can be asked for. */
export const starters: Partial<Record<EngineName, Starter>> = {
  wasm: {
    remedy: `Run npm install @tensorflow/tfjs-backend-wasm@${tf.version_core}, or use cpu.`,
    async start() {
      await import('@tensorflow/tfjs-backend-cpu'); // the wasm package shares its kernels
      const { getThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
      registerWasmKernels();
      await withoutCrashHandlers(() => activate('wasm'));
      return getThreadsCount();
    },
  },
  cpu: {
    remedy: `Run npm install @tensorflow/tfjs-backend-cpu@${tf.version_core}.`,
    async start() {
      await import('@tensorflow/tfjs-backend-cpu');
      await activate('cpu');
      return 1;
    },
  },
};

async function activate(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not initialise the backend '${backend}'`);
}

/**
 * Emscripten's loader hooks `uncaughtException` and `unhandledRejection` of the process and throws again from there, so that any
 * later crash, whoever's, is reported with 30 kB of minified source. We take the hooks out.
 */
async function withoutCrashHandlers(load: () => Promise<void>): Promise<void> {
  const events = ['uncaughtException', 'unhandledRejection'];
  const before = events.map((event) => process.rawListeners(event));
  await load();
  events.forEach((event, i) => {
    for (const listener of process.rawListeners(event)) {
      if (!before[i].includes(listener)) process.removeListener(event, listener as () => void);
    }
  });
}

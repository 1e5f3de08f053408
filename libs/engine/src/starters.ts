import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activate.js';
import type { EngineFacts, EngineName, EngineOptions } from './start.js';
import { startTensorflow } from './tensorflow.js';
import { startTorch } from './torch.js';
import { registerWasmKernels } from './wasm/register.js';

/** How an engine is brought up. */
interface Starter {
  /** Loads the engine's package and makes it tfjs's backend; rejects with what is missing. */
  start(options: EngineOptions): Promise<EngineFacts>;
  /** What to do where it can't start. */
  readonly remedy: string;
}

/** One entry for each engine that can be asked for. */
export const starters: Readonly<Record<EngineName, Starter>> = {
  torch: {
    remedy: 'Run npx cardio engine install, or use wasm.',
    start: startTorch,
  },
  tensorflow: {
    remedy: `Run npm install @tensorflow/tfjs-node@${tf.version_core} (or tfjs-node-gpu), or use wasm.`,
    start: startTensorflow,
  },
  wasm: {
    remedy: `Run npm install @tensorflow/tfjs-backend-wasm@${tf.version_core}, or use cpu.`,
    async start() {
      await import('@tensorflow/tfjs-backend-cpu'); // the wasm package shares its kernels
      const { getThreadsCount, version_wasm: version } = await import('@tensorflow/tfjs-backend-wasm');
      registerWasmKernels();
      await withoutCrashHandlers(() => activate('wasm'));
      return { threads: getThreadsCount(), version, device: 'cpu' };
    },
  },
  cpu: {
    remedy: `Run npm install @tensorflow/tfjs-backend-cpu@${tf.version_core}.`,
    async start() {
      const { version_cpu: version } = await import('@tensorflow/tfjs-backend-cpu');
      await activate('cpu');
      return { threads: 1, version, device: 'cpu' };
    },
  },
};

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

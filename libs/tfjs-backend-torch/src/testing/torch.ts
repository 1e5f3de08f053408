import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-layers'; // registers the gradients, which tfjs-core's Node bundle leaves out
import { findAddon, registerTorchBackend } from '../index.js';

/** The addon that the tests run, if it was built. */
export const addon = findAddon();
if (!addon) {
  console.warn('SKIPPED: no torch addon. Build it with `npx cardio engine install`, or set CARDIO_TORCH_ADDON to one.');
}

/** Registers the backend `torch` beside `cpu`; false where there is no addon. */
export async function startTorch(): Promise<boolean> {
  tf.enableProdMode();
  registerMethods();
  if (!addon) return false;
  registerTorchBackend(addon.path);
  return tf.setBackend('torch');
}

/** The gradient of Prod and the orthogonal initialiser use these as methods, which tfjs-core's Node bundle leaves out as well. */
function registerMethods(): void {
  const functions = tf as unknown as Record<string, (...args: unknown[]) => unknown>; // by name
  const methods = Object.fromEntries(
    ['cumprod', 'mul', 'reshape', 'transpose'].map((name) => [
      name,
      function (this: tf.Tensor, ...args: unknown[]) {
        return functions[name](this, ...args);
      },
    ]),
  );
  Object.assign(tf.Tensor.prototype, methods);
}

import * as tf from '@tensorflow/tfjs-core';
import { activate } from './activate.js';
import type { EngineFacts, EngineOptions } from './start.js';

/** Starts the torch engine on the addon that `cardio engine install` made, once it has shown that it can compute. */
export async function startTorch({
  precision = 'float32',
  threads,
  device = 'auto',
}: EngineOptions): Promise<EngineFacts> {
  const { findAddon, lastFailure, registerTorchBackend } = await load();
  const addon = findAddon();
  if (!addon) throw new Error(lastFailure()?.reason ?? 'not set up yet');
  await import('@tensorflow/tfjs-backend-cpu'); // its kernels stand in for those that torch lacks
  const options = { precision, device, ...(threads !== undefined && { threads }) };
  const facts = registerTorchBackend(addon.path, options);
  await activate('torch');
  checkProduct();
  return { ...facts, ...(addon.torch && { version: `LibTorch ${addon.torch.version}` }) };
}

/** The package is an optional peer. */
async function load() {
  try {
    return await import('@cardio/tfjs-backend-torch');
  } catch (cause) {
    const missing = (cause as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND';
    throw missing ? new Error('the package @cardio/tfjs-backend-torch is not installed', { cause }) : cause;
  }
}

/** An addon that loads may still compute nonsense, say on a processor it was not made for. */
function checkProduct(): void {
  const [a, b] = [tf.tensor2d([1, 2, 3, 4], [2, 2]), tf.tensor2d([5, 6, 7, 8], [2, 2])];
  const product = tf.matMul(a, b);
  const values = [...product.dataSync()];
  tf.dispose([a, b, product]);
  if (values.join() !== '19,22,43,50') throw new Error(`it fails its check: a 2 x 2 product is ${values.join(', ')}`);
}

import * as tf from '@tensorflow/tfjs-core';

/** The fused kernels of @cardio/engine begin with this. */
const prefix = 'Cardio';

/** Runs something while the engine lacks the fused kernels of @cardio/engine, so that each of them is composed of TensorFlow.js's own. */
export function withoutFusedKernels<T>(run: () => T): T {
  const fused = tf.getKernelsForBackend(tf.getBackend()).filter(({ kernelName }) => kernelName.startsWith(prefix));
  for (const { kernelName, backendName } of fused) tf.unregisterKernel(kernelName, backendName);
  try {
    return run();
  } finally {
    fused.forEach(tf.registerKernel);
  }
}

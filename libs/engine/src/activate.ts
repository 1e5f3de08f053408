import * as tf from '@tensorflow/tfjs-core';

/** Makes a registered backend the one that tfjs computes with. */
export async function activate(backend: string): Promise<void> {
  if (!(await tf.setBackend(backend))) throw new Error(`tfjs could not initialise the backend '${backend}'`);
}

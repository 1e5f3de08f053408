import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { KernelOverride } from './backend.js';

/** A kernel that wasm lacks and that is too rare to be worth writing: the tensors take the way over the cpu engine, correct and slow. */
export const onCpu =
  (kernelName: string): KernelOverride =>
  () =>
  (backend, inputs, attrs) => {
    const cpu = tf.findBackend('cpu') as MathBackendCPU;
    const copies = Object.fromEntries(
      Object.entries(inputs).map(([name, x]) => [
        name,
        cpu.makeTensorInfo(x.shape, x.dtype, backend.readSync(x.dataId)),
      ]),
    );
    const result = tf.getKernel(kernelName, 'cpu').kernelFunc({ inputs: copies, backend: cpu, attrs }) as tf.TensorInfo;
    const out = backend.makeOutput(result.shape, result.dtype, undefined, cpu.readSync(result.dataId));
    for (const tensor of [...Object.values(copies), result]) cpu.disposeData(tensor.dataId);
    return out;
  };

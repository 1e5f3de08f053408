import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { Kernel } from './backend.js';

/**
 * A kernel that wasm lacks or does wrongly, and that is too rare to be worth writing: the tensors take the way over the cpu engine,
 * correct and slow.
 */
export const onCpu =
  (kernelName: string): Kernel =>
  (backend, inputs, attrs) => {
    const cpu = tf.findBackend('cpu') as MathBackendCPU;
    const present = Object.entries(inputs as Partial<typeof inputs>).flatMap(([name, x]) =>
      x ? [[name, x] as const] : [],
    );
    const copies = present.map(([name, x]): [string, tf.TensorInfo] => {
      const copy = cpu.makeTensorInfo(x.shape, x.dtype, backend.readSync(x.dataId) as tf.backend_util.TypedArray);
      return [name, Object.assign(copy, { rank: x.shape.length })]; // some kernels of tfjs-cpu ask for it
    });
    // Einsum takes a list
    const given = Array.isArray(inputs) ? copies.map(([, x]) => x) : Object.fromEntries(copies);
    const { kernelFunc } = tf.getKernel(kernelName, 'cpu');
    const results = kernelFunc({ inputs: given as tf.NamedTensorInfoMap, backend: cpu, attrs });
    const back = ({ shape, dtype, dataId }: tf.TensorInfo): tf.TensorInfo => {
      const values = cpu.readSync(dataId);
      const typed = dtype === 'int32' ? Int32Array.from(values as Float32Array) : values; // some integers of tfjs-cpu are floats
      return backend.makeOutput(shape, dtype, undefined, typed);
    };
    const outputs = Array.isArray(results) ? results.map(back) : back(results);
    for (const { dataId } of [...copies.map(([, x]) => x), ...[results].flat()]) cpu.disposeData(dataId);
    return outputs;
  };

import * as tf from '@tensorflow/tfjs-core';
import type { MathBackendCPU } from '@tensorflow/tfjs-backend-cpu';
import type { Attributes, Inputs, Kernel } from './kernel.js';
import type { TorchBackend } from '../backend.js';

/** A kernel that nobody wrote for libtorch: the values take the way over tfjs's cpu backend, correct and slow. */
export function throughCpu(kernelName: string): Kernel {
  let warned = false;
  return (backend, inputs, attributes) => {
    if (!warned) console.warn(`The torch engine has no kernel ${kernelName}; it runs on tfjs's cpu backend, slowly.`);
    warned = true;
    return runOnCpu(kernelName, backend, inputs, attributes);
  };
}

/** Runs tfjs-cpu's kernel on copies of the values. */
export function runOnCpu(
  kernelName: string,
  backend: TorchBackend,
  inputs: Inputs,
  attributes: Attributes,
): tf.TensorInfo | tf.TensorInfo[] {
  const cpu = tf.findBackend('cpu') as MathBackendCPU | null;
  const kernel = tf.getKernel(kernelName, 'cpu') as tf.KernelConfig | undefined;
  if (!cpu || !kernel) throw new Error(`Neither the torch engine nor tfjs's cpu backend has the kernel ${kernelName}.`);

  const copy = ({ shape, dtype, dataId }: tf.TensorInfo): tf.TensorInfo => ({
    ...copied(cpu, backend.readSync(dataId), shape, dtype),
    ...{ rank: shape.length }, // some kernels of tfjs-cpu ask for it
  });
  // some kernels take a list, and some an input that is a list
  const copies: Record<string, tf.TensorInfo> = Array.isArray(inputs) ? ([] as never) : {};
  for (const [name, x] of Object.entries(inputs))
    if (x) copies[name] = (Array.isArray(x) ? x.map(copy) : copy(x)) as tf.TensorInfo;
  const results = kernel.kernelFunc({ inputs: copies, backend: cpu, attrs: attributes as tf.NamedAttrMap });
  const back = ({ shape, dtype, dataId }: tf.TensorInfo): tf.TensorInfo => ({
    dataId: backend.write(cpu.readSync(dataId), shape, dtype),
    shape,
    dtype,
  });
  const outputs = Array.isArray(results) ? results.map(back) : back(results);
  for (const x of [...Object.values(copies), results].flat() as tf.TensorInfo[]) cpu.disposeData(x.dataId);
  return outputs;
}

/** A tensor of the cpu backend with these values; complex numbers must be put together there. */
function copied(cpu: MathBackendCPU, values: tf.BackendValues, shape: number[], dtype: tf.DataType): tf.TensorInfo {
  if (dtype !== 'complex64') return cpu.makeTensorInfo(shape, dtype, values as tf.backend_util.TypedArray);
  const parts = tf.backend_util.splitRealAndImagArrays(values as Float32Array);
  const [real, imag] = [parts.real, parts.imag].map((part) => cpu.makeTensorInfo(shape, 'float32', part));
  const { kernelFunc } = tf.getKernel('Complex', 'cpu');
  const whole = kernelFunc({ inputs: { real, imag }, backend: cpu, attrs: {} }) as tf.TensorInfo;
  for (const { dataId } of [real, imag]) cpu.disposeData(dataId);
  return whole;
}

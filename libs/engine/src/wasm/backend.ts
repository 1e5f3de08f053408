import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';

/** A kernel as we write them, with the backend as an argument of its own. */
export type Kernel = (
  backend: BackendWasm,
  inputs: Record<string, tf.TensorInfo>,
  attrs: tf.NamedAttrMap,
) => tf.TensorInfo | tf.TensorInfo[];

/** Makes a kernel out of the one it replaces, so that what is not mended is left to it. */
export type KernelOverride = (stock: Kernel) => Kernel;

/** Runs a registered `wasm` kernel on tensors that tfjs's engine knows nothing of: the caller {@link release}s the result. */
export function run(
  name: string,
  backend: BackendWasm,
  inputs: tf.NamedTensorInfoMap,
  attrs: tf.NamedAttrMap = {},
): tf.TensorInfo {
  return tf.getKernel(name, 'wasm').kernelFunc({ inputs, backend, attrs }) as tf.TensorInfo;
}

/** Drops one reference to a tensor's memory. */
export function release(backend: BackendWasm, ...tensors: tf.TensorInfo[]): void {
  for (const tensor of tensors) backend.disposeData(tensor.dataId);
}

/** The same memory under another shape; nothing to release. */
export const withShape = (x: tf.TensorInfo, shape: number[]): tf.TensorInfo => ({ ...x, shape });

/**
 * A float32 tensor that borrows `shape`'s worth of elements from `x`, from element `offset` on. It must not outlive `x`, and is
 * given up with {@link releaseView}, never with {@link release}, which would free memory in the middle of `x`.
 */
export function view(backend: BackendWasm, x: tf.TensorInfo, shape: number[], offset: number): tf.TensorInfo {
  return backend.makeOutput(shape, 'float32', backend.getMemoryOffset(x.dataId) + 4 * offset);
}

/** Forgets a {@link view}, and with it the XNNPACK operators that stock kernels cache under its id. */
export function releaseView(backend: BackendWasm, borrowed: tf.TensorInfo): void {
  backend.wasm.tfjs.disposeData(backend.dataIdMap.get(borrowed.dataId).id);
  backend.dataIdMap.delete(borrowed.dataId);
}

/** The elements of a numeric tensor, in place. Any allocation may move the heap: take it after the last one. */
export function elements(backend: BackendWasm, x: tf.TensorInfo): Float32Array | Int32Array | Uint8Array {
  return backend.typedArrayFromHeap(x) as Float32Array | Int32Array | Uint8Array;
}

/** {@link elements} of a float32 tensor. */
export const floats = (backend: BackendWasm, x: tf.TensorInfo): Float32Array => elements(backend, x) as Float32Array;

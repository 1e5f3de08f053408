import * as tf from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import type { Kernel, KernelOverride } from './backend.js';
import { conv2dBackpropFilter, conv2dBackpropInput } from './convolution.js';
import { corrections } from './corrections.js';
import { onCpu } from './fallback.js';
import { batchMatMul, fusedMatMul } from './matmul.js';
import { identity, reverse, slice, split, tile, unpack } from './movement.js';
import { checkPadding, checkPooled } from './padding.js';
import { maxPoolGrad } from './pooling.js';
import { cumulate, mean, sum, unsortedSegmentSum } from './reduction.js';
import { transpose } from './transpose.js';

/** The kernels of `wasm` that training needs and the stock backend lacks or does slowly. */
const overrides: Partial<Record<string, KernelOverride>> = {
  BatchMatMul: batchMatMul,
  _FusedMatMul: fusedMatMul,
  Conv2D: checkPadding,
  FusedConv2D: checkPadding,
  MaxPool: checkPadding,
  AvgPool: checkPadding,
  Conv2DBackpropFilter: () => conv2dBackpropFilter,
  Conv2DBackpropInput: () => conv2dBackpropInput,
  MaxPoolGrad: () => checkPooled(maxPoolGrad),
  AvgPoolGrad: checkPooled,
  Cumsum: cumulate,
  Cumprod: cumulate,
  Sum: sum,
  Mean: mean,
  Identity: identity,
  Transpose: transpose,
  Reverse: reverse,
  Slice: slice,
  SplitV: split,
  Tile: tile,
  Unpack: unpack,
  UnsortedSegmentSum: () => unsortedSegmentSum,
};

const marker = Symbol.for('@cardio/engine/wasm-kernels');

/** Puts our kernels in the place of the stock ones of the `wasm` backend, once per process. The backend's package must be loaded. */
export function registerWasmKernels(): void {
  const realm = globalThis as { [marker]?: true };
  if (realm[marker]) return;
  realm[marker] = true;

  for (const kernelName of new Set([...Object.keys(overrides), ...Object.keys(corrections)])) {
    const stock = tf.getKernel(kernelName, 'wasm') as tf.KernelConfig | undefined;
    const kernel = corrected(kernelName, (backend, inputs, attrs) => {
      if (!stock) throw new Error(`The stock wasm backend has no ${kernelName}`);
      return stock.kernelFunc({ backend, inputs, attrs });
    });
    if (stock) tf.unregisterKernel(kernelName, 'wasm');
    tf.registerKernel({
      ...stock,
      kernelName,
      backendName: 'wasm',
      kernelFunc: ({ inputs, backend, attrs }) =>
        kernel(backend as BackendWasm, inputs as Record<string, tf.TensorInfo>, attrs ?? {}),
    });
  }
}

/** Our kernel, or the stock one where we have none; on the cpu engine where that would be wrong. */
function corrected(kernelName: string, stock: Kernel): Kernel {
  const kernel = overrides[kernelName]?.(stock) ?? stock;
  const isWrong = corrections[kernelName];
  if (!isWrong) return kernel;
  const instead = onCpu(kernelName);
  return (backend, inputs, attrs) => (isWrong(inputs, attrs, backend) ? instead : kernel)(backend, inputs, attrs);
}

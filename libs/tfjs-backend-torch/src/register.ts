import * as tf from '@tensorflow/tfjs-core';
import { loadAddon } from './addon.js';
import { TorchBackend } from './backend.js';
import { convolutions } from './kernels/convolution.js';
import { elementwise } from './kernels/elementwise.js';
import { complexKernels, runOnCpu, throughCpu } from './kernels/fallback.js';
import { fused } from './kernels/fused.js';
import { gathers } from './kernels/gather.js';
import type { Inputs, Kernel } from './kernels/kernel.js';
import { linear } from './kernels/linear.js';
import { normalisations } from './kernels/normalisation.js';
import { pooling } from './kernels/pooling.js';
import { reductions } from './kernels/reduction.js';
import { resizing } from './kernels/resize.js';
import { shapes } from './kernels/shape.js';
import { lowPrecisionSupport } from './precision.js';

/** How the torch backend runs. */
export interface TorchOptions {
  /** Threads that one operation may use; libtorch's own choice (the physical cores) unless given. */
  readonly threads?: number;
  /** Of matrix products, convolutions, LSTM and attention; weights stay float32. Default float32. */
  readonly precision?: 'float32' | 'bfloat16';
  /** Default cpu. `cuda` needs an addon that is linked against a CUDA libtorch. */
  readonly device?: 'cpu' | 'cuda';
}

/** How the torch backend came up. */
export interface TorchInfo {
  readonly threads: number;
  readonly precision: 'float32' | 'bfloat16';
  /** Something the user should know, such as a precision that the CPU lacks. */
  readonly notice?: string;
}

const kernels: Readonly<Record<string, Kernel>> = {
  ...elementwise,
  ...reductions,
  ...linear,
  ...convolutions,
  ...pooling,
  ...shapes,
  ...gathers,
  ...resizing,
  ...normalisations,
  ...fused,
};

/**
 * Makes `torch` a backend of TensorFlow.js, with all kernels: its own, and those of tfjs's cpu backend (which must be loaded) for the rest,
 * each with one warning; `tf.setBackend('torch')` then starts it. Called again, it gives the backend that runs other options.
 *
 * @param addonPath the compiled addon
 * @throws Error where the addon can't be loaded
 */
export function registerTorchBackend(addonPath: string, options: TorchOptions = {}): TorchInfo {
  const running = tf.findBackend('torch') as TorchBackend | null;
  const addon = running?.addon ?? loadAddon(addonPath);
  const missing = options.precision === 'bfloat16' ? lowPrecisionSupport() : undefined;
  const precision = options.precision === 'bfloat16' && missing === undefined ? 'bfloat16' : 'float32';
  const threads = addon.configure(options.threads ?? 0, options.device === 'cuda' ? 1 : 0, precision === 'bfloat16');

  if (!running) tf.registerBackend('torch', () => new TorchBackend(addon), 4);
  for (const [kernelName, kernel] of Object.entries(kernels)) register(kernelName, kernel);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!(kernelName in kernels) && !complexKernels.includes(kernelName)) register(kernelName, throughCpu(kernelName));
  }
  return { threads, precision, ...(missing !== undefined && { notice: missing }) };
}

function register(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, 'torch') as tf.KernelConfig | undefined) tf.unregisterKernel(kernelName, 'torch');
  tf.registerKernel({
    kernelName,
    backendName: 'torch',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const [torch, named, attributes] = [backend as TorchBackend, inputs as Inputs, attrs ?? {}];
      for (const name in named) {
        if (named[name]?.dtype === 'string') return runOnCpu(kernelName, torch, named, attributes);
      }
      return kernel(torch, named, attributes);
    },
  });
}

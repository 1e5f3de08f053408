import * as tf from '@tensorflow/tfjs-core';
import { loadAddon } from './addon.js';
import { TorchBackend } from './backend.js';
import { chooseDevice, type Device } from './device.js';
import { convolutions } from './kernels/convolution.js';
import { elementwise } from './kernels/elementwise.js';
import { runOnCpu, throughCpu } from './kernels/fallback.js';
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
  /** Default `auto`: the GPU where LibTorch can use one, else the CPU. */
  readonly device?: Device | 'auto';
}

/** How the torch backend came up. */
export interface TorchInfo {
  readonly threads: number;
  readonly precision: 'float32' | 'bfloat16';
  readonly device: Device;
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
 * @throws Error where the addon can't be loaded, or the device can't be had
 */
export function registerTorchBackend(addonPath: string, options: TorchOptions = {}): TorchInfo {
  const running = tf.findBackend('torch') as TorchBackend | null;
  const addon = running?.addon ?? loadAddon(addonPath);
  const device = chooseDevice(addon, options.device);
  const missing = options.precision === 'bfloat16' && device === 'cpu' ? lowPrecisionSupport() : undefined;
  const precision = options.precision === 'bfloat16' && missing === undefined ? 'bfloat16' : 'float32';
  const threads = addon.configure(options.threads ?? 0, device === 'cuda' ? 1 : 0, precision === 'bfloat16');

  if (!running) tf.registerBackend('torch', () => new TorchBackend(addon), 4);
  for (const [kernelName, kernel] of Object.entries(kernels)) register(kernelName, kernel);
  for (const { kernelName } of tf.getKernelsForBackend('cpu')) {
    if (!(kernelName in kernels)) register(kernelName, throughCpu(kernelName));
  }
  return { threads, precision, device, ...(missing !== undefined && { notice: missing }) };
}

function register(kernelName: string, kernel: Kernel): void {
  if (tf.getKernel(kernelName, 'torch') as tf.KernelConfig | undefined) tf.unregisterKernel(kernelName, 'torch');
  tf.registerKernel({
    kernelName,
    backendName: 'torch',
    kernelFunc: ({ inputs, backend, attrs }) => {
      const [torch, named, attributes] = [backend as TorchBackend, inputs as Inputs, attrs ?? {}];
      for (const name in named) {
        const dtype = named[name]?.dtype;
        if (dtype === 'string' || dtype === 'complex64') return runOnCpu(kernelName, torch, named, attributes);
      }
      try {
        return kernel(torch, named, attributes);
      } catch (error) {
        throw renamed(error, kernelName, torch);
      }
    },
  });
}

/** An error of the addon starts with the name of its entry; TensorFlow.js's users know the kernel. tfjs-cpu's stay as they are. */
function renamed(error: unknown, kernelName: string, { addon }: TorchBackend): unknown {
  const thrown = error as Error; // of another realm's class, in a test runner
  if (!(kernelName in kernels) || typeof thrown.message !== 'string') return error;
  const [prefix, entry] = /^(\w+): /.exec(thrown.message) ?? [''];
  thrown.message = `${kernelName}: ${thrown.message.slice(entry !== undefined && entry in addon ? prefix.length : 0)}`;
  return error;
}

import type { Addon } from './addon.js';

/** Where tensors are and kernels run. */
export type Device = 'cpu' | 'cuda';

/**
 * The device to use: the one that is asked for, or for `auto` the GPU where LibTorch can use one.
 *
 * @throws Error where CUDA is asked for and can't be had, with what is lacking
 */
export function chooseDevice(addon: Pick<Addon, 'devices'>, asked: Device | 'auto' = 'auto'): Device {
  if (asked === 'cpu') return 'cpu';
  const [hasCuda, gpus] = addon.devices();
  if (gpus > 0) return 'cuda';
  if (asked === 'auto') return 'cpu';
  throw new Error(
    hasCuda
      ? 'the device cuda was asked for, but LibTorch finds no GPU (does nvidia-smi list one, and is its driver new enough?)'
      : 'the device cuda was asked for, but the addon is linked to a LibTorch without CUDA',
  );
}

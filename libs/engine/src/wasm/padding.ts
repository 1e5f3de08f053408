import { backend_util, util } from '@tensorflow/tfjs-core';
import { CardioError } from '@cardio/core';
import type { KernelOverride } from './backend.js';

/**
 * Refuses a padding given as one number for a window or stride that is not square. tfjs-core then computes the width of the result from the
 * window's height and the vertical stride (`computeOutputShape2D` in its conv_util.ts), XNNPACK from its own, and the stock kernel writes
 * past the end of the result.
 */
export const checkPadding: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const window = pair((inputs['filter']?.shape ?? attrs['filterSize']) as number | number[]);
  const strides = pair(attrs['strides'] as number | number[]);
  const isSquare = window[0] === window[1] && strides[0] === strides[1];
  if (typeof attrs['pad'] === 'number' && !isSquare) {
    throw new CardioError(
      'usage',
      `A window of ${window.join('x')} with strides ${strides.join('x')} can't be padded by one number, received ${attrs['pad']}: ` +
        `TensorFlow.js sizes the result wrongly. Say 'same', 'valid' or [[0, 0], [top, bottom], [left, right], [0, 0]].`,
    );
  }
  return stock(backend, inputs, attrs);
};

const pair = (size: number | number[]): number[] => (typeof size === 'number' ? [size, size] : size.slice(0, 2));

/**
 * Refuses the gradient of a pool whose size was rounded (`dimRoundingMode`): tfjs-core forgets the rounding on the way to it, and the kernel
 * would read and write past the end.
 */
export const checkPooled: KernelOverride = (stock) => (backend, inputs, attrs) => {
  const x = inputs['input'] ?? inputs['x'];
  const { outShape } = backend_util.computePool2DInfo(
    x.shape as [number, number, number, number],
    attrs['filterSize'] as [number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as 'same' | 'valid' | number | backend_util.ExplicitPadding,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined,
  );
  if (!util.arraysEqual(outShape, inputs['dy'].shape)) {
    throw new CardioError(
      'usage',
      `A pool over [${x.shape}] that gives [${inputs['dy'].shape}] has no gradient in TensorFlow.js: leave dimRoundingMode out.`,
    );
  }
  return stock(backend, inputs, attrs);
};

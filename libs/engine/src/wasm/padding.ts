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

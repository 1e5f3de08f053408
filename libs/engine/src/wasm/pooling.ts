import { backend_util } from '@tensorflow/tfjs-core';
import { floats, type Kernel } from './backend.js';

/**
 * MaxPoolGrad: `dy [B, Ho, Wo, C]` goes to the first place of each window of `input [B, H, W, C]` that holds the maximum, as on the
 * cpu engine. The stock kernel takes 3 times as long.
 */
export const maxPoolGrad: Kernel = (backend, { dy, input, output }, attrs) => {
  const info = backend_util.computePool2DInfo(
    input.shape as [number, number, number, number],
    attrs['filterSize'] as [number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as 'same' | 'valid' | number | backend_util.ExplicitPadding,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined,
  );
  const {
    batchSize,
    inChannels: channels,
    inHeight,
    inWidth,
    outHeight,
    outWidth,
    filterHeight,
    filterWidth,
    padInfo,
  } = info;
  const dx = backend.makeOutput(input.shape, 'float32');
  const [x, y, gradient, result] = [input, output, dy, dx].map((tensor) => floats(backend, tensor));
  result.fill(0);

  for (let place = 0; place < batchSize * outHeight * outWidth; place++) {
    const image = Math.floor(place / (outHeight * outWidth));
    const top = (Math.floor(place / outWidth) % outHeight) * info.strideHeight - padInfo.top;
    const left = (place % outWidth) * info.strideWidth - padInfo.left;
    const [firstRow, lastRow] = [Math.max(0, top), Math.min(inHeight, top + filterHeight)];
    const [firstColumn, lastColumn] = [Math.max(0, left), Math.min(inWidth, left + filterWidth)];
    for (let channel = 0; channel < channels; channel++) {
      const maximum = y[place * channels + channel];
      window: for (let row = firstRow; row < lastRow; row++) {
        let at = ((image * inHeight + row) * inWidth + firstColumn) * channels + channel;
        for (let column = firstColumn; column < lastColumn; column++, at += channels) {
          if (x[at] !== maximum) continue;
          result[at] += gradient[place * channels + channel];
          break window;
        }
      }
    }
  }
  return dx;
};

import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { backend_util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { CardioError } from '@cardio/core';
import { floats, release, releaseView, run, view, withShape, type Kernel } from './backend.js';

type ConvInfo = backend_util.Conv2DInfo;

/** The largest intermediate buffer of a strided input gradient, in floats (64 MB). */
const maxBufferSize = 1 << 24;

/**
 * Conv2DBackpropInput: `dy [B, Ho, Wo, Co]`, `filter [Kh, Kw, Ci, Co]` -> `dx [B, H, W, Ci]`. With stride 1 it is itself a convolution, of
 * dy with the filter turned by half a turn and its channels swapped, and XNNPACK is fast at those.
 */
export const conv2dBackpropInput: Kernel = (backend, { dy, filter }, attrs) => {
  const info = convInfo(attrs['inputShape'] as number[], filter.shape, attrs);
  const { padInfo, filterHeight, filterWidth, inHeight, inWidth, outHeight, outWidth } = info;
  const [top, left] = [filterHeight - 1 - padInfo.top, filterWidth - 1 - padInfo.left];
  const [bottom, right] = [inHeight - outHeight + padInfo.top, inWidth - outWidth + padInfo.left];
  const isConvolution = info.strideHeight === 1 && info.strideWidth === 1 && Math.min(top, bottom, left, right) >= 0;
  if (!isConvolution) return scatterProducts(backend, dy, filter, info);

  const turned = run('Transpose', backend, { x: filter }, { perm: [0, 1, 3, 2] });
  const flipped = reverseTaps(backend, turned);
  const dx = convolve(backend, dy, flipped, [top, bottom, left, right]);
  release(backend, turned, flipped);
  return dx;
};

/**
 * Conv2DBackpropFilter: `x [B, H, W, Ci]`, `dy [B, Ho, Wo, Co]` -> `dw [Kh, Kw, Ci, Co]`.
 *
 * It too is a convolution: `dw[k, ci, co] = sum over b, t of x[b, k + stride * t, ci] dy[b, t, co]` slides dy, as a filter over as many
 * channels as there are examples, along x, with as many images as there are channels. So two transposes and one XNNPACK call do it,
 * and no patches are copied out (im2col). What was the stride becomes the dilation.
 */
export const conv2dBackpropFilter: Kernel = (backend, { x, dy }, attrs) => {
  const info = convInfo(x.shape, attrs['filterShape'] as number[], attrs);
  const { batchSize, inChannels, outChannels, filterHeight, filterWidth, inHeight, inWidth, padInfo } = info;
  const { strideHeight, strideWidth, outHeight, outWidth } = info;
  const images = run('Transpose', backend, { x }, { perm: [3, 1, 2, 0] });
  const kernel = run('Transpose', backend, { x: dy }, { perm: [1, 2, 0, 3] });

  // Pad so that the result has one place for each tap; where a strided convolution left the end of x unused, it has more, cut off below.
  const bottom = Math.max(0, (outHeight - 1) * strideHeight + filterHeight - padInfo.top - inHeight);
  const right = Math.max(0, (outWidth - 1) * strideWidth + filterWidth - padInfo.left - inWidth);
  // XNNPACK tiles the places of one image: with a height of one, the channels do as its rows, and tiles fill up.
  const isFlat = inHeight === 1 && filterHeight === 1 && padInfo.top === 0 && bottom === 0;
  const product = convolve(
    backend,
    withShape(images, isFlat ? [1, inChannels, inWidth, batchSize] : images.shape),
    kernel,
    [padInfo.top, bottom, padInfo.left, right],
    [strideHeight, strideWidth],
  );
  const [rows, columns] = isFlat ? [1, product.shape[2]] : product.shape.slice(1, 3);
  const places = withShape(product, [inChannels, rows, columns, outChannels]);
  const turned = run('Transpose', backend, { x: places }, { perm: [1, 2, 0, 3] });
  release(backend, images, kernel, product);
  if (rows === filterHeight && columns === filterWidth) return turned;

  const size = [filterHeight, filterWidth, inChannels, outChannels];
  const dw = run('Slice', backend, { x: turned }, { begin: [0, 0, 0, 0], size });
  release(backend, turned);
  return dw;
};

/** The general form of the input gradient: each place of dy times the filter gives a patch of dx, and patches are summed where they overlap. */
function scatterProducts(backend: BackendWasm, dy: TensorInfo, filter: TensorInfo, info: ConvInfo): TensorInfo {
  const { batchSize, outHeight, outWidth, outChannels } = info;
  const patchSize = info.filterHeight * info.filterWidth * info.inChannels;
  const [places, imageSize] = [outHeight * outWidth, info.inHeight * info.inWidth * info.inChannels];
  const dx = backend.makeOutput(info.inShape, 'float32');
  floats(backend, dx).fill(0);

  const matrix = withShape(filter, [patchSize, outChannels]);
  const turned = run('Transpose', backend, { x: matrix }, { perm: [1, 0] });
  const step = Math.max(1, Math.floor(maxBufferSize / (places * patchSize)));
  for (let first = 0; first < batchSize; first += step) {
    const count = Math.min(step, batchSize - first);
    const part = view(backend, dy, [count * places, outChannels], first * places * outChannels);
    const patches = run('BatchMatMul', backend, { a: part, b: turned });
    addPatches(floats(backend, patches), floats(backend, dx).subarray(first * imageSize), count, info);
    releaseView(backend, part);
    release(backend, patches);
  }
  release(backend, turned);
  return dx;
}

/** Adds patches `[count, Ho, Wo, Kh, Kw, Ci]` into images `[count, H, W, Ci]`; what falls into the padding is dropped. */
function addPatches(patches: Float32Array, images: Float32Array, count: number, info: ConvInfo): void {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  let from = 0;
  for (let image = 0; image < count; image++) {
    for (let place = 0; place < outHeight * outWidth; place++) {
      const top = Math.floor(place / outWidth) * info.strideHeight - padInfo.top;
      const left = (place % outWidth) * info.strideWidth - padInfo.left;
      const [first, last] = [Math.max(0, -left), Math.min(filterWidth, inWidth - left)];
      for (let row = 0; row < filterHeight; row++, from += filterWidth * inChannels) {
        if (top + row < 0 || top + row >= inHeight) continue;
        const to = ((image * inHeight + top + row) * inWidth + left) * inChannels;
        for (let i = first * inChannels; i < last * inChannels; i++) images[to + i] += patches[from + i];
      }
    }
  }
}

/** Reverses the order of the `[Ci, Co]` blocks of a filter `[Kh, Kw, Ci, Co]`. */
function reverseTaps(backend: BackendWasm, filter: TensorInfo): TensorInfo {
  const result = backend.makeOutput(filter.shape, 'float32');
  const [from, to] = [floats(backend, filter), floats(backend, result)];
  const block = filter.shape[2] * filter.shape[3];
  for (let start = 0; start < from.length; start += block) {
    to.set(from.subarray(start, start + block), from.length - block - start);
  }
  return result;
}

/** A convolution with stride 1 and explicit padding `[top, bottom, left, right]`. */
function convolve(
  backend: BackendWasm,
  x: TensorInfo,
  filter: TensorInfo,
  [top, bottom, left, right]: number[],
  dilations = [1, 1],
): TensorInfo {
  const pad = [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
  return run('Conv2D', backend, { x, filter }, {
    strides: [1, 1],
    dilations,
    pad,
    dataFormat: 'NHWC',
  } as unknown as NamedAttrMap);
}

function convInfo(inputShape: number[], filterShape: number[], attrs: NamedAttrMap): ConvInfo {
  if (attrs['dataFormat'] !== 'NHWC') {
    throw new CardioError(
      'usage',
      `The wasm engine trains convolutions in NHWC only, received ${String(attrs['dataFormat'])}. Transpose the input.`,
    );
  }
  return backend_util.computeConv2DInfo(
    inputShape as [number, number, number, number],
    filterShape as [number, number, number, number],
    attrs['strides'] as [number, number],
    1,
    attrs['pad'] as 'same' | 'valid' | number | backend_util.ExplicitPadding,
    attrs['dimRoundingMode'] as 'floor' | 'round' | 'ceil' | undefined,
  );
}

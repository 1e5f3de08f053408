import * as tf from '@tensorflow/tfjs-core';
import { typeCode, type TorchBackend } from '../backend.js';
import type { Attributes, Kernel, Kernels } from './kernel.js';

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];

/** For each spatial axis: window, stride, padding before, input, output. */
type Window = (shape: number[], attributes: Attributes) => number[];

const window2d: Window = (shape, { filterSize, strides, pad, dimRoundingMode }) => {
  const info = tf.backend_util.computePool2DInfo(
    shape as Shape4,
    filterSize as number,
    strides as number,
    1,
    pad as 'same',
    dimRoundingMode as 'floor',
  );
  const { padInfo: p } = info;
  return [
    [info.filterHeight, info.strideHeight, p.top, info.inHeight, info.outHeight],
    [info.filterWidth, info.strideWidth, p.left, info.inWidth, info.outWidth],
  ].flat();
};

const window3d: Window = (shape, { filterSize, strides, pad, dimRoundingMode, dataFormat }) => {
  const info = tf.backend_util.computePool3DInfo(
    shape as Shape5,
    filterSize as number,
    strides as number,
    1,
    pad as 'same',
    dimRoundingMode as 'floor',
    (dataFormat as 'NDHWC' | undefined) ?? 'NDHWC',
  );
  const { padInfo: p } = info;
  return [
    [info.filterDepth, info.strideDepth, p.front, info.inDepth, info.outDepth],
    [info.filterHeight, info.strideHeight, p.top, info.inHeight, info.outHeight],
    [info.filterWidth, info.strideWidth, p.left, info.inWidth, info.outWidth],
  ].flat();
};

/** The window of a gradient: tfjs does not tell it how the forward pass rounded its output size, but `dy` has that size. */
const fitted = (window: number[], dy: tf.TensorInfo): number[] =>
  window.map((n, i) => (i % 5 === 4 ? dy.shape[1 + (i - 4) / 5] : n));

const pool =
  (name: 'maxPool' | 'avgPool', window: Window): Kernel =>
  (backend, { x }, attributes) => {
    const places = window(x.shape, attributes);
    const outputs = places.filter((_, i) => i % 5 === 4);
    if (outputs.some((size) => size <= 0)) return empty(backend, x, outputs);
    return backend.wrap(backend.addon[name](backend.handle(x), places), x.dtype);
  };

/** Where the window is larger than the input there is nothing to pool. */
function empty(backend: TorchBackend, x: tf.TensorInfo, outputs: number[]): tf.TensorInfo {
  const shape = [x.shape[0], ...outputs, x.shape[x.shape.length - 1]];
  return backend.wrap(backend.addon.full(shape, 0, typeCode(x.dtype)), x.dtype, shape);
}

const maxGradient =
  (window: Window): Kernel =>
  (backend, { dy, input, output }, attributes) => {
    const [d, x, y] = [dy, input, output].map((t) => backend.handle(t));
    const places = fitted(window(input.shape, attributes), dy);
    return backend.wrap(backend.addon.maxPoolGradient(d, x, y, places), 'float32', input.shape);
  };

const averageGradient =
  (window: Window): Kernel =>
  (backend, { dy, input }, attributes) =>
    backend.wrap(
      backend.addon.avgPoolGradient(backend.handle(dy), input.shape, fitted(window(input.shape, attributes), dy)),
      'float32',
      input.shape,
    );

/** Pooling and its gradients. */
export const pooling: Kernels = {
  MaxPool: pool('maxPool', window2d),
  MaxPoolGrad: maxGradient(window2d),
  AvgPool: pool('avgPool', window2d),
  AvgPoolGrad: averageGradient(window2d),
  MaxPool3D: pool('maxPool', window3d),
  MaxPool3DGrad: maxGradient(window3d),
  AvgPool3D: pool('avgPool', window3d),
  AvgPool3DGrad: averageGradient(window3d),
};

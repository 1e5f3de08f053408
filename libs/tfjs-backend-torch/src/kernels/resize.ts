import type { Handle } from '../addon.js';
import type { TorchBackend } from '../backend.js';
import type { Attributes, Kernel, Kernels } from './kernel.js';

/** Where the pixels of a resized axis come from: as numbers with a fraction. */
function sources(
  from: number,
  to: number,
  { alignCorners, halfPixelCenters }: Attributes,
  bilinear: boolean,
): number[] {
  const ratio = alignCorners && to > 1 ? (from - 1) / (to - 1) : from / to;
  return Array.from({ length: to }, (_, i) => {
    if (!halfPixelCenters) return ratio * i;
    return ratio * (i + 0.5) - (bilinear ? 0.5 : 0);
  });
}

function nearest(from: number, to: number, attributes: Attributes): number[] {
  const round = attributes['alignCorners'] ? Math.round : Math.floor;
  return sources(from, to, attributes, false).map((place) => Math.max(0, Math.min(from - 1, round(place))));
}

/** The two neighbours of each pixel, and the weight of the second. */
function neighbours(from: number, to: number, attributes: Attributes) {
  const places = sources(from, to, attributes, true);
  const low = places.map((place) => Math.max(0, Math.floor(place)));
  const high = places.map((place) => Math.max(0, Math.min(from - 1, Math.ceil(place))));
  const second = places.map((place, i) => Math.max(0, place - low[i]));
  return { low, high, first: second.map((weight) => 1 - weight), second };
}

const axes = [1, 2]; // of [batch, height, width, channels]

/** Both neighbours along one axis, weighted and added; releases `x`. */
function blend({ addon }: TorchBackend, x: Handle, one: (x: Handle) => Handle, other: (x: Handle) => Handle): Handle {
  const [a, b] = [one(x), other(x)];
  const sum = addon.add(a, b);
  [x, a, b].forEach((h) => addon.release(h));
  return sum;
}

function chain({ addon }: TorchBackend, x: Handle, then: (x: Handle) => Handle): Handle {
  const result = then(x);
  addon.release(x);
  return result;
}

const resizeNearest: Kernel = (backend, { images }, attributes) => {
  const size = attributes['size'] as number[];
  let x = backend.addon.alias(backend.handle(images));
  for (const axis of axes) {
    const indices = nearest(images.shape[axis], size[axis - 1], attributes);
    x = chain(backend, x, (h) => backend.addon.pick(h, axis, indices));
  }
  return backend.wrap(x, images.dtype);
};

const resizeNearestGradient: Kernel = (backend, { images, dy }, attributes) => {
  let x = backend.addon.alias(backend.handle(dy));
  for (const axis of axes) {
    const indices = nearest(images.shape[axis], dy.shape[axis], attributes);
    x = chain(backend, x, (h) => backend.addon.spread(h, axis, indices, images.shape[axis]));
  }
  return backend.wrap(x, 'float32', images.shape);
};

const resizeBilinear: Kernel = (backend, { images }, attributes) => {
  const { addon } = backend;
  const size = attributes['size'] as number[];
  let x = addon.cast(backend.handle(images), 0);
  for (const axis of axes) {
    const { low, high, first, second } = neighbours(images.shape[axis], size[axis - 1], attributes);
    const weighted = (indices: number[], weights: number[]) => (h: Handle) =>
      chain(backend, addon.pick(h, axis, indices), (p) => addon.scale(p, axis, weights));
    x = blend(backend, x, weighted(low, first), weighted(high, second));
  }
  return backend.wrap(x, 'float32');
};

const resizeBilinearGradient: Kernel = (backend, { images, dy }, attributes) => {
  const { addon } = backend;
  let x = addon.alias(backend.handle(dy));
  for (const axis of axes) {
    const { low, high, first, second } = neighbours(images.shape[axis], dy.shape[axis], attributes);
    const weighted = (indices: number[], weights: number[]) => (h: Handle) =>
      chain(backend, addon.scale(h, axis, weights), (p) => addon.spread(p, axis, indices, images.shape[axis]));
    x = blend(backend, x, weighted(low, first), weighted(high, second));
  }
  return backend.wrap(x, 'float32', images.shape);
};

/** Resizing of images and its gradients. */
export const resizing: Kernels = {
  ResizeNearestNeighbor: resizeNearest,
  ResizeNearestNeighborGrad: resizeNearestGradient,
  ResizeBilinear: resizeBilinear,
  ResizeBilinearGrad: resizeBilinearGradient,
};

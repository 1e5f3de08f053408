import * as tf from '@tensorflow/tfjs-core';
import { typeCode } from '../backend.js';
import type { Kernel, Kernels } from './kernel.js';
import { pipe } from './pipe.js';

type Pairs = [number, number][];

const identity: Kernel = (backend, { x }) => backend.share(x, x.shape);

const reshape: Kernel = (backend, { x }, attributes) => {
  const size = tf.util.sizeFromShape(x.shape);
  const shape = tf.util.inferFromImplicitShape(attributes['shape'] as number[], size);
  if (tf.util.sizeFromShape(shape) !== size) {
    throw new Error(`a tensor of shape [${x.shape}] can't take the shape [${shape}].`);
  }
  return backend.share(x, shape);
};

const expandDims: Kernel = (backend, { input }, attributes) => {
  const shape = input.shape.slice();
  const dim = attributes['dim'] as number;
  if (dim < -(shape.length + 1) || dim > shape.length) {
    throw new Error(`a tensor of shape [${input.shape}] has no place ${dim} for an axis.`);
  }
  shape.splice(dim < 0 ? dim + shape.length + 1 : dim, 0, 1);
  return backend.share(input, shape);
};

const transpose: Kernel = (backend, { x }, { perm }) =>
  backend.wrap(backend.addon.permute(backend.handle(x), perm as number[]), x.dtype);

const fill: Kernel = (backend, _inputs, attributes) => {
  const { shape, value } = attributes as { shape: number[]; value: number | string };
  const dtype = (attributes['dtype'] as tf.DataType | undefined) ?? tf.util.inferDtype(value);
  if (typeof value === 'string') {
    const values = Array.from({ length: tf.util.sizeFromShape(shape) }, () => tf.util.encodeString(value));
    return { dataId: backend.write(values, shape, 'string'), shape, dtype: 'string' };
  }
  return backend.wrap(backend.addon.full(shape, Number(value), typeCode(dtype)), dtype, shape);
};

const slice: Kernel = (backend, { x }, attributes) => {
  const [begin, size] = tf.slice_util.parseSliceParams(
    x as tf.Tensor,
    attributes['begin'] as number[],
    attributes['size'] as number[],
  );
  tf.slice_util.assertParamsValid(x, begin, size);
  return backend.wrap(backend.addon.slice(backend.handle(x), begin, size), x.dtype, size);
};

const stridedSlice: Kernel = (backend, { x }, attributes) => {
  const a = attributes as unknown as tf.StridedSliceAttrs;
  const info = tf.slice_util.sliceInfo(
    x.shape,
    a.begin,
    a.end,
    a.strides,
    a.beginMask,
    a.endMask,
    a.ellipsisMask,
    a.newAxisMask,
    a.shrinkAxisMask,
  );
  const size = tf.slice_util.computeOutShape(info.begin, info.end, info.strides);
  const result = pipe(
    backend,
    backend.handle(x),
    (h) => backend.addon.stridedSlice(h, info.begin, info.strides, size),
    (h) => backend.addon.reshape(h, info.finalShape),
  );
  return backend.wrap(result, x.dtype, info.finalShape);
};

const pad: Kernel = (backend, { x }, { paddings, constantValue }) =>
  backend.wrap(
    backend.addon.pad(backend.handle(x), (paddings as Pairs).flat(), (constantValue as number | undefined) ?? 0),
    x.dtype,
  );

const mirrorPad: Kernel = (backend, { x }, { paddings, mode }) => {
  const again = mode === 'reflect' ? 0 : 1; // symmetric padding repeats the edge
  const steps = (paddings as Pairs).map(([before, after], axis) => {
    const size = x.shape[axis];
    const from = (i: number) => (i < 0 ? -i - again : i >= size ? 2 * (size - 1) - i + again : i);
    const indices = Array.from({ length: before + size + after }, (_, i) => from(i - before));
    return (h: number) => backend.addon.pick(h, axis, indices);
  });
  return backend.wrap(pipe(backend, backend.handle(x), ...steps), x.dtype);
};

const concat: Kernel = (backend, inputs, attributes) => {
  const xs = Object.values(inputs);
  const [axis] = tf.util.parseAxisParam(attributes['axis'] as number, xs[0].shape);
  const shapes = xs.map((x) => x.shape);
  tf.backend_util.assertParamsConsistent(shapes, axis);
  const handles = xs.filter((x) => tf.util.sizeFromShape(x.shape) > 0).map((x) => backend.handle(x));
  const shape = tf.backend_util.computeOutShape(shapes, axis);
  if (handles.length === 0)
    return backend.wrap(backend.addon.full(shape, 0, typeCode(xs[0].dtype)), xs[0].dtype, shape);
  return backend.wrap(backend.addon.concat(handles, axis), xs[0].dtype, shape);
};

const pack: Kernel = (backend, inputs, attributes) => {
  const xs = Object.values(inputs);
  const other = xs.find(({ dtype }) => dtype !== xs[0].dtype);
  if (other) throw new Error(`tensors of one type are needed; received ${xs[0].dtype} and ${other.dtype}.`);
  const handles = xs.map((x) => backend.handle(x));
  return backend.wrap(backend.addon.stack(handles, attributes['axis'] as number), xs[0].dtype);
};

const unpack: Kernel = (backend, { value }, attributes) =>
  backend.addon
    .unstack(backend.handle(value), attributes['axis'] as number)
    .map((handle) => backend.wrap(handle, value.dtype));

const split: Kernel = (backend, { x }, { numOrSizeSplits, axis }) => {
  const [first] = tf.util.parseAxisParam(axis as number, x.shape);
  const sizes = tf.backend_util.prepareSplitSize(x as tf.Tensor, numOrSizeSplits as number[], first);
  return backend.addon.split(backend.handle(x), sizes, first).map((handle) => backend.wrap(handle, x.dtype));
};

const spaceToBatch: Kernel = (backend, { x }, attributes) => {
  const blockShape = attributes['blockShape'] as number[];
  const block = tf.util.sizeFromShape(blockShape);
  const paddings: Pairs = x.shape.map((_, axis) => (attributes['paddings'] as Pairs)[axis - 1] ?? [0, 0]);
  const padded = x.shape.map((size, axis) => size + paddings[axis][0] + paddings[axis][1]);
  const split = tf.backend_util.getReshaped(padded, blockShape, block, false);
  const order = tf.backend_util.getPermuted(split.length, blockShape.length, false);
  const shape = tf.backend_util.getReshapedPermuted(padded, blockShape, block, false);
  const result = pipe(
    backend,
    backend.handle(x),
    (h) => backend.addon.pad(h, paddings.flat(), 0),
    (h) => backend.addon.reshape(h, split),
    (h) => backend.addon.permute(h, order),
    (h) => backend.addon.reshape(h, shape),
  );
  return backend.wrap(result, x.dtype, shape);
};

const batchToSpace: Kernel = (backend, { x }, attributes) => {
  const blockShape = attributes['blockShape'] as number[];
  const crops = attributes['crops'] as number[][];
  const block = tf.util.sizeFromShape(blockShape);
  const split = tf.backend_util.getReshaped(x.shape, blockShape, block);
  const order = tf.backend_util.getPermuted(split.length, blockShape.length);
  const merged = tf.backend_util.getReshapedPermuted(x.shape, blockShape, block);
  const rest = merged.slice(1 + blockShape.length);
  const begin = [...tf.backend_util.getSliceBeginCoords(crops, blockShape.length), ...rest.map(() => 0)];
  const size = [...tf.backend_util.getSliceSize(merged, crops, blockShape.length), ...rest];
  const result = pipe(
    backend,
    backend.handle(x),
    (h) => backend.addon.reshape(h, split),
    (h) => backend.addon.permute(h, order),
    (h) => backend.addon.reshape(h, merged),
    (h) => backend.addon.slice(h, begin, size),
  );
  return backend.wrap(result, x.dtype, size);
};

const depthToSpace: Kernel = (backend, { x }, attributes) => {
  const block = attributes['blockSize'] as number;
  const last = attributes['dataFormat'] === 'NHWC';
  const [batch, height, width, depth] = last ? x.shape : [x.shape[0], x.shape[2], x.shape[3], x.shape[1]];
  const channels = depth / (block * block);
  const split = last ? [batch, height, width, block, block, channels] : [batch, block, block, channels, height, width];
  const order = last ? [0, 1, 3, 2, 4, 5] : [0, 3, 4, 1, 5, 2];
  const [h, w] = [height * block, width * block];
  const shape = last ? [batch, h, w, channels] : [batch, channels, h, w];
  const result = pipe(
    backend,
    backend.handle(x),
    (t) => backend.addon.reshape(t, split),
    (t) => backend.addon.permute(t, order),
    (t) => backend.addon.reshape(t, shape),
  );
  return backend.wrap(result, x.dtype, shape);
};

/** Kernels that move values. */
export const shapes: Kernels = {
  Identity: identity,
  Reshape: reshape,
  ExpandDims: expandDims,
  Transpose: transpose,
  Fill: fill,
  Slice: slice,
  StridedSlice: stridedSlice,
  PadV2: pad,
  MirrorPad: mirrorPad,
  Concat: concat,
  Pack: pack,
  Unpack: unpack,
  SplitV: split,
  SpaceToBatchND: spaceToBatch,
  BatchToSpaceND: batchToSpace,
  DepthToSpace: depthToSpace,
  Tile: (backend, { x }, { reps }) => backend.wrap(backend.addon.tile(backend.handle(x), reps as number[]), x.dtype),
  BroadcastTo: (backend, { x }, { shape }) =>
    backend.wrap(backend.addon.expand(backend.handle(x), shape as number[]), x.dtype, shape as number[]),
  Reverse: (backend, { x }, { dims }) =>
    backend.wrap(
      backend.addon.flip(backend.handle(x), tf.util.parseAxisParam(dims as number[], x.shape)),
      x.dtype,
      x.shape,
    ),
};

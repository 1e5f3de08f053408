import * as tf from '@tensorflow/tfjs-core';
import { typeCode } from '../backend.js';
import type { Kernel, Kernels } from './kernel.js';
import { pipe } from './pipe.js';

const gather: Kernel = (backend, { x, indices }, attributes) => {
  const [axis] = tf.util.parseAxisParam(attributes['axis'] as number, x.shape);
  const info = tf.backend_util.segment_util.collectGatherOpShapeInfo(
    x as tf.Tensor,
    indices as tf.Tensor,
    axis,
    (attributes['batchDims'] as number | undefined) ?? 0,
  );
  const perBatch = tf.util.sizeFromShape(indices.shape) / info.batchSize;
  const places = backend.addon.reshape(backend.handle(indices), [info.batchSize, perBatch]);
  try {
    const result = pipe(
      backend,
      backend.handle(x),
      (h) => backend.addon.reshape(h, [info.batchSize, info.outerSize, info.dimSize, info.sliceSize]),
      (h) => backend.addon.gather(h, places),
      (h) => backend.addon.reshape(h, info.outputShape),
    );
    return backend.wrap(result, x.dtype, info.outputShape);
  } finally {
    backend.addon.release(places);
  }
};

const gatherNd: Kernel = (backend, { params, indices }) => {
  const [shape, slices, sliceSize] = tf.backend_util.prepareAndValidate(params, indices);
  const depth = indices.shape[indices.shape.length - 1];
  const leading = params.shape.slice(0, depth);
  const rows = backend.addon.reshape(backend.handle(indices), [slices, depth]);
  try {
    const result = pipe(
      backend,
      backend.handle(params),
      (h) => backend.addon.reshape(h, [tf.util.sizeFromShape(leading), sliceSize]),
      (h) => backend.addon.gatherRows(h, rows, leading),
      (h) => backend.addon.reshape(h, shape),
    );
    return backend.wrap(result, params.dtype, shape);
  } finally {
    backend.addon.release(rows);
  }
};

/** @param add whether places that are named twice get the sum of their updates, or the last one */
const scatter =
  (add: boolean): Kernel =>
  (backend, { indices, updates, tensor }, attributes) => {
    const shape = (attributes['shape'] as number[] | undefined) ?? tensor.shape;
    const { sliceRank, numUpdates, sliceSize } = tf.backend_util.calculateShapes(updates, indices, shape);
    const leading = shape.slice(0, sliceRank);
    const { addon } = backend;
    const start = tensor ? addon.alias(backend.handle(tensor)) : addon.full(shape, 0, typeCode(updates.dtype));
    const rows = addon.reshape(backend.handle(indices), [numUpdates, sliceRank]);
    const values = addon.reshape(backend.handle(updates), [numUpdates, sliceSize]);
    try {
      const result = pipe(
        backend,
        start,
        (h) => addon.reshape(h, [tf.util.sizeFromShape(leading), sliceSize]),
        (h) => addon.scatterRows(h, rows, values, leading, add),
        (h) => addon.reshape(h, shape),
      );
      return backend.wrap(result, (tensor ?? updates).dtype, shape);
    } finally {
      [start, rows, values].forEach((h) => addon.release(h));
    }
  };

const oneHot: Kernel = (backend, { indices }, attributes) => {
  const { depth, onValue, offValue } = attributes as { depth: number; onValue: number; offValue: number };
  const dtype = (attributes['dtype'] as tf.DataType | undefined) ?? 'int32';
  const result = backend.addon.oneHot(backend.handle(indices), depth, onValue, offValue, typeCode(dtype));
  return backend.wrap(result, dtype, [...indices.shape, depth]);
};

const range: Kernel = (backend, _inputs, attributes) => {
  const { start, stop, step, dtype } = attributes as { start: number; stop: number; step: number; dtype: tf.DataType };
  const increasing = start < stop;
  // as tfjs: a step of 1 that points the wrong way is turned round
  const by = !increasing && step === 1 ? -1 : step;
  const count = start === stop || increasing !== by > 0 ? 0 : Math.abs(Math.ceil((stop - start) / by));
  return backend.wrap(backend.addon.range(start, by, count, typeCode(dtype)), dtype, [count]);
};

const linSpace: Kernel = (backend, _inputs, attributes) => {
  const { start, stop, num } = attributes as { start: number; stop: number; num: number };
  const step = num > 1 ? (stop - start) / (num - 1) : 0;
  return backend.wrap(backend.addon.range(start, step, num, typeCode('float32')), 'float32', [num]);
};

/** Kernels that read and write at computed places. */
export const gathers: Kernels = {
  GatherV2: gather,
  GatherNd: gatherNd,
  ScatterNd: scatter(true),
  TensorScatterUpdate: scatter(false),
  OneHot: oneHot,
  Range: range,
  LinSpace: linSpace,
  UnsortedSegmentSum: (backend, { x, segmentIds }, { numSegments }) =>
    backend.wrap(
      backend.addon.segmentSum(backend.handle(x), backend.handle(segmentIds), numSegments as number),
      x.dtype,
    ),
  Diag: (backend, { x }) => backend.wrap(backend.addon.diagonal(backend.handle(x)), x.dtype),
};

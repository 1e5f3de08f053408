import * as tf from '@tensorflow/tfjs-core';
import type { Kernel, Kernels } from './kernel.js';

type Name = 'sum' | 'mean' | 'max' | 'min' | 'prod' | 'all' | 'any';

const counted = (dtype: tf.DataType): tf.DataType => (dtype === 'bool' ? 'int32' : dtype);

const reduction =
  (name: Name, dtypeOf: (dtype: tf.DataType) => tf.DataType): Kernel =>
  (backend, { x }, { axis, reductionIndices, keepDims }) => {
    const axes = tf.util.parseAxisParam((axis ?? reductionIndices) as number[], x.shape);
    return backend.wrap(backend.addon[name](backend.handle(x), axes, Boolean(keepDims)), dtypeOf(x.dtype));
  };

const place =
  (name: 'argmax' | 'argmin'): Kernel =>
  (backend, { x }, { axis }) => {
    const [first] = tf.util.parseAxisParam(axis as number, x.shape);
    return backend.wrap(backend.addon[name](backend.handle(x), first), 'int32');
  };

const cumulation =
  (product: boolean): Kernel =>
  (backend, { x }, { axis, exclusive, reverse }) => {
    const [first] = tf.util.parseAxisParam(axis as number, x.shape);
    const result = backend.addon.cumulate(backend.handle(x), first, product, Boolean(exclusive), Boolean(reverse));
    return backend.wrap(result, counted(x.dtype), x.shape);
  };

const topK: Kernel = (backend, { x }, { k }) => {
  const [values, indices] = backend.addon.topk(backend.handle(x), k as number);
  return [backend.wrap(values, x.dtype), backend.wrap(indices, 'int32')];
};

/** Kernels that fold axes away. */
export const reductions: Kernels = {
  Sum: reduction('sum', counted),
  Mean: reduction('mean', () => 'float32'),
  Max: reduction('max', (dtype) => dtype),
  Min: reduction('min', (dtype) => dtype),
  Prod: reduction('prod', counted),
  All: reduction('all', () => 'bool'),
  Any: reduction('any', () => 'bool'),
  ArgMax: place('argmax'),
  ArgMin: place('argmin'),
  Cumsum: cumulation(false),
  Cumprod: cumulation(true),
  TopK: topK,
};

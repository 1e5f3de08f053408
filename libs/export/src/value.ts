import type * as tf from '@tensorflow/tfjs-core';
import { permute, type Values } from './arrays.js';
import { isBatchDim, sameDim, sameDims, type Dim } from './dims.js';

/** What a tfjs tensor is in the graph being built: a constant or a view of a computed tensor. */
export type Value = Constant | View;

/** A tensor known at export. */
export interface Constant {
  readonly kind: 'constant';
  readonly values: Values;
  readonly dims: readonly number[];
  readonly dtype: tf.DataType;
  /** The tfjs variable it came from. */
  readonly name?: string;
}

/**
 * A computed tensor seen in another axis order. tfjs puts channels last and ONNX puts them first; instead of transposing around
 * each convolution, a value remembers how its axes lie in the ONNX tensor, and only an op that needs another order transposes.
 */
export interface View {
  readonly kind: 'view';
  /** Name of the ONNX tensor. */
  readonly name: string;
  /** Number of axes of the ONNX tensor. An axis that `axes` doesn't mention has length 1. */
  readonly rank: number;
  /** For each axis of the tfjs tensor, the axis of the ONNX tensor; null for an axis of length 1 that isn't there. */
  readonly axes: readonly (number | null)[];
  readonly dims: readonly Dim[];
  readonly dtype: tf.DataType;
  /** The value with fewer elements of which this view is a repetition: all that an op with broadcasting needs. */
  readonly repeats?: Value;
}

/** A view of ONNX tensor `name` whose axes are the axes `order` of a tensor of shape `dims`; the others have length 1. */
export function viewOf(name: string, order: readonly number[], dims: readonly Dim[], dtype: tf.DataType): View {
  const axes = dims.map((_, axis) => (order.includes(axis) ? order.indexOf(axis) : null));
  return { kind: 'view', name, rank: order.length, axes, dims, dtype };
}

/** All axes of a value in their own order. */
export const plainOrder = (value: Value): number[] => value.dims.map((_, axis) => axis);

/** The axes of a value in the order in which they lie in the ONNX tensor: the order that costs nothing. */
export function nativeOrder(value: Value): number[] {
  if (value.kind === 'constant') return plainOrder(value);
  const at = (axis: number): number => value.axes[axis] as number;
  return plainOrder(value)
    .filter((axis) => value.axes[axis] !== null)
    .sort((a, b) => at(a) - at(b));
}

/** The native order if it contains `axis`, otherwise the plain one. */
export function orderWith(value: Value, ...axes: number[]): number[] {
  const order = nativeOrder(value);
  return axes.every((axis) => order.includes(axis)) ? order : plainOrder(value);
}

/** Transposes without a node: axis `i` of the result is axis `permutation[i]`. */
export function transposed(value: Value, permutation: readonly number[]): Value {
  if (value.kind === 'constant') {
    const dims = permutation.map((axis) => value.dims[axis]);
    return {
      ...value,
      dims,
      values: isMove(value.dims, permutation) ? value.values : permute(value.values, value.dims, permutation),
    };
  }
  return relaid(
    value,
    permutation.map((axis) => value.axes[axis]),
    permutation.map((axis) => value.dims[axis]),
  );
}

/** Reshapes without a node where only axes of length 1 come or go; undefined if it needs one. */
export function reshapedFreely(value: Value, dims: readonly Dim[]): Value | undefined {
  if (sameDims(value.dims, dims)) return value;
  if (value.kind === 'constant') return dims.some(isBatchDim) ? undefined : { ...value, dims: dims as number[] };
  const axes: (number | null)[] = [];
  let from = 0;
  for (const dim of dims) {
    while (value.dims[from] === 1 && dim !== 1) from++;
    const matches = from < value.dims.length && sameDim(value.dims[from], dim);
    if (!matches && dim !== 1) return undefined;
    axes.push(matches ? value.axes[from++] : null);
  }
  return value.dims.slice(from).every((dim) => dim === 1) ? relaid(value, axes, dims) : undefined;
}

/** The same ONNX tensor seen with other axes. */
export const relaid = (
  { kind, name, rank, dtype }: View,
  axes: readonly (number | null)[],
  dims: readonly Dim[],
): View => ({ kind, name, rank, axes, dims, dtype });

/** Whether a permutation only moves axes of length 1, so that the values keep their order. */
function isMove(dims: readonly number[], permutation: readonly number[]): boolean {
  const long = permutation.filter((axis) => dims[axis] !== 1);
  return long.every((axis, i) => i === 0 || long[i - 1] < axis);
}

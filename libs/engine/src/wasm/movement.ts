import { backend_util, slice_util, util, type Tensor, type TensorInfo } from '@tensorflow/tfjs-core';
import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { elements, run, withShape, type Kernel, type KernelOverride } from './backend.js';

// Kernels that only move elements. The stock ones copy a whole tensor out of the heap to read part of it (Slice, SplitV, Unpack),
// compute an index tuple for every element (Tile), or copy where sharing would do (Identity).

/** Leaves tensors of strings to the stock kernel. */
const numeric =
  (kernel: Kernel): KernelOverride =>
  (stock) =>
  (backend, inputs, attrs) =>
    (inputs['x'] ?? inputs['value']).dtype === 'string'
      ? stock(backend, inputs, attrs)
      : kernel(backend, inputs, attrs);

/** Identity: the same memory with one more reference, as Reshape has it. */
export const identity = numeric((backend, { x }) => {
  backend.incRef(x.dataId);
  return { ...x };
});

/** Slice: copies runs that are contiguous in both tensors. */
export const slice = numeric((backend, { x }, { begin, size }) => {
  const [starts, sizes] = slice_util.parseSliceParams(x as Tensor, begin as number[], size as number[]);
  return copyRegion(backend, x, starts, sizes);
});

/** SplitV: one slice for each part. */
export const split = numeric((backend, { x }, { numOrSizeSplits, axis }) => {
  const $axis = util.parseAxisParam(axis as number, x.shape)[0];
  const starts = x.shape.map(() => 0);
  return backend_util.prepareSplitSize(x as Tensor, numOrSizeSplits as number[] | number, $axis).map((size) => {
    const part = copyRegion(backend, x, starts, x.shape.with($axis, size));
    starts[$axis] += size;
    return part;
  });
});

/** Unpack (unstack): one slice for each index of an axis, without that axis. */
export const unpack = numeric((backend, { value }, attrs) => {
  const axis = util.parseAxisParam(attrs['axis'] as number, value.shape)[0];
  const starts = value.shape.map(() => 0);
  return Array.from({ length: value.shape[axis] }, (_, index) => {
    const part = copyRegion(backend, value, starts.with(axis, index), value.shape.with(axis, 1));
    return withShape(part, value.shape.toSpliced(axis, 1));
  });
});

/** Tile: axis by axis from the last, each a run of elements repeated. */
export const tile = numeric((backend, { x }, attrs) => {
  const reps = attrs['reps'] as number[];
  let result = run('Identity', backend, { x });
  for (let axis = reps.length - 1; axis >= 0; axis--) {
    if (reps[axis] === 1) continue;
    const repeated = repeatAxis(backend, result, axis, reps[axis]);
    backend.disposeData(result.dataId);
    result = repeated;
  }
  return result;
});

/** Reverse: reverses axis by axis, moving runs of elements. */
export const reverse = numeric((backend, { x }, { dims }) => {
  let result = run('Identity', backend, { x });
  for (const axis of util.parseAxisParam(dims as number[], x.shape)) {
    const reversed = reverseAxis(backend, result, axis);
    backend.disposeData(result.dataId);
    result = reversed;
  }
  return result;
});

function copyRegion(backend: BackendWasm, x: TensorInfo, starts: number[], sizes: number[]): TensorInfo {
  const out = backend.makeOutput([...sizes], x.dtype);
  const [from, to] = [elements(backend, x), elements(backend, out)];
  const strides = [...util.computeStrides(x.shape), 1].slice(-x.shape.length);
  let axis = x.shape.length - 1; // the axes from this one on are contiguous in x
  while (axis > 0 && sizes[axis] === x.shape[axis]) axis--;
  const block = x.shape.length === 0 ? 1 : sizes[axis] * strides[axis];
  const origin = starts.reduce((sum, start, i) => sum + start * strides[i], 0);
  for (let at = 0; at < to.length; at += block) {
    let offset = origin;
    for (let i = axis - 1, rest = at / block; i >= 0; i--) {
      offset += (rest % sizes[i]) * strides[i];
      rest = Math.floor(rest / sizes[i]);
    }
    copyRun(from, offset, to, at, block);
  }
  return out;
}

function repeatAxis(backend: BackendWasm, x: TensorInfo, axis: number, count: number): TensorInfo {
  const out = backend.makeOutput(x.shape.with(axis, x.shape[axis] * count), x.dtype);
  const [from, to] = [elements(backend, x), elements(backend, out)];
  const block = util.sizeFromShape(x.shape.slice(axis));
  for (let read = 0, write = 0; read < from.length; read += block, write += block * count) {
    if (block === 1) {
      to.fill(from[read], write, write + count);
      continue;
    }
    copyRun(from, read, to, write, block);
    for (let done = block; done < block * count; done *= 2) {
      to.copyWithin(write + done, write, write + Math.min(done, block * count - done));
    }
  }
  return out;
}

function reverseAxis(backend: BackendWasm, x: TensorInfo, axis: number): TensorInfo {
  const out = backend.makeOutput(x.shape, x.dtype);
  const [from, to] = [elements(backend, x), elements(backend, out)];
  const block = util.sizeFromShape(x.shape.slice(axis + 1));
  const group = block * x.shape[axis];
  for (let start = 0; start < from.length; start += group) {
    for (let i = 0; i < group; i += block) copyRun(from, start + i, to, start + group - block - i, block);
  }
  return out;
}

type Elements = ReturnType<typeof elements>;

function copyRun(from: Elements, read: number, to: Elements, write: number, count: number): void {
  if (count >= 32) to.set(from.subarray(read, read + count), write);
  else for (let i = 0; i < count; i++) to[write + i] = from[read + i];
}

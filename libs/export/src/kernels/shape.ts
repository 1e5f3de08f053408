import * as tf from '@tensorflow/tfjs-core';
import { isBatchDim, sameDim, traceBatches, type Dim } from '../dims.js';
import { nativeOrder, orderWith, plainOrder, transposed, viewOf, type Value } from '../value.js';
import type { Call, KernelTable } from './call.js';

/** Kernels that move, cut, join and repeat. */
export const shape: KernelTable = {
  Identity: (call) => call.operands[0],
  Reshape: (call) => call.graph.reshape(call.operands[0], call.results[0].dims),
  ExpandDims: (call) => call.graph.reshape(call.operands[0], call.results[0].dims),
  Transpose: (call) => transposed(call.operands[0], call.numbers('perm')),

  Concat: (call) => concat(call, call.operands, normal(call.number('axis'), call.results[0])),
  Pack: (call) => {
    const [result] = call.results;
    const axis = normal(call.number('axis', 0), result);
    const dims = result.dims.map((dim, i) => (i === axis ? 1 : dim));
    return concat(
      call,
      call.operands.map((x) => call.graph.reshape(x, dims)),
      axis,
    );
  },
  Unpack: (call) => {
    const [x] = call.operands;
    const axis = normal(call.number('axis', 0), x);
    const order = orderWith(x, axis);
    const name = call.graph.use(x, order);
    const rest = order.filter((a) => a !== axis).map((a) => (a > axis ? a - 1 : a));
    return call.results.map((result, i) =>
      call.graph.view('Gather', [name, call.graph.int(i)], { axis: order.indexOf(axis) }, rest, result),
    );
  },
  SplitV: (call) => {
    const [x] = call.operands;
    const axis = normal(call.number('axis', 0), x);
    const order = orderWith(x, axis);
    const sizes = call.results.map(({ dims }) => fixedDim(call, dims[axis]));
    const names = call.graph.add(
      'Split',
      [call.graph.use(x, order), call.graph.ints(sizes)],
      { axis: order.indexOf(axis) },
      sizes.length,
    );
    return call.results.map(({ dims, dtype }, i) => viewOf(names[i], order, dims, dtype));
  },

  Slice: (call) => {
    const [x] = call.operands;
    const begin = call.step.attrs['begin'] as Dim[];
    return slice(
      call,
      x,
      begin.map((from, axis) => ({ from, length: call.results[0].dims[axis], step: 1 })),
    );
  },
  StridedSlice: (call) => {
    const [x] = call.operands;
    const mask = (name: string): number => call.number(name, 0);
    const atFirstTrace = x.dims.map((dim) => (isBatchDim(dim) ? dim.perBatch * traceBatches[0] + dim.plus : dim));
    const info = tf.slice_util.sliceInfo(
      atFirstTrace,
      call.numbers('begin'),
      call.numbers('end'),
      call.numbers('strides'),
      mask('beginMask'),
      mask('endMask'),
      mask('ellipsisMask'),
      mask('newAxisMask'),
      mask('shrinkAxisMask'),
    );
    const cuts = x.dims.map((dim, axis): Cut => {
      const whole = info.strides[axis] === 1 && info.begin[axis] === 0 && info.end[axis] === atFirstTrace[axis];
      const length = Math.max(0, Math.ceil((info.end[axis] - info.begin[axis]) / info.strides[axis]));
      return { from: info.begin[axis], length: whole ? dim : length, step: info.strides[axis] };
    });
    return call.graph.reshape(slice(call, x, cuts), call.results[0].dims);
  },
  Reverse: (call) => {
    const [x] = call.operands;
    const reversed = call.numbers('dims').map((axis) => normal(axis, x));
    const order = orderWith(x, ...reversed);
    const all = (value: number): string => call.graph.ints(reversed.map(() => value));
    const axes = call.graph.ints(reversed.map((axis) => order.indexOf(axis)));
    return call.graph.view(
      'Slice',
      [call.graph.use(x, order), all(-1), all(Number.MIN_SAFE_INTEGER), axes, all(-1)],
      {},
      order,
      x,
    );
  },

  Tile: (call) => {
    const [x] = call.operands;
    const reps = call.step.attrs['reps'] as Dim[];
    const tiled = plainOrder(x).filter((axis) => reps[axis] !== 1);
    const order = orderWith(x, ...tiled);
    const inputs = [call.graph.use(x, order), call.graph.shape(order.map((axis) => reps[axis]))];
    const tile = call.graph.view('Tile', inputs, {}, order, call.results[0]);
    return tiled.every((axis) => x.dims[axis] === 1) ? { ...tile, repeats: x } : tile;
  },
  PadV2: (call) => pad(call, 'constant', [call.graph.float(call.number('constantValue', 0))]),
  MirrorPad: (call) => {
    if (call.step.attrs['mode'] !== 'reflect') throw call.unsupported('symmetric padding has no ONNX operator');
    return pad(call, 'reflect', []);
  },
};

/** The axis counted from the front. */
export const normal = (axis: number, { dims }: { dims: readonly Dim[] }): number => (axis + dims.length) % dims.length;

/** A length that must not depend on the batch. */
export function fixedDim(call: Call, dim: Dim): number {
  if (isBatchDim(dim)) throw call.unsupported('a length that must be fixed depends on the batch size');
  return dim;
}

function concat(call: Call, operands: readonly Value[], axis: number): Value {
  const first = operands.find((x) => x.kind === 'view') ?? operands[0];
  const native = nativeOrder(first);
  const order = native.length === first.dims.length ? native : plainOrder(first);
  const names = operands.map((x) => call.graph.use(x, order));
  return call.graph.view('Concat', names, { axis: order.indexOf(axis) }, order, call.results[0]);
}

/** What a slice keeps of an axis. */
interface Cut {
  readonly from: Dim;
  readonly length: Dim;
  readonly step: number;
}

function slice(call: Call, x: Value, cuts: readonly Cut[]): Value {
  const cut = cuts.flatMap(({ length }, axis) => (sameDim(length, x.dims[axis]) && cuts[axis].step > 0 ? [] : [axis]));
  const dims = cuts.map(({ length }) => length);
  if (cut.length === 0) return x;
  const order = orderWith(x, ...cut);
  const from = cut.map((axis) => fixedDim(call, cuts[axis].from));
  const steps = cut.map((axis) => cuts[axis].step);
  // a negative end would count from the back, so a backward slice that reaches the front ends before everything
  const ends = cut
    .map((axis, i) => from[i] + fixedDim(call, dims[axis]) * steps[i])
    .map((end) => (end < 0 ? Number.MIN_SAFE_INTEGER : end));
  const axes = cut.map((axis) => order.indexOf(axis));
  const parameters = [from, ends, axes, steps].map((values) => call.graph.ints(values));
  return call.graph.view('Slice', [call.graph.use(x, order), ...parameters], {}, order, { dims, dtype: x.dtype });
}

function pad(call: Call, mode: string, fill: string[]): Value {
  const [x] = call.operands;
  const paddings = call.step.attrs['paddings'] as [number, number][];
  const padded = plainOrder(x).filter((axis) => paddings[axis].some((n) => n !== 0));
  const order = orderWith(x, ...padded);
  const pads = [0, 1].flatMap((side) => order.map((axis) => fixedDim(call, paddings[axis][side])));
  return call.graph.view(
    'Pad',
    [call.graph.use(x, order), call.graph.ints(pads), ...fill],
    { mode },
    order,
    call.results[0],
  );
}

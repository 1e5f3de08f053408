import * as tf from '@tensorflow/tfjs-core';
import { nativeOrder, orderWith, viewOf, type Value } from '../value.js';
import type { Call, Emit, KernelTable } from './call.js';
import { cast, onnxType } from './elementwise.js';

/** Kernels that reduce or scan along axes. */
export const reduction: KernelTable = {
  Mean: reduce('ReduceMean', 'axis'),
  Sum: reduce('ReduceSum', 'axis'),
  Prod: reduce('ReduceProd', 'axis'),
  Min: reduce('ReduceMin', 'axis'),
  Max: reduce('ReduceMax', 'reductionIndices'),
  All: reduceBoolean('ReduceMin'),
  Any: reduceBoolean('ReduceMax'),
  ArgMax: argument('ArgMax'),
  ArgMin: argument('ArgMin'),
  Softmax: along('Softmax', (call) => call.number('dim')),
  LogSoftmax: along('LogSoftmax', (call) => call.number('axis')),
  Cumsum: (call) => {
    const [x] = call.operands;
    const [axis] = axesOf(call, x, 'axis');
    const order = orderWith(x, axis);
    const flags = { exclusive: call.step.attrs['exclusive'] ? 1 : 0, reverse: call.step.attrs['reverse'] ? 1 : 0 };
    return call.graph.view('CumSum', [call.graph.use(x, order), call.graph.int(order.indexOf(axis))], flags, order, x);
  },
};

/** The axes an attribute names, counted from the front; all of them if it names none. */
function axesOf(call: Call, x: Value, attribute: string): number[] {
  const given = call.step.attrs[attribute];
  const rank = x.dims.length;
  return tf.util.parseAxisParam(
    given == null ? (null as never) : call.numbers(attribute),
    Array.from({ length: rank }, () => 1),
  );
}

function reduce(op: string, attribute: string): Emit {
  return (call) => {
    const [x] = call.operands;
    const [result] = call.results;
    const axes = axesOf(call, x, attribute);
    const native = nativeOrder(x);
    const positions = native.flatMap((axis, i) => (axes.includes(axis) ? [i] : []));
    const name = call.graph.use(x, native);
    const reduced =
      positions.length > 0 ? call.graph.add(op, [name, call.graph.ints(positions)], { keepdims: 0 })[0] : name;
    const newIndex = (axis: number): number =>
      call.step.attrs['keepDims'] ? axis : axis - axes.filter((a) => a < axis).length;
    const order = native.filter((axis) => !axes.includes(axis)).map(newIndex);
    return viewOf(reduced, order, result.dims, result.dtype);
  };
}

function reduceBoolean(op: string): Emit {
  return (call) => {
    const [x] = call.operands;
    const [result] = call.results;
    const asInt = cast(x, { dims: x.dims, dtype: 'int32' }, call.graph);
    const reduced = reduce(op, 'axis')({ ...call, operands: [asInt] }) as Value;
    return cast(reduced, result, call.graph);
  };
}

function argument(op: string): Emit {
  return (call) => {
    const [x] = call.operands;
    const [result] = call.results;
    const [axis] = axesOf(call, x, 'axis');
    const order = orderWith(x, axis);
    const index = call.graph.add(op, [call.graph.use(x, order)], { axis: order.indexOf(axis), keepdims: 0 });
    const rest = order.filter((a) => a !== axis).map((a) => (a > axis ? a - 1 : a));
    return call.graph.view('Cast', index, { to: onnxType.int32 }, rest, result);
  };
}

/** A kernel that normalises along one axis. */
function along(op: string, axisOf: (call: Call) => number): Emit {
  return (call) => {
    const [x] = call.operands;
    const axis = (axisOf(call) + x.dims.length) % x.dims.length;
    const order = orderWith(x, axis);
    return call.graph.view(op, [call.graph.use(x, order)], { axis: order.indexOf(axis) }, order, x);
  };
}

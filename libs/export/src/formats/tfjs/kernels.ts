import * as tf from '@tensorflow/tfjs-core';
import { isBatchDim, sameDim } from '../../dims.js';
import { attribute } from './graph-def.js';
import { atFirstTrace, type Call, type Emit, type KernelTable } from './call.js';
import { weighing } from './weighing.js';

/** A kernel that TensorFlow has with the same operands and without attributes. */
const as =
  (op: string): Emit =>
  ({ graph, operands }) =>
    graph.add(op, operands);

const alike = (...names: string[]): KernelTable => Object.fromEntries(names.map((name) => [name, as(name)]));

/** How each kernel of TensorFlow.js is written in the graph. A new one is one more line. */
export const kernels: KernelTable = {
  ...weighing,

  ...alike(
    'Abs',
    'Acos',
    'Acosh',
    'Asin',
    'Asinh',
    'Atan',
    'Atanh',
    'Ceil',
    'Cos',
    'Cosh',
    'Elu',
    'Erf',
    'Exp',
    'Expm1',
  ),
  ...alike('Floor', 'Log', 'Log1p', 'Neg', 'Reciprocal', 'Relu', 'Relu6', 'Round', 'Rsqrt', 'Selu', 'Sigmoid', 'Sign'),
  ...alike(
    'Sin',
    'Sinh',
    'Softplus',
    'Sqrt',
    'Square',
    'Tan',
    'Tanh',
    'IsNan',
    'IsInf',
    'IsFinite',
    'LogicalNot',
    'Identity',
  ),
  ...alike(
    'Sub',
    'RealDiv',
    'FloorDiv',
    'Mod',
    'Maximum',
    'Minimum',
    'Pow',
    'SquaredDifference',
    'AddN',
    'Prelu',
    'Atan2',
  ),
  ...alike('Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'LogicalAnd', 'LogicalOr', 'GatherNd'),
  Add: as('AddV2'),
  Multiply: as('Mul'),
  Select: as('SelectV2'),
  LeakyRelu: ({ graph, operands, number }) =>
    graph.add('LeakyRelu', operands, { alpha: attribute.float(number('alpha')) }),
  ClipByValue: ({ graph, operands, number }) =>
    graph.add('ClipByValue', [...operands, graph.float(number('clipValueMin')), graph.float(number('clipValueMax'))]),
  Step: ({ graph, operands: [x], number }) => {
    const isPositive = graph.add('Greater', [x, graph.float(0)]);
    return graph.add('SelectV2', [isPositive, graph.float(1), graph.float(number('alpha', 0))]);
  },
  Cast: ({ graph, operands, results: [{ dtype }] }) => graph.add('Cast', operands, { DstT: attribute.type(dtype) }),

  Mean: reduce('axis'),
  Sum: reduce('axis'),
  Prod: reduce('axis'),
  Min: reduce('axis'),
  Max: reduce('reductionIndices'),
  All: reduce('axis'),
  Any: reduce('axis'),
  ArgMax: argument,
  ArgMin: argument,
  Softmax: alongLast('dim'),
  LogSoftmax: alongLast('axis'),
  Cumsum: ({ graph, operands, number, step: { attrs } }) =>
    graph.add('Cumsum', [...operands, graph.int(number('axis', 0))], {
      exclusive: attribute.bool(attrs['exclusive']),
      reverse: attribute.bool(attrs['reverse']),
    }),

  Reshape: reshape,
  ExpandDims: reshape,
  Transpose: ({ graph, operands, numbers }) => graph.add('Transpose', [...operands, graph.ints(numbers('perm'))]),
  Concat: ({ graph, operands, number }) =>
    graph.add('ConcatV2', [...operands, graph.int(number('axis'))], { N: attribute.int(operands.length) }),
  Pack: ({ graph, operands, number }) =>
    graph.add('Pack', operands, { axis: attribute.int(number('axis', 0)), N: attribute.int(operands.length) }),
  Unpack: ({ graph, operands, results, number }) => {
    const attributes = { axis: attribute.int(number('axis', 0)), num: attribute.int(results.length) };
    return several(graph.add('Unpack', operands, attributes), results.length);
  },
  SplitV: (call) => {
    const { graph, operands, results } = call;
    const axis = axesOf(call, 'axis')[0];
    const sizes = graph.shape(results.map(({ dims }) => dims[axis]));
    const attributes = { num_split: attribute.int(results.length) };
    return several(graph.add('SplitV', [...operands, sizes, graph.int(axis)], attributes), results.length);
  },
  Slice: (call) => {
    const { graph, operands, results, numbers, dims } = call;
    const own = dims('x');
    const begin = numbers('begin');
    const from = own.map((_, axis) => begin[axis] ?? 0);
    // a length of -1 goes to the end
    const size = results[0].dims.map((dim, axis) => (from[axis] === 0 && sameDim(dim, own[axis]) ? -1 : dim));
    return graph.add('Slice', [...operands, graph.ints(from), graph.shape(size)]);
  },
  StridedSlice: ({ graph, operands, numbers, number, step }) => {
    const ends = [step.attrs['end']].flat().map((end) => (isBatchDim(end) ? end : Number(end)));
    const inputs = [graph.ints(numbers('begin')), graph.shape(ends), graph.ints(numbers('strides'))];
    const mask = (name: string): { i: string } => ({ i: String(number(name, 0)) });
    return graph.add('StridedSlice', [...operands, ...inputs], {
      ...{ begin_mask: mask('beginMask'), end_mask: mask('endMask'), ellipsis_mask: mask('ellipsisMask') },
      ...{ new_axis_mask: mask('newAxisMask'), shrink_axis_mask: mask('shrinkAxisMask') },
    });
  },
  Reverse: ({ graph, operands, numbers }) => graph.add('ReverseV2', [...operands, graph.ints(numbers('dims'))]),
  Tile: ({ graph, operands, step }) => graph.add('Tile', [...operands, graph.shape(step.attrs['reps'] as number[])]),
  PadV2: (call) => {
    const { graph, operands, number } = call;
    return graph.add('PadV2', [...operands, paddings(call), graph.float(number('constantValue', 0))]);
  },
  MirrorPad: (call) => {
    const mode = attribute.text(String(call.step.attrs['mode']).toUpperCase());
    return call.graph.add('MirrorPad', [...call.operands, paddings(call)], { mode });
  },

  GatherV2: ({ graph, operand, number }) =>
    graph.add('GatherV2', [operand('x'), operand('indices'), graph.int(number('axis', 0))], {
      batch_dims: attribute.int(number('batchDims', 0)),
    }),
  OneHot: ({ graph, operands, results: [{ dtype }], number }) => {
    const values = [graph.int(number('depth')), graph.float(number('onValue', 1)), graph.float(number('offValue', 0))];
    return graph.add('OneHot', [...operands, ...values], { T: attribute.type(dtype) });
  },
  ResizeNearestNeighbor: resize,
  ResizeBilinear: resize,
};

/** A reduction along the axes that an attribute names; along all of them if it names none. */
function reduce(name: string): Emit {
  return (call) => {
    const { graph, operands, step } = call;
    const keep_dims = attribute.bool(step.attrs['keepDims']);
    return graph.add(step.kernel, [...operands, graph.ints(axesOf(call, name))], { keep_dims });
  };
}

function argument(call: Call): string {
  return call.graph.add(call.step.kernel, [...call.operands, call.graph.int(axesOf(call, 'axis')[0])]);
}

/** TensorFlow's own normalise along the last axis, as tfjs does but where it is told otherwise. */
function alongLast(name: string): Emit {
  return ({ graph, operands, results: [{ dims }], step, number, unsupported }) => {
    if (![-1, dims.length - 1].includes(number(name, -1))) throw unsupported('it is mapped along the last axis only');
    return graph.add(step.kernel, operands);
  };
}

function axesOf({ step, results, dims }: Call, name: string): number[] {
  const { length } = Object.keys(step.inputs).includes('x') ? dims('x') : results[0].dims;
  const given = step.attrs[name] as number | number[] | null | undefined;
  const shape = Array.from({ length }, () => 1);
  return tf.util.parseAxisParam(given ?? (null as never), shape);
}

function reshape({ graph, operands, results: [{ dims }] }: Call): string {
  const isFree = dims.filter(isBatchDim).length === 1; // one length can be left to the runtime
  return graph.add('Reshape', [...operands, graph.shape(isFree ? dims.map((d) => (isBatchDim(d) ? -1 : d)) : dims)]);
}

function paddings({ graph, step, unsupported }: Call): string {
  const pairs = step.attrs['paddings'] as [number, number][];
  if (pairs.flat().some(isBatchDim)) throw unsupported('its padding depends on the batch size');
  return graph.ints(pairs.flat(), [pairs.length, 2]);
}

function resize({ graph, operands, results: [{ dims }], step }: Call): string {
  return graph.add(step.kernel, [...operands, graph.ints(dims.slice(1, 3).map(atFirstTrace))], {
    align_corners: attribute.bool(step.attrs['alignCorners']),
    half_pixel_centers: attribute.bool(step.attrs['halfPixelCenters']),
  });
}

const several = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => (i === 0 ? name : `${name}:${i}`));

import { isBatchDim, type Dim } from '../../dims.js';
import type { Call, KernelTable } from './call.js';
import { attribute, type Attributes } from './graph-def.js';

/** Convolution, pooling, products of matrices and normalisation with given statistics. */
export const weighing: KernelTable = {
  Conv2D: (call) => call.graph.add('Conv2D', [call.operand('x'), call.operand('filter')], geometry(call)),
  FusedConv2D: (call) => fused(call, '_FusedConv2D', 'Conv2D', ['x', 'filter'], geometry(call)),
  DepthwiseConv2dNative: (call) =>
    call.graph.add('DepthwiseConv2dNative', [call.operand('x'), call.operand('filter')], geometry(call)),
  FusedDepthwiseConv2D: (call) =>
    fused(call, 'FusedDepthwiseConv2dNative', 'DepthwiseConv2dNative', ['x', 'filter'], geometry(call)),
  Conv2DBackpropInput: (call) => {
    const { graph, step } = call;
    const shape = graph.shape(step.attrs['inputShape'] as Dim[]);
    return graph.add('Conv2DBackpropInput', [shape, call.operand('filter'), call.operand('dy')], geometry(call));
  },
  MaxPool: (call) => pool(call, 'MaxPool'),
  AvgPool: (call) => pool(call, 'AvgPool'),

  BatchMatMul: (call) =>
    call.graph.add('BatchMatMulV2', [call.operand('a'), call.operand('b')], {
      adj_x: attribute.bool(call.step.attrs['transposeA']),
      adj_y: attribute.bool(call.step.attrs['transposeB']),
    }),
  _FusedMatMul: (call) =>
    fused(call, '_FusedMatMul', 'MatMul', ['a', 'b'], {
      transpose_a: attribute.bool(call.step.attrs['transposeA']),
      transpose_b: attribute.bool(call.step.attrs['transposeB']),
    }),

  FusedBatchNorm: (call) => {
    const { graph, has, operand, dims, number } = call;
    const all = (value: number): string => {
      const shape = dims('mean') as number[];
      const length = shape.reduce((a, b) => a * b, 1);
      return graph.constant(new Float32Array(length).fill(value), shape, 'float32');
    };
    const scale = has('scale') ? operand('scale') : all(1);
    const offset = has('offset') ? operand('offset') : all(0);
    return graph.add('FusedBatchNormV3', [operand('x'), scale, offset, operand('mean'), operand('variance')], {
      epsilon: attribute.float(number('varianceEpsilon')),
      is_training: attribute.bool(false),
    });
  },
};

/** TensorFlow's names of the activations that its fused operators take. */
const activations: Readonly<Record<string, string>> = {
  ...{ relu: 'Relu', relu6: 'Relu6', elu: 'Elu', sigmoid: 'Sigmoid', leakyrelu: 'LeakyRelu', prelu: 'Prelu' },
};

/** One node with bias and activation, where there is a bias; where there is none, the plain operator and the activation. */
function fused(call: Call, op: string, plain: string, names: readonly string[], attributes: Attributes): string {
  const { graph, operand, has, step, number, unsupported } = call;
  const inputs = names.map(operand);
  const activation = String(step.attrs['activation'] ?? 'linear');
  if (activation !== 'linear' && !(activation in activations))
    throw unsupported(`the activation \`${activation}\` is not mapped`);
  const slope = activation === 'prelu' ? [operand('preluActivationWeights')] : [];
  const alpha = activation === 'leakyrelu' ? attribute.float(number('leakyreluAlpha')) : undefined;
  if (!has('bias')) {
    const y = graph.add(plain, inputs, attributes);
    return activation === 'linear' ? y : graph.add(activations[activation], [y, ...slope], alpha && { alpha });
  }
  return graph.add(op, [...inputs, operand('bias'), ...slope], {
    ...attributes,
    fused_ops: attribute.texts(['BiasAdd', ...(activation === 'linear' ? [] : [activations[activation]])]),
    num_args: attribute.int(1 + slope.length),
    ...(alpha && { leakyrelu_alpha: alpha }),
  });
}

function geometry(call: Call): Attributes {
  const { step, unsupported } = call;
  const { dataFormat = 'NHWC', dilations = 1, dimRoundingMode } = step.attrs;
  if (dataFormat !== 'NHWC') throw unsupported('only channels-last data is mapped');
  if (dimRoundingMode && typeof step.attrs['pad'] === 'number')
    throw unsupported('a rounding mode of lengths is not mapped');
  return {
    ...{ strides: square(step.attrs['strides']), dilations: square(dilations) },
    ...padding(call),
    data_format: attribute.text('NHWC'),
  };
}

/** An amount for height and width, one or two numbers, as one for each of four axes. */
function square(value: unknown): Attributes[string] {
  const [height, width = height] = [value].flat() as number[];
  return attribute.ints([1, height, width, 1]);
}

/** `same`, `valid`, an amount for each side, or amounts by axis and side. */
function padding({ step, unsupported }: Call): Attributes {
  const { pad } = step.attrs;
  if (typeof pad === 'string') return { padding: attribute.text(pad.toUpperCase()) };
  const pads = typeof pad === 'number' ? [0, 0, pad, pad, pad, pad, 0, 0] : (pad as number[][]).flat();
  if (pads.some(isBatchDim)) throw unsupported('its padding depends on the batch size');
  if (pads.every((n) => n === 0)) return { padding: attribute.text('VALID') };
  return { padding: attribute.text('EXPLICIT'), explicit_paddings: attribute.ints(pads) };
}

function pool(call: Call, op: string): string {
  const { graph, step, operands, unsupported } = call;
  const { strides, filterSize, dimRoundingMode, dilations = 1 } = step.attrs;
  const pads = padding(call);
  if ('explicit_paddings' in pads || dimRoundingMode || [dilations].flat().some((n) => n !== 1))
    throw unsupported('padding by numbers, dilation and rounding modes have no form there');
  return graph.add(op, operands, { ksize: square(filterSize), strides: square(strides), ...pads });
}

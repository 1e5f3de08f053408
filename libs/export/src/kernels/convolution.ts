import * as tf from '@tensorflow/tfjs-core';
import { transposed, viewOf, type Value } from '../value.js';
import type { Call, KernelTable } from './call.js';
import { activate, addValues } from './elementwise.js';
import { fixedDim } from './shape.js';

type Info = tf.backend_util.Conv2DInfo;
type Shape4 = [number, number, number, number];

/**
 * Convolution and pooling. tfjs has images as [B, H, W, C], ONNX as [B, C, H, W]; tfjs writes 1-D ones as 2-D ones with H or W of 1,
 * which become 1-D ones again.
 */
export const convolution: KernelTable = {
  Conv2D: (call) => convolve(call),
  FusedConv2D: (call) => fused(call, convolve(call)),
  DepthwiseConv2dNative: (call) => depthwise(call),
  FusedDepthwiseConv2D: (call) => fused(call, depthwise(call)),
  Conv2DBackpropInput: (call) => transposedConvolution(call),
  MaxPool: (call) => pool(call, 'MaxPool'),
  AvgPool: (call) => pool(call, 'AveragePool'),
};

function convolve(call: Call): Value {
  return emitConvolution(call, infoOf(call, call.operand('x'), false), call.operand('filter'), 1);
}

function depthwise(call: Call): Value {
  const info = infoOf(call, call.operand('x'), true);
  const filter = call.operand('filter');
  const [height, width, channels, multiplier] = filter.dims;
  const grouped = call.graph.reshape(transposed(filter, [0, 1, 3, 2]), [height, width, multiplier, channels]);
  // [H, W, C, M] → [C, M, H, W] → [C * M, 1, H, W], seen as a filter [H, W, 1, C * M]
  const stacked = call.graph.reshape(transposed(grouped, [3, 2, 0, 1]), [info.outChannels, 1, height, width]);
  return emitConvolution(call, info, transposed(stacked, [2, 3, 1, 0]), fixedDim(call, channels));
}

function emitConvolution(call: Call, info: Info, filter: Value, group: number): Value {
  const { graph } = call;
  const [result] = call.results;
  const axes = spatialAxes(info);
  const order = [0, 3, ...axes];
  const inputs = [graph.use(call.operand('x'), order), graph.use(filter, [3, 2, ...axes.map((axis) => axis - 1)])];
  const attributes = { ...geometry(info, axes), dilations: pick(axes, info.dilationHeight, info.dilationWidth), group };
  return viewOf(graph.add('Conv', inputs, attributes)[0], order, result.dims, result.dtype);
}

function transposedConvolution(call: Call): Value {
  const { graph } = call;
  const [result] = call.results;
  const filter = call.operand('filter'); // [H, W, channels of the result, channels of dy]
  const dy = call.operand('dy');
  const info = infoOf(call, result, false);
  const axes = spatialAxes(info);
  const order = [0, 3, ...axes];
  const { pads, strides, kernel_shape } = geometry(info, axes);
  const output_padding = axes.map((axis, i) => {
    const length = (fixedDim(call, dy.dims[axis]) - 1) * strides[i] + kernel_shape[i] - pads[i] - pads[i + axes.length];
    return fixedDim(call, result.dims[axis]) - length;
  });
  const inputs = [graph.use(dy, order), graph.use(filter, [3, 2, ...axes.map((axis) => axis - 1)])];
  return graph.view('ConvTranspose', inputs, { pads, strides, kernel_shape, output_padding }, order, result);
}

function pool(call: Call, op: string): Value {
  const [x] = call.operands;
  const [result] = call.results;
  const { filterSize, strides, pad, dimRoundingMode } = call.step.attrs as {
    filterSize: number;
    strides: number;
    pad: 'same';
    dimRoundingMode?: 'ceil';
  };
  const info = tf.backend_util.computePool2DInfo(imageShape(call, x), filterSize, strides, 1, pad, dimRoundingMode);
  const axes = spatialAxes(info);
  const order = [0, 3, ...axes];
  const ceil_mode = dimRoundingMode === 'ceil' ? 1 : 0;
  return call.graph.view(op, [call.graph.use(x, order)], { ...geometry(info, axes), ceil_mode }, order, result);
}

/** Adds a fused kernel's bias and activation. */
function fused(call: Call, y: Value): Value {
  const bias = call.optional('bias');
  return activate(call, bias ? addValues(call, y, bias) : y, call.results[0]);
}

/** Sizes and paddings as tfjs itself computes them. */
function infoOf(call: Call, image: { dims: Value['dims'] }, isDepthwise: boolean): Info {
  const { strides, dilations, pad, dimRoundingMode, dataFormat } = call.step.attrs as {
    strides: number;
    dilations?: number;
    pad: 'same';
    dimRoundingMode?: 'floor';
    dataFormat?: string;
  };
  if (dataFormat === 'NCHW') throw call.unsupported('only channels-last data is mapped to ONNX');
  const filter = call.operand('filter').dims.map((dim) => fixedDim(call, dim)) as Shape4;
  return tf.backend_util.computeConv2DInfo(
    imageShape(call, image),
    filter,
    strides,
    dilations ?? 1,
    pad,
    dimRoundingMode,
    isDepthwise,
  );
}

/** [1, H, W, C]: the batch plays no part in sizes and paddings. */
const imageShape = (call: Call, { dims }: { dims: Value['dims'] }): Shape4 =>
  [1, ...dims.slice(1).map((dim) => fixedDim(call, dim))] as Shape4;

/** The axes of [B, H, W, C] along which anything happens; at least one. */
function spatialAxes(info: Info): number[] {
  const rows = info.inHeight > 1 || info.filterHeight > 1 || info.outHeight > 1;
  const columns = info.inWidth > 1 || info.filterWidth > 1 || info.outWidth > 1;
  return rows && columns ? [1, 2] : rows ? [1] : [2];
}

const pick = (axes: readonly number[], height: number, width: number): number[] =>
  axes.map((axis) => (axis === 1 ? height : width));

function geometry(info: Info, axes: readonly number[]): { kernel_shape: number[]; strides: number[]; pads: number[] } {
  const { top, left, bottom, right } = info.padInfo;
  return {
    kernel_shape: pick(axes, info.filterHeight, info.filterWidth),
    strides: pick(axes, info.strideHeight, info.strideWidth),
    pads: [...pick(axes, top, left), ...pick(axes, bottom, right)],
  };
}

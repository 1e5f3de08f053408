import * as tf from '@tensorflow/tfjs-core';
import type { Handle } from '../addon.js';
import { activationCode } from './activation.js';
import type { Attributes, Kernel, Kernels } from './kernel.js';

type Shape4 = [number, number, number, number];
type Shape5 = [number, number, number, number, number];
type Padding = number | 'same' | 'valid' | tf.backend_util.ExplicitPadding;

/** The numbers of an axis for the addon: stride, dilation, padding before and after, kernel, input, output. */
type Axis = [number, number, number, number, number, number, number];

interface Plan {
  readonly geometry: number[];
  readonly channelsFirst: boolean;
}

function plan2d(xShape: number[], filterShape: number[], attributes: Attributes, depthwise = false): Plan {
  const { strides, pad, dilations, dimRoundingMode, dataFormat } = attributes;
  const info = tf.backend_util.computeConv2DInfo(
    xShape as Shape4,
    filterShape as Shape4,
    strides as number,
    (dilations as number | null | undefined) ?? 1,
    pad as Padding,
    dimRoundingMode as 'floor',
    depthwise,
    tf.backend_util.convertConv2DDataFormat((dataFormat as 'NHWC' | undefined) ?? 'NHWC'),
  );
  const { padInfo: p } = info;
  const height: Axis = [
    info.strideHeight,
    info.dilationHeight,
    p.top,
    p.bottom,
    info.filterHeight,
    info.inHeight,
    info.outHeight,
  ];
  const width: Axis = [
    info.strideWidth,
    info.dilationWidth,
    p.left,
    p.right,
    info.filterWidth,
    info.inWidth,
    info.outWidth,
  ];
  return { geometry: [...height, ...width], channelsFirst: info.dataFormat === 'channelsFirst' };
}

function plan3d(xShape: number[], filterShape: number[], { strides, pad, dilations }: Attributes): number[] {
  const info = tf.backend_util.computeConv3DInfo(
    xShape as Shape5,
    filterShape as Shape5,
    strides as number,
    (dilations as number | null | undefined) ?? 1,
    pad as 'same',
  );
  const { padInfo: p } = info;
  const axes: Axis[] = [
    [info.strideDepth, info.dilationDepth, p.front, p.back, info.filterDepth, info.inDepth, info.outDepth],
    [info.strideHeight, info.dilationHeight, p.top, p.bottom, info.filterHeight, info.inHeight, info.outHeight],
    [info.strideWidth, info.dilationWidth, p.left, p.right, info.filterWidth, info.inWidth, info.outWidth],
  ];
  return axes.flat();
}

/** The plan of a gradient: tfjs does not tell it how the forward pass rounded its output size, but `dy` has that size. */
function fitted({ geometry, channelsFirst }: Plan, dy: tf.TensorInfo): Plan {
  const [height, width] = channelsFirst ? dy.shape.slice(2) : dy.shape.slice(1);
  return { geometry: [...geometry.slice(0, 6), height, ...geometry.slice(7, 13), width], channelsFirst };
}

/** One number for each channel, as it broadcasts where the channels come before the space. */
const perChannel = (values: tf.TensorInfo): tf.TensorInfo =>
  values.shape.length === 1 && values.shape[0] !== 1 ? { ...values, shape: [values.shape[0], 1, 1] } : values;

/** Forward in 2 dimensions; the fused kernels bring a bias and an activation. */
const forward =
  (depthwise: boolean): Kernel =>
  (backend, inputs, attributes) => {
    const { x, filter, bias, preluActivationWeights: slope } = inputs;
    const { geometry, channelsFirst } = plan2d(x.shape, filter.shape, attributes, depthwise);
    const aligned = (values: tf.TensorInfo): Handle => backend.handle(channelsFirst ? perChannel(values) : values);
    if (!depthwise) backend.addon.arrange(backend.baseHandle(filter));
    return backend.wrap(
      backend.addon.convolution(
        backend.handle(x),
        backend.handle(filter),
        geometry,
        channelsFirst,
        depthwise,
        bias && backend.handle(bias),
        activationCode(attributes['activation']),
        slope && aligned(slope),
        (attributes['leakyreluAlpha'] as number | undefined) ?? 0.2,
      ),
      'float32',
    );
  };

const inputGradient =
  (depthwise: boolean): Kernel =>
  (backend, { dy, filter }, attributes) => {
    const shape = attributes['inputShape'] as number[];
    const { geometry, channelsFirst } = fitted(plan2d(shape, filter.shape, attributes, depthwise), dy);
    const [d, w] = [backend.handle(dy), backend.handle(filter)];
    return backend.wrap(
      backend.addon.convolutionInput(d, w, geometry, channelsFirst, depthwise, shape),
      'float32',
      shape,
    );
  };

const filterGradient =
  (depthwise: boolean): Kernel =>
  (backend, { x, dy }, attributes) => {
    const shape = attributes['filterShape'] as number[];
    const { geometry, channelsFirst } = fitted(plan2d(x.shape, shape, attributes, depthwise), dy);
    const [input, d] = [backend.handle(x), backend.handle(dy)];
    return backend.wrap(
      backend.addon.convolutionFilter(input, d, geometry, channelsFirst, depthwise, shape),
      'float32',
      shape,
    );
  };

const conv3d: Kernel = (backend, { x, filter }, attributes) =>
  backend.wrap(
    backend.addon.convolution(
      backend.handle(x),
      backend.handle(filter),
      plan3d(x.shape, filter.shape, attributes),
      false,
      false,
    ),
    'float32',
  );

const conv3dInputGradient: Kernel = (backend, { dy, filter }, attributes) => {
  const shape = attributes['inputShape'] as number[];
  const geometry = plan3d(shape, filter.shape, attributes);
  const [d, w] = [backend.handle(dy), backend.handle(filter)];
  return backend.wrap(backend.addon.convolutionInput(d, w, geometry, false, false, shape), 'float32', shape);
};

const conv3dFilterGradient: Kernel = (backend, { x, dy }, attributes) => {
  const shape = attributes['filterShape'] as number[];
  const geometry = plan3d(x.shape, shape, attributes);
  const [input, d] = [backend.handle(x), backend.handle(dy)];
  return backend.wrap(backend.addon.convolutionFilter(input, d, geometry, false, false, shape), 'float32', shape);
};

/** Convolutions and their gradients. */
export const convolutions: Kernels = {
  Conv2D: forward(false),
  FusedConv2D: forward(false),
  Conv2DBackpropInput: inputGradient(false),
  Conv2DBackpropFilter: filterGradient(false),
  DepthwiseConv2dNative: forward(true),
  FusedDepthwiseConv2D: forward(true),
  DepthwiseConv2dNativeBackpropInput: inputGradient(true),
  DepthwiseConv2dNativeBackpropFilter: filterGradient(true),
  Conv3D: conv3d,
  Conv3DBackpropInputV2: conv3dInputGradient,
  Conv3DBackpropFilterV2: conv3dFilterGradient,
};

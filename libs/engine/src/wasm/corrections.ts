import type { BackendWasm } from '@tensorflow/tfjs-backend-wasm';
import { util, type NamedAttrMap, type TensorInfo } from '@tensorflow/tfjs-core';
import { elements } from './backend.js';

type Inputs = Record<string, TensorInfo>;

/** Whether a call is one that the stock kernel does wrongly, or not at all. */
type Wrong = (inputs: Inputs, attrs: NamedAttrMap, backend: BackendWasm) => boolean;

const always: Wrong = () => true;
const ofBool: Wrong = ({ x }) => x.dtype === 'bool';
const ofOtherThanFloat: Wrong = ({ x }) => x.dtype !== 'float32';
const ofNothing: Wrong = ({ x }) => util.sizeFromShape(x.shape) === 0;
const ofRoundedSize: Wrong = (_, { dimRoundingMode }) => dimRoundingMode !== undefined && dimRoundingMode !== null;

/** NaN is to stay NaN; the stock kernels lose it, and with it the trace of a diverging model. */
const ofNan: Wrong = (inputs, _, backend) =>
  Object.values(inputs).some((x) => x.dtype === 'float32' && elements(backend, x).some(Number.isNaN));

/** Slopes that are not those of the last axes, so that XNNPACK's channels are not what tfjs means. */
const prelu: Wrong = ({ x, alpha }) => {
  const slopes = alpha.shape.slice(alpha.shape.findIndex((length) => length > 1));
  return (
    util.sizeFromShape(alpha.shape) > 1 && !util.arraysEqual(slopes, x.shape.slice(x.shape.length - slopes.length))
  );
};

/** A factor that is not float32, or empty: then the stock kernel leaves the result as the memory was. */
const unfit = (x: TensorInfo): boolean => x.dtype !== 'float32' || util.sizeFromShape(x.shape) === 0;

const fusedMatMul: Wrong = ({ a, b, bias }, { transposeB }) => {
  const columns = b.shape.at(transposeB ? -2 : -1);
  const batches = [a, b].map(({ shape }) => shape.slice(0, -2).filter((length) => length !== 1));
  return (
    [a, b].some(unfit) ||
    !util.arraysEqual(batches[0], batches[1]) ||
    ((bias as TensorInfo | undefined) && (bias.shape.length !== 1 || bias.shape[0] !== columns)) === true
  );
};

/**
 * What the stock kernels of the `wasm` backend (4.22.0) give wrong values for, or an error, where tfjs-cpu is right: found by running the torch
 * backend's conformance table on wasm. All of it is rare, and takes the way over the cpu engine.
 */
export const corrections: Readonly<Partial<Record<string, Wrong>>> = {
  Relu6: ofNan,
  ClipByValue: (inputs, attrs, backend) => ofOtherThanFloat(inputs, attrs, backend) || ofNan(inputs, attrs, backend),
  Maximum: ofNan,
  Minimum: ofNan,
  Prelu: prelu,
  Exp: ofBool,
  LeakyRelu: ofBool,
  IsNan: ofOtherThanFloat,
  IsInf: ofOtherThanFloat,
  IsFinite: ofOtherThanFloat,
  Cast: ({ x }, { dtype }) => dtype === 'bool' && x.dtype !== 'bool',
  Prod: ofNothing,
  Any: ofNothing,
  All: ofNothing,
  Max: ofNothing,
  Sum: ofNothing,
  Mean: ofNothing,
  Min: ofNothing,
  Cumsum: ofBool,
  Cumprod: ofBool,
  TopK: ofBool,
  BatchMatMul: ({ a, b }) => [a, b].some(unfit),
  _FusedMatMul: fusedMatMul,
  Einsum: always,
  Conv2D: ofRoundedSize,
  FusedConv2D: ofRoundedSize,
  MaxPool: ofRoundedSize,
  AvgPool: ofRoundedSize,
  Conv2DBackpropFilter: ofNothing,
  DepthwiseConv2dNativeBackpropFilter: always,
  DepthwiseConv2dNativeBackpropInput: always,
  Conv3DBackpropFilterV2: always,
  Conv3DBackpropInputV2: always,
  Dilation2D: always,
  Dilation2DBackpropFilter: always,
  Dilation2DBackpropInput: always,
  MaxPool3D: always,
  MaxPool3DGrad: always,
  MaxPoolWithArgmax: always,
  GatherV2: (_, { batchDims }) => Number(batchDims ?? 0) !== 0,
  OneHot: (_, { dtype }) => dtype !== undefined && dtype !== 'int32',
  Select: ({ t }) => t.dtype === 'bool',
  RotateWithOffset: always,
  Transform: always,
  Multinomial: always, // seeded, but by another generator
};

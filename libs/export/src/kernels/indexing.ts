import { plainOrder, type Value } from '../value.js';
import type { Call, KernelTable } from './call.js';
import { cast, onnxType } from './elementwise.js';
import { normal } from './shape.js';

/** Kernels that look values up by index, and resizing. */
export const indexing: KernelTable = {
  GatherV2: (call) => {
    const x = call.operand('x');
    if (call.number('batchDims', 0) !== 0)
      throw call.unsupported('gathering per example (batchDims) is not mapped to ONNX');
    const inputs = [call.graph.use(x), call.graph.use(call.operand('indices'))];
    return call.graph.view(
      'Gather',
      inputs,
      { axis: normal(call.number('axis', 0), x) },
      resultOrder(call),
      call.results[0],
    );
  },
  GatherNd: (call) => {
    const indices = call.graph.add('Cast', [call.graph.use(call.operand('indices'))], { to: onnxType.int64 });
    return call.graph.view(
      'GatherND',
      [call.graph.use(call.operand('params')), ...indices],
      {},
      resultOrder(call),
      call.results[0],
    );
  },
  OneHot: (call) => {
    const { graph } = call;
    const [result] = call.results;
    const values = Float32Array.of(call.number('offValue', 0), call.number('onValue', 1));
    const pair: Value = { kind: 'constant', values, dims: [2], dtype: 'float32' };
    const [indices] = graph.add('Cast', [graph.use(call.operand('indices'))], { to: onnxType.int64 }); // ONNX Runtime has int64 only
    const inputs = [indices, graph.int(call.number('depth')), graph.use(pair)];
    const floats = graph.view('OneHot', inputs, { axis: -1 }, resultOrder(call), { ...result, dtype: 'float32' });
    return result.dtype === 'float32' ? floats : cast(floats, result, graph);
  },
  ResizeNearestNeighbor: (call) => resize(call, 'nearest'),
  ResizeBilinear: (call) => resize(call, 'linear'),
};

const resultOrder = (call: Call): number[] => call.results[0].dims.map((_, axis) => axis);

function resize(call: Call, mode: 'nearest' | 'linear'): Value {
  const [x] = call.operands;
  const [result] = call.results;
  const order = [0, 3, 1, 2]; // [B, H, W, C] → [B, C, H, W]
  if (plainOrder(x).length !== order.length) throw call.unsupported('only images of 4 axes can be resized');
  const sizes = call.graph.shape(order.map((axis) => result.dims[axis]));
  const corners = Boolean(call.step.attrs['alignCorners']);
  const between = call.step.attrs['halfPixelCenters'] ? 'half_pixel' : 'asymmetric';
  const attributes = {
    mode,
    coordinate_transformation_mode: corners ? 'align_corners' : between,
    nearest_mode: corners ? 'round_prefer_ceil' : 'floor',
  };
  return call.graph.view('Resize', [call.graph.use(x, order), '', '', sizes], attributes, order, result);
}

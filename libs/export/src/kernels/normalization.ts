import { plainOrder, type Constant, type Value, type View } from '../value.js';
import type { Call, KernelTable } from './call.js';
import { elementwise } from './elementwise.js';

/** Normalisation with given statistics. */
export const normalization: KernelTable = {
  FusedBatchNorm: (call) => (call.operand('mean').dims.length === 1 ? perChannel(call) : anyAxes(call)),
};

/** One mean and variance per channel, the last axis: ONNX's own operator, whose channels are the second axis. */
function perChannel(call: Call): View {
  const { graph } = call;
  const x = call.operand('x');
  const last = x.dims.length - 1;
  const all = (value: number): Constant => {
    const length = x.dims[last] as number;
    return { kind: 'constant', values: new Float32Array(length).fill(value), dims: [length], dtype: 'float32' };
  };
  const parameters = [
    call.optional('scale') ?? all(1),
    call.optional('offset') ?? all(0),
    call.operand('mean'),
    call.operand('variance'),
  ];
  // tfjs widens every input to 4 axes, most of length 1
  const others = plainOrder(x).filter((axis) => axis !== last && x.dims[axis] !== 1);
  const order = [others.at(0) ?? 0, last, ...others.slice(1)];
  const attributes = { epsilon: { float: call.number('varianceEpsilon') } };
  const inputs = [graph.use(x, order), ...parameters.map((value) => graph.use(value))];
  return graph.view('BatchNormalization', inputs, attributes, order, x);
}

/** Statistics of any shape, such as the computed ones of layer normalisation: (x - mean) / sqrt(variance + epsilon) * scale + offset. */
function anyAxes(call: Call): Value {
  const x = call.operand('x');
  const [scale, offset] = [call.optional('scale'), call.optional('offset')];
  const apply = (kernel: string, ...operands: Value[]): Value =>
    elementwise[kernel]({ ...call, operands, results: [x] }) as Value;
  const centred = apply('Sub', x, call.operand('mean'));
  const normed = apply('RealDiv', centred, deviation(call, call.operand('variance')));
  const scaled = scale ? apply('Multiply', normed, scale) : normed;
  return offset ? apply('Add', scaled, offset) : scaled;
}

function deviation(call: Call, variance: Value): Value {
  const epsilon = call.number('varianceEpsilon');
  if (variance.kind === 'constant') {
    const values = Float32Array.from(variance.values, (v) => Math.sqrt(v + epsilon));
    return { ...variance, values, name: `${call.step.layer}/deviation` };
  }
  if (variance.repeats) return deviation(call, variance.repeats);
  const scalar: Constant = { kind: 'constant', values: Float32Array.of(epsilon), dims: [], dtype: 'float32' };
  const sum = elementwise['Add']({ ...call, operands: [variance, scalar], results: [variance] }) as Value;
  return elementwise['Sqrt']({ ...call, operands: [sum], results: [variance] }) as Value;
}

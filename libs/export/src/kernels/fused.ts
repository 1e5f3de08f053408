import { plainOrder, transposed, viewOf, type Constant, type Value, type View } from '../value.js';
import type { Call, KernelTable } from './call.js';
import { fixedDim } from './shape.js';

/** The fused kernels of @cardio/engine, as the operators of ONNX. */
export const fused: KernelTable = {
  CardioLayerNorm: (call) => {
    const x = call.operand('x');
    const inputs = [call.graph.use(x), call.graph.use(call.operand('gamma')), call.graph.use(call.operand('beta'))];
    const attributes = { axis: -1, epsilon: { float: call.number('epsilon') } };
    return call.graph.view('LayerNormalization', inputs, attributes, plainOrder(x), x);
  },
  CardioGelu: (call) => {
    const x = call.operand('x');
    const approximate = String(call.step.attrs['approximate']);
    return call.graph.view('Gelu', [call.graph.use(x)], { approximate }, plainOrder(x), x);
  },
  CardioLstm: lstm,
  CardioAttention: attention,
};

/** softmax(q kᵀ scale + bias) v over `[B, N, T, D]`, which is ONNX's own operator since opset 23. */
function attention(call: Call): Value {
  const { graph } = call;
  if (call.number('rate', 0) !== 0) throw call.unsupported('dropout is for training');
  const operands = ['q', 'k', 'v'].map((name) => call.operand(name));
  const bias = call.optional('bias');
  const inputs = [...operands, ...(bias ? [bias] : [])].map((value) => graph.use(value));
  const attributes = { scale: { float: call.number('scale') } };
  return graph.view('Attention', inputs, attributes, plainOrder(operands[0]), call.results[0]);
}

/** tfjs's gates lie in the order input, forget, candidate, output; ONNX's in the order input, output, forget, candidate. */
const gateOrder = [0, 3, 1, 2];

function lstm(call: Call): Value {
  const { graph } = call;
  const x = call.operand('x'); // [B, T, I]
  const [result] = call.results; // [B, T, D H]
  const directions = call.number('directions');
  const width = fixedDim(call, result.dims[2]);
  const units = width / directions;
  const parts = (name: string): Constant[] =>
    Array.from({ length: directions }, (_, d) => constant(call, `${name}${d}`));
  // [I, 4H] → [4H, I] for each direction; ONNX has a bias of the input beside one of the state, [8H]
  const rows = (w: Constant): Float32Array => reordered(transposed(w, [1, 0]) as Constant, units);
  const biases = parts('bias').map((bias) => joined([reordered(bias, units), new Float32Array(4 * units)]));
  const stacked = (name: string, values: Float32Array[], ...dims: number[]): string =>
    graph.use({
      kind: 'constant',
      values: joined(values),
      dims: [directions, ...dims],
      dtype: 'float32',
      name: `${call.step.layer}/${name}`,
    });
  const inputs = [
    graph.use(x, [1, 0, 2]), // [T, B, I]
    stacked('kernel', parts('kernel').map(rows), 4 * units, fixedDim(call, x.dims[2])),
    stacked('recurrent_kernel', parts('recurrent').map(rows), 4 * units, units),
    stacked('bias', biases, 8 * units),
  ];
  const direction = directions === 2 ? 'bidirectional' : call.step.attrs['reverse'] === true ? 'reverse' : 'forward';
  const [name] = graph.add('LSTM', inputs, { hidden_size: units, direction }); // [T, D, B, H]
  const [batch, steps] = result.dims;
  const y: View = viewOf(name, [1, 2, 0, 3], [batch, steps, directions, units], 'float32');
  return graph.reshape(y, result.dims);
}

/** The first axis, 4H long, with the gates in ONNX's order. */
function reordered({ values, dims }: Constant, units: number): Float32Array {
  const block = (units * values.length) / dims[0];
  return joined(gateOrder.map((gate) => Float32Array.from(values.subarray(gate * block, (gate + 1) * block))));
}

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    all.set(part, offset);
    offset += part.length;
  }
  return all;
}

function constant(call: Call, name: string): Constant {
  const value = call.operand(name);
  if (value.kind !== 'constant') throw call.unsupported(`its input \`${name}\` depends on the model's input`);
  return value;
}

import type { Values } from '../arrays.js';
import { permute } from '../arrays.js';
import type { OnnxGraph } from '../build.js';
import type { Initializer, Node } from '../graph.js';
import { onnxType } from '../kernels/elementwise.js';
import { contribDomain } from '../model-proto.js';
import { keptConstants, quantisable } from './int8-nodes.js';
import { perChannel } from './quantise.js';

/** What a node becomes and the constants it needs besides. */
interface Rewritten {
  readonly nodes: readonly Node[];
  readonly constants: readonly Initializer[];
}

/**
 * Weights of products, convolutions and LSTMs as int8, symmetric and by channel. Products find the range of what they multiply in each run
 * (`DynamicQuantizeLinear`, `MatMulInteger`) and compute in whole numbers, as does the LSTM, for which ONNX has no operator and ONNX Runtime
 * its `DynamicQuantizeLSTM`; convolutions get their filters back in float32, because `ConvInteger` is slower than that.
 *
 * @param ops the operators that are rewritten
 */
export function toDynamicInt8(graph: OnnxGraph, ops: readonly string[] = Object.keys(rewrites)): OnnxGraph {
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const made = new Map<string, Initializer>();
  const nodes: Node[] = [];
  const done = new Set<string>();
  for (const node of graph.nodes) {
    const weights = ops.includes(node.op) ? quantisable(node, constants, graph) : undefined;
    const rewritten = weights ? rewrites[node.op](node, weights, constants) : { nodes: [node], constants: [] };
    for (const constant of rewritten.constants) made.set(constant.name, constant);
    for (const one of rewritten.nodes) {
      if (done.has(one.outputs[0])) continue; // two products of one tensor share its quantisation
      done.add(one.outputs[0]);
      nodes.push(one);
    }
  }
  return { ...graph, nodes, initializers: keptConstants(nodes, [...constants.values(), ...made.values()]) };
}

const rewrites: Readonly<
  Record<string, (node: Node, weights: Initializer, all: ReadonlyMap<string, Initializer>) => Rewritten>
> = {
  Conv: (node, weights) => {
    const { weights: int8, scales } = perChannel(weights, 0);
    const filter = `${weights.name}/float32`;
    const back: Node = {
      op: 'DequantizeLinear',
      inputs: [int8.name, scales.name],
      outputs: [filter],
      attributes: { axis: 0 },
    };
    return {
      nodes: [back, { ...node, inputs: [node.inputs[0], filter, ...node.inputs.slice(2)] }],
      constants: [int8, scales],
    };
  },
  MatMul: product,
  Gemm: product,
  LSTM: lstm,
};

function product(node: Node, weights: Initializer): Rewritten {
  const [x, , bias] = node.inputs;
  const [y] = node.outputs;
  const { weights: int8, scales } = perChannel(weights, 1);
  const [q, scale, zero] = ['uint8', 'scale', 'zero'].map((part) => `${x}/${part}`);
  const one = (op: string, inputs: string[], output: string, attributes: Node['attributes'] = {}): Node => ({
    op,
    inputs,
    outputs: [output],
    attributes,
  });
  const scaled = bias ? `${y}/product` : y;
  return {
    nodes: [
      { op: 'DynamicQuantizeLinear', inputs: [x], outputs: [q, scale, zero], attributes: {} },
      one('MatMulInteger', [q, int8.name, zero], `${y}/int32`),
      one('Cast', [`${y}/int32`], `${y}/float32`, { to: onnxType.float32 }),
      one('Mul', [scale, scales.name], `${y}/worth`),
      one('Mul', [`${y}/float32`, `${y}/worth`], scaled),
      ...(bias ? [one('Add', [scaled, bias], y)] : []),
    ],
    constants: [int8, scales],
  };
}

/** `LSTM` has W `[D, 4H, I]`, `DynamicQuantizeLSTM` `[D, I, 4H]`, and scales `[D, 4H]`. */
function lstm(node: Node, weights: Initializer, all: ReadonlyMap<string, Initializer>): Rewritten {
  const parts = [weights, all.get(node.inputs[2]) as Initializer].map((constant) => {
    const [directions, gates, width] = constant.dims;
    const flat = { ...constant, dims: [directions * gates, width] };
    const { weights: int8, scales } = perChannel(flat, 0);
    const turned = permute(int8.values as unknown as Values, constant.dims, [0, 2, 1]) as unknown as Int8Array;
    const zero: Initializer = {
      name: `${constant.name}/zero`,
      dims: [directions, gates],
      dtype: 'int8',
      values: new Int8Array(directions * gates),
    };
    return [
      { ...int8, dims: [directions, width, gates], values: turned },
      { ...scales, dims: [directions, gates] },
      zero,
    ];
  });
  const [[w, wScale, wZero], [r, rScale, rZero]] = parts;
  const [x, , , bias = ''] = node.inputs;
  const inputs = [x, w.name, r.name, bias, '', '', '', '', ...[wScale, wZero, rScale, rZero].map(({ name }) => name)];
  return { nodes: [{ ...node, op: 'DynamicQuantizeLSTM', domain: contribDomain, inputs }], constants: parts.flat() };
}

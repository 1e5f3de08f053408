import type { OnnxGraph } from '../build.js';
import type { Values } from '../arrays.js';
import type { Initializer, Node } from '../graph.js';
import { onnxType } from '../kernels/elementwise.js';
import { parts } from '../names.js';
import { largestHalf, smallestNormalHalf, toHalf } from './half.js';
import { floatTensors } from './tensor-types.js';

/** Operators that stay in float32: statistics and sums, which lose too much; functions that overflow; recurrences, whose errors add up. */
const wide = new Set([
  ...['Softmax', 'LogSoftmax', 'LayerNormalization', 'BatchNormalization', 'ReduceMean', 'ReduceSum', 'ReduceProd'],
  ...[
    'CumSum',
    'Attention',
    'LSTM',
    'GRU',
    'Exp',
    'Log',
    'Pow',
    'Sqrt',
    'Reciprocal',
    'Div',
    'Softplus',
    'Resize',
    'OneHot',
  ],
]);

/** A shorter constant of an operator in float32 is not worth storing in half precision. */
const worthHalf = 256;

/**
 * The graph in half precision: weights, convolutions, products and what lies between them. Inputs and outputs stay float32, as do the
 * {@link wide} operators, the preparation, the last step to the probabilities, and whatever takes or makes what half precision can't hold.
 *
 * @param large names of tensors that it can't hold
 */
export function toFloat16(graph: OnnxGraph, large: ReadonlySet<string>): OnnxGraph {
  const floats = floatTensors(graph);
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const finals = new Set(graph.outputs.map(({ name }) => name));
  const nodes: Node[] = [];
  const made = new Map<string, Initializer>();
  /** Tensors that exist in float16, by their name in float32. */
  const halves = new Map<string, string>();
  const casts = new Set<string>();

  const cast = (from: string, to: string, type: 'float32' | 'float16'): string => {
    if (!casts.has(to)) nodes.push({ op: 'Cast', inputs: [from], outputs: [to], attributes: { to: onnxType[type] } });
    casts.add(to);
    return to;
  };
  const halfOf = (name: string): string => {
    const known = halves.get(name);
    if (known) return known;
    const constant = constants.get(name);
    const half = `${name}/float16`;
    if (!constant) return cast(name, half, 'float16');
    made.set(half, { ...constant, name: half, dtype: 'float16', values: toHalf(constant.values as Values) });
    return half;
  };
  const floatOf = (name: string): string => {
    const constant = constants.get(name);
    if (constant && isWeight(constant) && fits(constant)) return cast(halfOf(name), name, 'float32');
    if (constant) made.set(name, constant);
    else if (halves.has(name)) return cast(halves.get(name) as string, name, 'float32');
    return name;
  };

  for (const node of graph.nodes) {
    const own = node.inputs.flatMap((name) => constants.get(name) ?? []);
    for (const constant of own) if (!floats.has(constant.name)) made.set(constant.name, constant);
    const makes = node.outputs.some((name) => floats.has(name));
    const takes = node.inputs.some((name) => floats.has(name));
    const isWide =
      wide.has(node.op) ||
      node.outputs[0].startsWith(`${parts.preparation}/`) ||
      (node.outputs.some((name) => finals.has(name)) && own.length === 0) ||
      [...node.inputs, ...node.outputs].some((name) => large.has(name)) ||
      own.some((constant) => floats.has(constant.name) && !fits(constant));
    const inputs = node.inputs.map((name) => (floats.has(name) ? (isWide ? floatOf(name) : halfOf(name)) : name));
    if (isWide || !(makes || takes)) {
      nodes.push({ ...node, inputs });
      continue;
    }
    const outputs = node.outputs.map((name) => (floats.has(name) ? `${name}/float16` : name));
    const attributes = node.op === 'Cast' && makes ? { to: onnxType.float16 } : node.attributes;
    nodes.push({ ...node, inputs, outputs, attributes });
    node.outputs.forEach((name, i) => {
      if (floats.has(name)) halves.set(name, outputs[i]);
      if (finals.has(name)) cast(outputs[i], name, 'float32');
    });
  }
  return { ...graph, nodes, initializers: [...made.values()], results: renamed(graph, halves) };
}

/** Whether a constant of an operator in float32 is stored in float16 all the same: matrices are, statistics and scales are not. */
const isWeight = ({ dims, values }: Initializer): boolean => dims.length >= 2 && values.length >= worthHalf;

/** Whether half precision has all of a constant's numbers; small ones among many may become 0, but not the only one, such as an epsilon. */
function fits({ values }: Initializer): boolean {
  const numbers = values as Values;
  const smallest = numbers.length === 1 ? smallestNormalHalf : 0;
  return numbers.every((v) => Math.abs(v) <= largestHalf && (v === 0 || Math.abs(v) >= smallest));
}

/** Where the traced steps' results are now. */
function renamed({ results }: OnnxGraph, halves: ReadonlyMap<string, string>): OnnxGraph['results'] {
  return new Map(
    [...results].map(([step, value]) => [
      step,
      value.kind === 'view' ? { ...value, name: halves.get(value.name) ?? value.name } : value,
    ]),
  );
}

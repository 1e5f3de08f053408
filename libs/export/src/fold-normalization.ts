import type { Values } from './arrays.js';
import type { OnnxGraph } from './build.js';
import type { Initializer, Node } from './graph.js';
import { keptConstants } from './precision/int8-nodes.js';

/**
 * Makes `BatchNormalization(Conv(x, w, b))` one convolution: the scale of each channel goes into its filter, the rest into its bias. A
 * convolution whose result is used elsewhere too stays as it is. The filter has another name then, as it is no weight of the model any more.
 */
export function foldNormalization(graph: OnnxGraph): OnnxGraph {
  const { nodes, initializers } = graph;
  const outputs = graph.outputs.map(({ name }) => name);
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap((node) => node.inputs), ...outputs]) uses.set(name, (uses.get(name) ?? 0) + 1);
  const constants = new Map(initializers.map((constant) => [constant.name, constant]));
  const convolutions = new Map(nodes.flatMap((node) => (node.op === 'Conv' ? [[node.outputs[0], node]] : [])));
  const folded = new Set<Node>();

  const merged = nodes.map((node) => {
    const conv = node.op === 'BatchNormalization' ? convolutions.get(node.inputs[0]) : undefined;
    const statistics = node.inputs.slice(1).map((name) => constants.get(name)?.values as Values | undefined);
    const filter = conv && constants.get(conv.inputs[1]);
    const bias = conv?.inputs[2] === undefined ? undefined : constants.get(conv.inputs[2]);
    if (!conv || !filter || statistics.includes(undefined) || (conv.inputs.length > 2 && !bias)) return node;
    if (uses.get(node.inputs[0]) !== 1 || uses.get(filter.name) !== 1) return node; // a shared filter would be stored twice
    const { epsilon } = node.attributes as { epsilon: { float: number } };
    const made = scaled(filter, bias, statistics as Values[], epsilon.float, `${node.outputs[0]}/bias`);
    for (const constant of made) constants.set(constant.name, constant);
    folded.add(conv);
    return { ...conv, inputs: [conv.inputs[0], ...made.map(({ name }) => name)], outputs: node.outputs };
  });
  const kept = merged.filter((node) => !folded.has(node));
  return { ...graph, nodes: kept, initializers: keptConstants(kept, [...constants.values()]) };
}

/** Filter and bias with the normalisation in them; computed in double precision. */
function scaled(
  filter: Initializer,
  bias: Initializer | undefined,
  [gamma, beta, mean, variance]: readonly Values[],
  epsilon: number,
  biasName: string,
): [Initializer, Initializer] {
  const [channels] = filter.dims;
  const weights = filter.values as Values;
  const each = weights.length / channels;
  const scale = Float64Array.from(gamma, (g, c) => g / Math.sqrt(variance[c] + epsilon));
  const offset = Float32Array.from(beta, (b, c) => b + (Number(bias?.values[c] ?? 0) - mean[c]) * scale[c]);
  return [
    {
      ...filter,
      name: `${filter.name}/folded`,
      values: Float32Array.from(weights, (w, i) => w * scale[Math.floor(i / each)]),
    },
    { name: biasName, dims: [channels], dtype: 'float32', values: offset },
  ];
}

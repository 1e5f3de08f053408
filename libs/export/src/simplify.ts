import type { Initializer, Node } from './graph.js';

/** The nodes and initializers of a graph. */
interface Parts {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
}

/** Removes what no output needs and gives convolutions their bias. Inverse transposes and identities never arise, see `View`. */
export function simplify(parts: Parts, outputs: readonly string[]): Parts {
  return withoutDead(foldBias(withoutDead(parts, outputs), outputs), outputs);
}

function withoutDead({ nodes, initializers }: Parts, outputs: readonly string[]): Parts {
  const needed = new Set(outputs);
  const kept: Node[] = [];
  for (const node of nodes.toReversed()) {
    if (!node.outputs.some((name) => needed.has(name))) continue;
    kept.push(node);
    for (const name of node.inputs) needed.add(name);
  }
  return { nodes: kept.reverse(), initializers: initializers.filter(({ name }) => needed.has(name)) };
}

/** Makes `Add(Conv(x, w), b)` with a `b` of shape [C, 1, …] into `Conv(x, w, b)`. */
function foldBias({ nodes, initializers }: Parts, outputs: readonly string[]): Parts {
  const uses = new Map<string, number>();
  for (const name of [...nodes.flatMap((node) => node.inputs), ...outputs]) uses.set(name, (uses.get(name) ?? 0) + 1);
  const constants = new Map(initializers.map((constant) => [constant.name, constant]));
  const convolutions = new Map(
    nodes.flatMap((node) => (node.op === 'Conv' && node.inputs.length === 2 ? [[node.outputs[0], node]] : [])),
  );
  const folded = new Set<Node>();

  const biasOf = (node: Node, conv: Node | undefined): Initializer | undefined => {
    const bias = constants.get(node.inputs[1]);
    const [channels, ...rest] = bias?.dims ?? [];
    const perChannel =
      rest.length === (conv && constants.get(conv.inputs[1])?.dims.slice(2).length) &&
      rest.every((length) => length === 1);
    return perChannel && channels > 1 && uses.get(node.inputs[1]) === 1 ? bias : undefined;
  };
  const merged = nodes.map((node) => {
    const conv = node.op === 'Add' && uses.get(node.inputs[0]) === 1 ? convolutions.get(node.inputs[0]) : undefined;
    const bias = biasOf(node, conv);
    if (!conv || !bias) return node;
    folded.add(conv);
    constants.set(bias.name, { ...bias, dims: bias.dims.slice(0, 1) });
    return { ...conv, inputs: [...conv.inputs, bias.name], outputs: node.outputs };
  });
  return { nodes: merged.filter((node) => !folded.has(node)), initializers: [...constants.values()] };
}

import type { OnnxGraph } from '../build.js';
import type { Node } from '../graph.js';
import { onnxType } from '../kernels/elementwise.js';

const whole = new Set(['Shape', 'ArgMax', 'ArgMin']);
const logical = new Set([
  'Not',
  'And',
  'Or',
  'Greater',
  'GreaterOrEqual',
  'Less',
  'LessOrEqual',
  'Equal',
  'IsNaN',
  'IsInf',
]);
/** The place of the operand whose type the result has, where it isn't the first. */
const typeGiver: Readonly<Record<string, number>> = { Where: 1, OneHot: 2 };

/** The names of the float tensors of a graph of float32. */
export function floatTensors({ inputs, initializers, nodes }: OnnxGraph): Set<string> {
  const floats = new Set(
    [...inputs, ...initializers].filter(({ dtype }) => dtype === 'float32').map(({ name }) => name),
  );
  for (const node of nodes) {
    if (makesFloats(node, floats)) for (const name of node.outputs) floats.add(name);
  }
  return floats;
}

function makesFloats({ op, inputs, attributes }: Node, floats: ReadonlySet<string>): boolean {
  if (op === 'Cast') return attributes['to'] === onnxType.float32;
  return !whole.has(op) && !logical.has(op) && floats.has(inputs[typeGiver[op] ?? 0]);
}

import type { OnnxGraph } from '../build.js';
import type { Initializer, Node } from '../graph.js';
import { parts } from '../names.js';
import { smallestQuantised } from './precision.js';

const weighted = new Set(['Conv', 'MatMul', 'Gemm', 'LSTM']);

/**
 * The weights of a node that int8 is for: a large constant of a convolution, a product or an LSTM of the model. The last product, from which the logits come,
 * is not: it is small, and its rounding would be that of the result.
 */
export function quantisable(
  { op, inputs, outputs }: Node,
  constants: ReadonlyMap<string, Initializer>,
  graph: OnnxGraph,
): Initializer | undefined {
  const weights = constants.get(inputs[1]);
  if (!weighted.has(op) || weights?.dtype !== 'float32' || weights.values.length < smallestQuantised) return undefined;
  if (op === 'LSTM' && !constants.has(inputs[2])) return undefined;
  if ((op === 'MatMul' || op === 'Gemm') && weights.dims.length !== 2) return undefined;
  if (outputs[0].startsWith(`${parts.preparation}/`)) return undefined;
  return graph.outputs.some(({ name }) => name === outputs[0]) ? undefined : weights;
}

/** The constants that nodes take. */
export function keptConstants(nodes: readonly Node[], constants: readonly Initializer[]): Initializer[] {
  const taken = new Set(nodes.flatMap(({ inputs }) => inputs));
  return constants.filter(({ name }) => taken.has(name));
}

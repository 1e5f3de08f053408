import { CardioError } from '@cardio/core';
import { Graph, type Initializer, type Node } from './graph.js';
import { callOf } from './kernels/call.js';
import { kernels } from './kernels/index.js';
import { parts } from './names.js';
import type { Program, ProgramStep, TensorSpec } from './program.js';
import { simplify } from './simplify.js';
import { viewOf, type Value } from './value.js';

/** A complete ONNX graph and where each traced step's result is in it. */
export interface OnnxGraph {
  readonly nodes: readonly Node[];
  readonly initializers: readonly Initializer[];
  readonly inputs: readonly (TensorSpec & { name: string })[];
  readonly outputs: readonly { name: string; classes: number }[];
  /** For each step of the program, its first result in the graph; undefined if nothing depends on it. */
  readonly results: ReadonlyMap<ProgramStep, Value>;
}

/** The names of the inputs and outputs, in the order of the program's. */
interface GraphNames {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/**
 * Writes a program as an ONNX graph.
 *
 * @throws CardioError 'usage' naming kernel and layer, if a kernel has no mapping
 */
export function buildGraph(program: Program, names: GraphNames): OnnxGraph {
  const inputs = program.inputs.map((spec, i) => ({ ...spec, name: names.inputs[i] }));
  const graph = new Graph(inputs[0].name, [...names.inputs, ...names.outputs]);
  const values = new Map<number, Value>();
  for (const { id, name, dims, dtype } of inputs)
    values.set(
      id,
      viewOf(
        name,
        dims.map((_, i) => i),
        dims,
        dtype,
      ),
    );

  const valueOf = (id: number): Value => {
    const known = values.get(id);
    if (known) return known;
    const constant = program.constants.get(id);
    if (!constant) throw new Error(`Tensor ${id} was never made.`);
    const value = graph.constant(constant);
    values.set(id, value);
    return value;
  };

  const results = new Map<ProgramStep, Value>();
  for (const step of program.steps) {
    if (!Object.hasOwn(kernels, step.kernel)) throw unmapped(step);
    graph.enter(step.layer);
    const made = [kernels[step.kernel](callOf(step, graph, valueOf))].flat();
    made.forEach((value, i) => values.set(step.outputs[i].id, value));
    results.set(step, made[0]);
  }

  graph.enter(parts.head);
  const finalNames = new Map<string, string>();
  program.outputs.forEach(({ id }, i) => {
    const result = graph.use(valueOf(id));
    const isFree = !finalNames.has(result) && graph.nodes.some((node) => node.outputs.includes(result));
    finalNames.set(isFree ? result : graph.add('Identity', [result])[0], names.outputs[i]);
  });
  const rename = (name: string): string => finalNames.get(name) ?? name;

  const outputs = program.outputs.map(({ dims }, i) => ({ name: names.outputs[i], classes: Number(dims.at(-1)) }));
  const nodes = graph.nodes.map((node) => ({
    ...node,
    inputs: node.inputs.map(rename),
    outputs: node.outputs.map(rename),
  }));
  const kept = simplify(
    { nodes, initializers: [...graph.initializers.values()] },
    outputs.map(({ name }) => name),
  );
  for (const [step, value] of results)
    if (value.kind === 'view') results.set(step, { ...value, name: rename(value.name) });
  return { ...kept, inputs, outputs, results };
}

const unmapped = ({ kernel, layer }: ProgramStep): CardioError =>
  new CardioError(
    'usage',
    `The model can't be exported: the kernel \`${kernel}\`, run by layer \`${layer}\`, has no ONNX mapping. ` +
      `Build that layer of other operations; the mapped kernels are ${Object.keys(kernels).sort().join(', ')}.`,
  );

import { CardioError, type TaskKind } from '@cardio/core';
import { Graph, type Initializer, type Node } from './graph.js';
import { callOf } from './kernels/call.js';
import { kernels } from './kernels/index.js';
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

/** The names of the model's inputs and outputs, in order. */
export const inputNames = ['ecg', 'features'] as const;
export const outputNames = { probabilities: 'probabilities', logits: 'logits' } as const;

/**
 * Writes a program as an ONNX graph with the outputs `probabilities` and `logits`.
 *
 * @throws CardioError 'usage' naming kernel and layer, if a kernel has no mapping
 */
export function buildGraph(program: Program, task: TaskKind): OnnxGraph {
  const inputs = program.inputs.map((spec, i) => ({ ...spec, name: inputNames[i] as string }));
  const graph = new Graph(inputs[0].name, [...inputNames, ...Object.values(outputNames)]);
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

  graph.enter('head');
  const result = graph.use(valueOf(program.output.id));
  const logits = graph.nodes.some((node) => node.outputs.includes(result))
    ? result
    : graph.add('Identity', [result])[0];
  const probabilities =
    task === 'multi-class' ? graph.add('Softmax', [logits], { axis: -1 })[0] : graph.add('Sigmoid', [logits])[0];
  const finalNames = new Map([
    [logits, outputNames.logits],
    [probabilities, outputNames.probabilities],
  ]);
  const rename = (name: string): string => finalNames.get(name) ?? name;

  const outputs = Object.values(outputNames).map((name) => ({ name, classes: Number(program.output.dims.at(-1)) }));
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

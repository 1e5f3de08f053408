import { CardioError } from '@cardio/core';
import type * as tf from '@tensorflow/tfjs-core';
import { isBatchDim, type Dim } from '../../dims.js';
import type { Program } from '../../program.js';
import { parts } from '../../names.js';
import type { Subject } from '../../subject.js';
import { callOf } from './call.js';
import { attribute, GraphDef, tensorShape, typeNames, type NodeDef, type Weight } from './graph-def.js';
import { kernels } from './kernels.js';

/** A graph model, and how many nodes compute in it. */
interface GraphModel {
  readonly artifacts: tf.io.ModelArtifacts;
  readonly nodes: number;
}

/**
 * Writes a program of ordinary kernels as a graph model of TensorFlow.js.
 *
 * @param names of variables, where they are to have others
 * @throws CardioError 'usage' naming kernel and layer, if a kernel has no mapping
 */
export function graphModel(
  program: Program,
  { inputs, outputs }: Pick<Subject, 'inputs' | 'outputs'>,
  names: ReadonlyMap<string, string>,
): GraphModel {
  const graph = new GraphDef(inputs[0].name);
  const known = new Map<number, { name: string; dims: readonly Dim[] }>();
  program.inputs.forEach(({ id, dims, dtype }, i) => {
    const attr = { dtype: attribute.type(dtype), shape: attribute.shape(dims) };
    known.set(id, { name: graph.named(inputs[i].name, 'Placeholder', [], attr), dims });
  });
  graph.reserve(outputs);

  const valueOf = (id: number): { name: string; dims: readonly Dim[] } => {
    const before = known.get(id);
    if (before) return before;
    const constant = program.constants.get(id);
    if (!constant) throw new Error(`Tensor ${id} was never made.`);
    const { shape, dims, dtype, name: own } = constant;
    const base = own && (names.get(own) ?? own);
    const one = graph.constant(constant.values(), shape, dtype, base);
    const name = dims.some(isBatchDim) ? graph.add('BroadcastTo', [one, graph.shape(dims)]) : one;
    known.set(id, { name, dims });
    return { name, dims };
  };
  const operands = { nameOf: (id: number) => valueOf(id).name, dimsOf: (id: number) => valueOf(id).dims };
  for (const step of program.steps) {
    if (!Object.hasOwn(kernels, step.kernel)) throw unmapped(step);
    graph.enter(step.layer);
    const made = [kernels[step.kernel](callOf(step, graph, operands))].flat();
    step.outputs.forEach(({ id, dims }, i) => known.set(id, { name: made[i], dims }));
  }
  graph.enter(parts.head);
  const ends = program.outputs.map(({ id, dims, dtype }, i) => {
    graph.end(outputs[i], valueOf(id).name);
    return { name: outputs[i], dims, dtype };
  });
  const { nodes, weights } = used(graph, outputs);
  const starts = program.inputs.map(({ dims, dtype }, i) => ({ name: inputs[i].name, dims, dtype }));
  const constants = weights.map(constantNode);
  return {
    nodes: nodes.length,
    artifacts: {
      format: 'graph-model',
      modelTopology: {
        node: [...constants, ...nodes.map(inJson)],
        library: {},
        versions: { producer: 1882, minConsumer: 12 },
      },
      signature: { inputs: signatureOf(starts), outputs: signatureOf(ends) },
      weightSpecs: weights.map(({ name, dtype, shape }) => ({ name, dtype: dtype as 'float32', shape: [...shape] })),
      weightData: weights.map(({ values }) => values.slice().buffer as ArrayBuffer),
    },
  };
}

/** The nodes and constants that the outputs depend on. */
function used({ nodes, weights }: GraphDef, outputs: readonly string[]): { nodes: NodeDef[]; weights: Weight[] } {
  const needed = new Set(outputs);
  const kept = nodes.toReversed().filter(({ name, op, input }) => {
    if (!needed.has(name) && op !== 'Placeholder') return false;
    for (const source of input) needed.add(source.replace(/:\d+$/, ''));
    return true;
  });
  return { nodes: kept.toReversed(), weights: weights.filter(({ name }) => needed.has(name)) };
}

/** The node of a constant; its values are among the weights. */
function constantNode({ name, dtype, shape }: Weight): object {
  const tensor = { dtype: typeNames[dtype as 'float32'], tensorShape: tensorShape(shape) };
  return { name, op: 'Const', attr: { dtype: attribute.type(dtype), value: { tensor } } };
}

/** A node as it is written; TensorFlow has the types of most operands in attributes as well, which TensorFlow.js does not ask for. */
const inJson = ({ name, op, input, attr }: NodeDef): object => ({ name, op, ...(input.length > 0 && { input }), attr });

const signatureOf = (
  tensors: readonly { name: string; dims: readonly Dim[]; dtype: string }[],
): Record<string, { name: string; dtype: string; tensorShape: object }> =>
  Object.fromEntries(
    tensors.map(({ name, dims, dtype }) => [
      name,
      { name: `${name}:0`, dtype: typeNames[dtype as 'float32'], tensorShape: tensorShape(dims) },
    ]),
  );

const unmapped = ({ kernel, layer }: { kernel: string; layer: string }): CardioError =>
  new CardioError(
    'usage',
    `The model can't be a TensorFlow.js graph model: the kernel \`${kernel}\`, run by layer \`${layer}\`, has no mapping. ` +
      `Build that layer of other operations; the mapped kernels are ${Object.keys(kernels).sort().join(', ')}.`,
  );

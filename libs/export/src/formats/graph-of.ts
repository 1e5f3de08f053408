import type { TaskKind } from '@cardio/core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { buildGraph, type OnnxGraph } from '../build.js';
import { traceProgram } from '../export-onnx.js';
import { modelSubject } from '../subject.js';

/**
 * The model's graph with every weight in it: normalisation is kept. Weights have the names that their layers gave them, without the numbers that
 * tfjs adds where a process builds several models.
 */
export function graphOf(model: tfl.LayersModel, task: TaskKind): OnnxGraph {
  const subject = modelSubject(model, task);
  const inputs = subject.inputs.map(({ name }) => name);
  const graph = buildGraph(traceProgram(subject), { inputs, outputs: subject.outputs });
  const names = new Map(model.weights.map(({ name, originalName }) => [name, originalName]));
  const taken = new Set(graph.initializers.map(({ name }) => name));
  const renamed = new Map<string, string>();
  for (const { name } of graph.initializers) {
    const [weight] = [...names.keys()].filter((key) => name === key || name.startsWith(`${key}/`));
    const plain = weight ? `${String(names.get(weight))}${name.slice(weight.length)}` : name;
    if (taken.has(plain)) continue;
    taken.add(plain);
    renamed.set(name, plain);
  }
  const nameOf = (name: string): string => renamed.get(name) ?? name;
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({ ...node, inputs: node.inputs.map(nameOf) })),
    initializers: graph.initializers.map((constant) => ({ ...constant, name: nameOf(constant.name) })),
  };
}

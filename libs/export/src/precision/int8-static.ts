import type { OnnxGraph } from '../build.js';
import type { Initializer, Node } from '../graph.js';
import type { Range } from './calibrate.js';
import { toDynamicInt8 } from './int8-dynamic.js';
import { keptConstants, quantisable } from './int8-nodes.js';
import { perChannel } from './quantise.js';

/** Operators that go on in int8 between convolutions and products, so that nothing is converted back and forth. */
const between = new Set(['Add', 'MaxPool', 'AveragePool', 'Concat']);

/** What a static int8 graph is made of. */
interface Plan {
  readonly constants: ReadonlyMap<string, Initializer>;
  /** Nodes that compute in int8, with their weights where they have some. */
  readonly nodes: ReadonlyMap<Node, Initializer | undefined>;
  /** The activations they take and make. */
  readonly tensors: readonly string[];
}

/** The activations of which {@link toStaticInt8} must know the range. */
export const staticTensors = (graph: OnnxGraph): readonly string[] => planOf(graph).tensors;

function planOf(graph: OnnxGraph): Plan {
  const constants = new Map(graph.initializers.map((constant) => [constant.name, constant]));
  const users = new Map<string, Node[]>();
  for (const node of graph.nodes) for (const name of node.inputs) users.set(name, [...(users.get(name) ?? []), node]);
  const nodes = new Map<Node, Initializer | undefined>();
  const held = new Set<string>();
  const finals = new Set(graph.outputs.map(({ name }) => name));
  for (const node of graph.nodes) {
    const weights = node.op === 'LSTM' ? undefined : quantisable(node, constants, graph);
    const goesOn = between.has(node.op) && node.inputs.every((name) => held.has(name)) && !finals.has(node.outputs[0]);
    if (!weights && !goesOn) continue;
    nodes.set(node, weights);
    if (weights) held.add(node.inputs[0]);
    // a relu is done by the rounding of its own result: what comes before it needs none
    const [next, ...others] = users.get(node.outputs[0]) ?? [];
    held.add(next?.op === 'Relu' && others.length === 0 ? next.outputs[0] : node.outputs[0]);
  }
  return { constants, nodes, tensors: [...held].filter((name) => !finals.has(name)) };
}

/**
 * Convolutions and products in whole numbers, with ranges of activations fixed by calibration: `QuantizeLinear` and `DequantizeLinear` around
 * each, which ONNX Runtime makes one integer operator. Activations are uint8 by tensor, weights int8 by channel (Krishnamoorthi 2018, sections 2.1
 * and 3.1.3), biases int32. LSTMs are quantised dynamically: ONNX Runtime has no other.
 */
export function toStaticInt8(graph: OnnxGraph, ranges: ReadonlyMap<string, Range>): OnnxGraph {
  const { constants, nodes: inInt8, tensors } = planOf(graph);
  const made = new Map<string, Initializer>();
  const nodes: Node[] = [];
  const held = new Set(tensors);
  const scaleOf = new Map<string, number>();

  const hold = (name: string): void => {
    const { scale, zero } = stepsOf(ranges.get(name) as Range);
    scaleOf.set(name, scale);
    made.set(`${name}/scale`, { name: `${name}/scale`, dims: [], dtype: 'float32', values: Float32Array.of(scale) });
    made.set(`${name}/zero`, { name: `${name}/zero`, dims: [], dtype: 'uint8', values: Uint8Array.of(zero) });
    const steps = [`${name}/scale`, `${name}/zero`];
    nodes.push({ op: 'QuantizeLinear', inputs: [name, ...steps], outputs: [`${name}/uint8`], attributes: {} });
    nodes.push({
      op: 'DequantizeLinear',
      inputs: [`${name}/uint8`, ...steps],
      outputs: [`${name}/rounded`],
      attributes: {},
    });
  };
  const dequantised = (int8: Initializer, scales: Initializer, axis: number): string => {
    const output = `${int8.name}/float32`;
    if (!made.has(int8.name)) {
      made.set(int8.name, int8).set(scales.name, scales);
      nodes.push({
        op: 'DequantizeLinear',
        inputs: [int8.name, scales.name],
        outputs: [output],
        attributes: { axis },
      });
    }
    return output;
  };

  for (const { name } of graph.inputs) if (held.has(name)) hold(name);
  for (const node of graph.nodes) {
    const weights = inInt8.get(node);
    const inputs = node.inputs.map((name) => (held.has(name) ? `${name}/rounded` : name));
    if (weights) {
      const axis = node.op === 'Conv' ? 0 : 1;
      const { weights: int8, scales } = perChannel(weights, axis);
      inputs[1] = dequantised(int8, scales, axis);
      const bias = constants.get(node.inputs[2]);
      if (bias) {
        const steps = (scales.values as Float32Array).map((scale) => scale * (scaleOf.get(node.inputs[0]) as number));
        const values = Int32Array.from(steps, (step, i) => Math.round(Number(bias.values[i]) / step));
        const name = `${node.outputs[0]}/bias/int32`;
        inputs[2] = dequantised(
          { name, dims: bias.dims, dtype: 'int32', values },
          { name: `${name}/scales`, dims: bias.dims, dtype: 'float32', values: steps },
          0,
        );
      }
    }
    nodes.push({ ...node, inputs });
    for (const name of node.outputs) if (held.has(name)) hold(name);
  }
  const initializers = keptConstants(nodes, [...constants.values(), ...made.values()]);
  return withDynamicLstm({ ...graph, nodes, initializers });
}

const withDynamicLstm = (graph: OnnxGraph): OnnxGraph =>
  graph.nodes.some(({ op }) => op === 'LSTM') ? toDynamicInt8(graph, ['LSTM']) : graph;

/** What a step of uint8 is worth and which stands for 0, which must be exact: padding is 0. */
function stepsOf([low, high]: Range): { scale: number; zero: number } {
  const [from, to] = [Math.min(0, low), Math.max(0, high)];
  const scale = Math.fround((to - from) / 255) || 1;
  return { scale, zero: Math.round(-from / scale) };
}

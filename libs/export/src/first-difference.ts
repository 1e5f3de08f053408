import * as tf from '@tensorflow/tfjs-core';
import { tensorsOf, type Batch } from './inputs.js';
import { withOutputs } from './model-proto.js';
import { distance, type Compared } from './parity.js';
import { openSession } from './runtime.js';
import { trace } from './trace.js';
import { nativeOrder, plainOrder, transposed, type Constant } from './value.js';

/** Runs a model somewhere: all of its outputs, by name. */
export type RunModel = (model: Uint8Array, inputs: Batch) => Promise<Readonly<Record<string, Float32Array>>>;

/**
 * Compares every step of the computation and says in a sentence where the two first part by more than `tolerance`, relative above 1.
 *
 * @param run where the file is run; default ONNX Runtime for Node
 */
export async function firstDifference(
  { subject, program, graph, bytes }: Compared,
  input: Batch,
  tolerance: number,
  run: RunModel = inNode,
): Promise<string> {
  const written = new Set(graph.nodes.flatMap((node) => node.outputs));
  const expected: Constant[] = [];
  const x = tensorsOf(input);
  trace(subject.forward, x, (_, [y]) =>
    expected.push({ kind: 'constant', values: y.dataSync<'float32'>().slice(), dims: y.shape, dtype: y.dtype }),
  );
  tf.dispose(x);
  const compared = program.steps.flatMap((step, i) => {
    const value = graph.results.get(step);
    if (value?.kind !== 'view' || value.dtype !== 'float32' || !written.has(value.name) || !(i in expected)) return [];
    const order = nativeOrder(value);
    const rest = plainOrder(value).filter((axis) => !order.includes(axis));
    return [
      { step, name: value.name, values: Array.from((transposed(expected[i], [...rest, ...order]) as Constant).values) },
    ];
  });
  const { bytes: open, nameOf } = withOutputs(bytes, [...new Set(compared.map(({ name }) => name))]);
  const actual = await run(open, input);
  for (const { step, name, values } of compared) {
    const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
    const difference = values.reduce((a, b, i) => Math.max(a, distance(b, actual[nameOf(name)][i])), 0);
    if (difference > tolerance * scale) {
      return `They part first at \`${step.kernel}\` of layer \`${step.layer}\` (ONNX node \`${name}\`), by ${difference.toPrecision(3)}.`;
    }
  }
  return 'No single step differs when run again, so the model itself may not be deterministic.';
}

async function inNode(model: Uint8Array, inputs: Batch): Promise<Record<string, Float32Array>> {
  const session = await openSession(model);
  return session.run(inputs).finally(() => session.close());
}

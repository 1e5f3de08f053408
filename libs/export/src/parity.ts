import { CardioError, createRandom, isCardioError, type TaskKind } from '@cardio/core';
import * as tf from '@tensorflow/tfjs-core';
import type * as tfl from '@tensorflow/tfjs-layers';
import { inputNames, type OnnxGraph } from './build.js';
import { withOutputs } from './model-proto.js';
import type { Program } from './program.js';
import { openSession, type Floats, type Session } from './runtime.js';
import { trace } from './trace.js';
import { nativeOrder, plainOrder, transposed, type Constant } from './value.js';

/** How far the exported model is from the trained one. */
export interface Parity {
  /** Largest difference of a probability. */
  readonly maxAbsDiff: number;
  /** How many random inputs were compared, each in a batch and alone. */
  readonly inputs: number;
}

/** The largest difference of a probability that an export may have. */
const tolerance = 1e-4;
const inputs = 16;

/** What is compared: a trained model and the graph made from it. */
export interface Subject {
  readonly model: tfl.LayersModel;
  readonly task: TaskKind;
  readonly program: Program;
  readonly graph: OnnxGraph;
  readonly bytes: Uint8Array;
}

/**
 * Runs the exported bytes in ONNX Runtime on 16 random inputs, as one batch and one by one, against the trained model.
 *
 * @throws CardioError 'check' if a probability differs by more than 1e-4, naming the first step that differs; 'unavailable' without ONNX Runtime
 */
export async function checkParity(subject: Subject): Promise<Parity> {
  const batch = randomInputs(subject.model, inputs);
  const expected = probabilitiesOf(subject, batch);
  const session = await openSession(subject.bytes).catch((cause: unknown) => {
    if (isCardioError(cause)) throw cause;
    throw new CardioError('check', `ONNX Runtime refuses the exported model (${String(cause)}). No file was written.`, {
      cause,
    });
  });
  try {
    const together = await session.run(batch);
    const alone: number[] = [];
    for (let i = 0; i < inputs; i++) alone.push(...(await session.run(examples(batch, [i])))['probabilities']);
    const differences = Array.from(expected, (p, i) =>
      Math.max(distance(p, together['probabilities'][i]), distance(p, alone[i])),
    );
    const maxAbsDiff = Math.max(...differences);
    if (maxAbsDiff <= tolerance) return { maxAbsDiff, inputs };
    const worst = Math.floor(differences.indexOf(maxAbsDiff) / (expected.length / inputs));
    // a batch of two, as some kernels go wrong only beyond the first example
    const place = await firstDifference(subject, examples(batch, [worst === 0 ? 1 : 0, worst]));
    throw new CardioError(
      'check',
      `The exported model is not the trained one: a probability differs by ${maxAbsDiff.toPrecision(3)} (allowed ${tolerance}). ${place} No file was written.`,
    );
  } finally {
    await session.close();
  }
}

/** Standard normal inputs, the same in every export. */
export function randomInputs(model: tfl.LayersModel, batch: number): Record<string, Floats> {
  return Object.fromEntries(
    model.inputs.map((input, i) => {
      const shape = [batch, ...(input.shape.slice(1) as number[])];
      const random = createRandom(0).fork(inputNames[i]);
      return [
        inputNames[i],
        { shape, data: Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()) },
      ];
    }),
  );
}

/** Inputs as tensors, in order; the caller disposes them. */
export const tensorsOf = (batch: Readonly<Record<string, Floats>>): tf.Tensor[] =>
  Object.values(batch).map(({ data, shape }) => tf.tensor(data, [...shape]));

function probabilitiesOf({ model, task }: Subject, batch: Readonly<Record<string, Floats>>): Float32Array {
  const probabilities = tf.tidy(() => {
    const x = tensorsOf(batch);
    const logits = model.apply(x.length === 1 ? x[0] : x, { training: false }) as tf.Tensor;
    return task === 'multi-class' ? tf.softmax(logits) : tf.sigmoid(logits);
  });
  const values = probabilities.dataSync<'float32'>().slice();
  probabilities.dispose();
  return values;
}

/** Some of the examples of a batch, as a batch. */
function examples(batch: Readonly<Record<string, Floats>>, indices: readonly number[]): Record<string, Floats> {
  return Object.fromEntries(
    Object.entries(batch).map(([name, { data, shape }]) => {
      const size = data.length / shape[0];
      const chosen = indices.flatMap((i) => [...data.subarray(i * size, (i + 1) * size)]);
      return [name, { data: Float32Array.from(chosen), shape: [indices.length, ...shape.slice(1)] }];
    }),
  );
}

/** The distance of two numbers; NaN is infinitely far from everything. */
function distance(a: number, b: number): number {
  const difference = Math.abs(a - b);
  return Number.isNaN(difference) ? Infinity : difference;
}

/** Compares every step of the forward pass and says in a sentence where the two first part. */
async function firstDifference(
  { model, program, graph, bytes }: Subject,
  input: Readonly<Record<string, Floats>>,
): Promise<string> {
  const written = new Set(graph.nodes.flatMap((node) => node.outputs));
  const expected: Constant[] = [];
  const x = tensorsOf(input);
  trace(model, x, (_, [y]) =>
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
  const hidden = compared
    .map(({ name }) => name)
    .filter((name) => !graph.outputs.some((output) => output.name === name));
  const session: Session = await openSession(withOutputs(bytes, [...new Set(hidden)]));
  const actual = await session.run(input).finally(() => session.close());
  for (const { step, name, values } of compared) {
    const scale = values.reduce((a, b) => Math.max(a, Math.abs(b)), 1);
    const difference = values.reduce((a, b, i) => Math.max(a, distance(b, actual[name][i])), 0);
    if (difference > tolerance * scale) {
      return `They part first at \`${step.kernel}\` of layer \`${step.layer}\` (ONNX node \`${name}\`), by ${difference.toPrecision(3)}.`;
    }
  }
  return 'No single step differs when run again, so the model itself may not be deterministic.';
}

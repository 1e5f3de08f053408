import * as tf from '@tensorflow/tfjs-core';
import type { Case } from './case.js';
import { normal, toTensor } from './inputs.js';

/**
 * What two backends may differ by, as a fraction of a tensor's largest finite value. The cpu backend computes in double precision and
 * rounds to single; a kernel in single precision that sums n products is off by about sqrt(n) * 2^-24. Sums here have up to 300 terms:
 * 17 * 6e-8 = 1e-6, and functions made of several steps lose a few bits more. Integers and truth values must be equal.
 */
const tolerance = 1e-5;

/** A tensor's content, away from its backend. */
interface Content {
  readonly what: string;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
  readonly values: ArrayLike<number> | readonly string[];
}

/**
 * How inputs lie in memory, where the backend has strides: in rows, or as views (inputs transposed or cut out of larger tensors, the
 * gradient that comes in broadcast over its first axis).
 */
type Layout = 'plain' | 'views';

/** Runs a case on two backends and says how the second differs from the first: one line per difference, none if they agree. */
export async function differences(
  which: Case,
  reference: string,
  candidate: string,
  layout: Layout = 'plain',
): Promise<string[]> {
  const expected = await contents(which, reference, layout);
  const actual = await contents(which, candidate, layout);
  if (actual.length !== expected.length) return [`${actual.length} tensors in place of ${expected.length}`];
  return expected.flatMap((content, i) => differencesOf(actual[i], content, which.tolerance ?? tolerance));
}

/** What a case gives on a backend: outputs, then gradients. */
async function contents(which: Case, backend: string, layout: Layout): Promise<Content[]> {
  if (!(await tf.setBackend(backend))) throw new Error(`The backend '${backend}' does not start`);
  const before = tf.memory().numDataBuffers;
  const results: Content[] = [];
  tf.tidy(() => {
    const inputs = which.inputs.map((input, i) => laidOut(toTensor(input, i), layout));
    const outputs = [which.run(...inputs)].flat();
    results.push(...outputs.map((output, i) => content(`output ${i}`, output)));
    if (which.gradient) results.push(...gradients(which, inputs, outputs, layout));
  });
  const left = tf.memory().numDataBuffers - before;
  if (left !== 0) throw new Error(`${which.name} leaves ${left} buffers behind on '${backend}'`);
  return results;
}

/** Gradients of the float32 outputs, each weighted by random numbers, by the float32 inputs. */
function gradients(which: Case, inputs: tf.Tensor[], outputs: tf.Tensor[], layout: Layout): Content[] {
  const positions = inputs.flatMap(({ dtype }, i) => (dtype === 'float32' ? [i] : []));
  const flat = (...by: tf.Tensor[]): tf.Tensor => {
    const all = [...inputs];
    by.forEach((x, k) => (all[positions[k]] = x));
    const results = [which.run(...all)].flat();
    return results.length === 1 ? results[0] : tf.concat(results.map((y) => tf.reshape(y, [y.size])));
  };
  const shape = outputs.length === 1 ? outputs[0].shape : [outputs.reduce((size, y) => size + y.size, 0)];
  const isView = layout === 'views' && shape.length > 0 && shape[0] > 0;
  const dy = isView
    ? tf.broadcastTo(toTensor(normal(1, ...shape.slice(1)), 99), shape)
    : toTensor(normal(...shape), 99);
  const by = positions.map((i) => inputs[i]);
  return tf
    .grads(flat)(by, dy)
    .map((dx, k) => content(`gradient by input ${positions[k]}`, dx));
}

/** The same tensor, as a view if asked. */
function laidOut(x: tf.Tensor, layout: Layout): tf.Tensor {
  if (layout === 'plain' || x.rank === 0 || x.size === 0) return x;
  if (x.rank === 1) return tf.slice(tf.concat([x, x, x]), x.size, x.size);
  const turned = tf.transpose(x);
  return tf.transpose(tf.tensor(turned.dataSync(), turned.shape, x.dtype));
}

const content = (what: string, x: tf.Tensor): Content => ({
  what,
  shape: x.shape,
  dtype: x.dtype,
  values: x.dataSync<'float32'>(), // strings come as strings
});

function differencesOf(actual: Content, expected: Content, bound: number): string[] {
  const { what, shape, dtype } = expected;
  if (!tf.util.arraysEqual([...actual.shape], [...shape])) {
    return [`${what}: shape [${actual.shape}] in place of [${shape}]`];
  }
  if (actual.dtype !== dtype) return [`${what}: dtype ${actual.dtype} in place of ${dtype}`];
  if (actual.values.length !== expected.values.length) return [`${what}: ${actual.values.length} values`];
  const allowed = dtype === 'float32' ? bound * scaleOf(expected.values as ArrayLike<number>) : 0;
  for (let i = 0; i < expected.values.length; i++) {
    const [a, e] = [actual.values[i], expected.values[i]];
    if (Object.is(a, e) || a === e) continue;
    if (typeof a === 'number' && typeof e === 'number' && Math.abs(a - e) <= allowed) continue;
    return [`${what} at ${i} of [${shape}]: ${a} in place of ${e}`];
  }
  return [];
}

/** The largest finite size in an array, at least 0.2: inputs are about 1 in size, and of what cancels out no more digits are left. */
function scaleOf(values: ArrayLike<number>): number {
  let scale = 0.2;
  for (let i = 0; i < values.length; i++) {
    if (Number.isFinite(values[i])) scale = Math.max(scale, Math.abs(values[i]));
  }
  return scale;
}

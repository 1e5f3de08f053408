import { CardioError } from '@cardio/core';
import type * as tf from '@tensorflow/tfjs-core';
import { firstIfAllEqual, sameValues, type Values } from './arrays.js';
import { dimThrough, isBatchDim, type Dim } from './dims.js';
import type { Step, TensorRef, Trace, TracedConstant } from './trace.js';

/** A tensor of a program: its shape holds for every batch size. */
export interface TensorSpec {
  readonly id: number;
  readonly dims: readonly Dim[];
  readonly dtype: tf.DataType;
}

/** A constant of a program. Where `dims` grows with the batch, `values` has length 1 there and is repeated. */
export interface ConstantSpec extends TensorSpec {
  readonly name?: string;
  readonly shape: readonly number[];
  values(): Values;
}

/** One kernel call of a program; numbers in `attrs` that grow with the batch are {@link BatchDim}s. */
export interface ProgramStep {
  readonly kernel: string;
  readonly layer: string;
  /** Tensor ids by input name. */
  readonly inputs: Readonly<Record<string, number>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TensorSpec[];
}

/** A forward pass for any batch size. */
export interface Program {
  readonly inputs: readonly TensorSpec[];
  readonly steps: readonly ProgramStep[];
  readonly constants: ReadonlyMap<number, ConstantSpec>;
  readonly outputs: readonly TensorSpec[];
}

/**
 * Merges two traces of one model, made at the two {@link traceBatches}, into a program for any batch size.
 *
 * @throws CardioError 'usage' naming kernel and layer where the forward pass does something that can't be stated for every batch size
 */
export function mergeTraces(a: Trace, b: Trace): Program {
  const partner = new Map<number, number>(); // id in a → id in b
  const constants = new Map<number, ConstantSpec>();
  const tensor = (x: TensorRef, y: TensorRef, at: Step): TensorSpec => {
    if (x.shape.length !== y.shape.length || x.dtype !== y.dtype)
      throw batchDependent(at, 'the rank or type of a tensor');
    partner.set(x.id, y.id);
    return { id: x.id, dims: x.shape.map((length, i) => dimThrough(length, y.shape[i])), dtype: x.dtype };
  };
  const operand = (x: TensorRef, y: TensorRef | undefined, at: Step): number => {
    if (y === undefined) throw batchDependent(at, 'its number of inputs');
    const [constant, other] = [a.constants.get(x.id), b.constants.get(y.id)];
    if (constant && other && !constants.has(x.id))
      constants.set(x.id, mergeConstants(constant, other, tensor(x, y, at), at));
    if (partner.get(x.id) !== y.id) throw batchDependent(at, 'which tensors it reads');
    return x.id;
  };

  const start: Step = { kernel: 'Input', layer: 'input', inputs: {}, attrs: {}, outputs: [] };
  const inputs = a.inputs.map((x, i) => tensor(x, b.inputs[i], start));
  const steps = a.steps.map((step, i): ProgramStep => {
    const other = b.steps.at(i);
    if (step.kernel !== other?.kernel || step.outputs.length !== other.outputs.length)
      throw batchDependent(step, 'which kernels run');
    return {
      kernel: step.kernel,
      layer: step.layer,
      inputs: Object.fromEntries(
        Object.entries(step.inputs).map(([name, x]) => [name, operand(x, other.inputs[name], step)]),
      ),
      attrs: mergeAttrs(step.attrs, other.attrs, step) as Record<string, unknown>,
      outputs: step.outputs.map((x, o) => tensor(x, other.outputs[o], step)),
    };
  });
  const end = a.steps.at(-1) ?? start;
  const outputs = a.outputs.map((x, i) => {
    operand(x, b.outputs[i], end);
    return tensor(x, b.outputs[i], end);
  });
  return { inputs, steps, constants, outputs };
}

function mergeConstants(a: TracedConstant, b: TracedConstant, spec: TensorSpec, at: Step): ConstantSpec {
  const name = a.name && { name: a.name };
  const same = { ...spec, ...name, shape: a.shape, values: a.values };
  if (a.isVariable && b.isVariable) return same;
  const one = collapse(a, spec.dims);
  const other = collapse(b, spec.dims);
  if (!one || !other || !sameValues(one.values, other.values)) {
    throw batchDependent(at, `the values of a constant of shape [${a.shape.join(', ')}]`);
  }
  return { ...spec, ...name, shape: one.shape, values: () => one.values };
}

/** The constant with length 1 along every axis that grows with the batch; undefined if its values vary there. */
function collapse(constant: TracedConstant, dims: readonly Dim[]): { values: Values; shape: number[] } | undefined {
  let values: Values | undefined = constant.values();
  const shape = [...constant.shape];
  for (const [axis, dim] of dims.entries()) {
    if (!isBatchDim(dim) || !values) continue;
    values = firstIfAllEqual(values, shape, axis);
    shape[axis] = 1;
  }
  return values && { values, shape };
}

function mergeAttrs(a: unknown, b: unknown, at: Step): unknown {
  if (typeof a === 'number' && typeof b === 'number') return dimThrough(a, b);
  if (Array.isArray(a) && Array.isArray(b) && a.length === b.length)
    return a.map((value, i) => mergeAttrs(value, b[i], at));
  if (isRecord(a) && isRecord(b))
    return Object.fromEntries(Object.entries(a).map(([key, value]) => [key, mergeAttrs(value, b[key], at)]));
  if (a === b) return a;
  throw batchDependent(at, `an attribute (${JSON.stringify(a)} and ${JSON.stringify(b)})`);
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && Object.getPrototypeOf(value) === Object.prototype;

const batchDependent = (at: Step, what: string): CardioError =>
  new CardioError(
    'usage',
    `The model can't be exported: at \`${at.kernel}\` in layer \`${at.layer}\`, ${what} differs between two forward passes of other ` +
      "batch size, so it is random or depends on the batch in a way a fixed graph can't express. Change that layer so that in " +
      'inference each example is treated alone.',
  );

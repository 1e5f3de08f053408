import * as tf from '@tensorflow/tfjs-core';
import * as tfl from '@tensorflow/tfjs-layers';
import type { Values } from './arrays.js';
import type { Subject } from './subject.js';

/** A tensor that passed through a traced forward pass. tfjs never reuses an id, so tensors may be freed while tracing. */
export interface TensorRef {
  readonly id: number;
  readonly shape: readonly number[];
  readonly dtype: tf.DataType;
}

/** One tfjs kernel that ran, with the layer that ran it. */
export interface Step {
  readonly kernel: string;
  readonly layer: string;
  /** By tfjs's names; list inputs (Concat, Pack) have the names '0', '1', … */
  readonly inputs: Readonly<Record<string, TensorRef>>;
  readonly attrs: Readonly<Record<string, unknown>>;
  readonly outputs: readonly TensorRef[];
}

/** A tensor that doesn't depend on the inputs: a weight, a literal, or what kernels make of them. */
export interface TracedConstant extends TensorRef {
  /** The tfjs variable it came from, if there is one. */
  readonly name?: string;
  /** Whether it is that variable itself, perhaps in another shape: it can't differ between two traces. */
  readonly isVariable: boolean;
  values(): Values;
}

/** What one forward pass did. */
export interface Trace {
  readonly inputs: readonly TensorRef[];
  /** The kernels whose results depend on the inputs, in order. */
  readonly steps: readonly Step[];
  readonly constants: ReadonlyMap<number, TracedConstant>;
  readonly outputs: readonly TensorRef[];
}

/** Kernels that read only the shape of their input. */
const shapeOnly = new Set(['ZerosLike', 'OnesLike']);
/** Kernels that give the same values another shape. */
const reshapes = new Set(['Identity', 'Reshape', 'ExpandDims']);

/**
 * Runs `forward` on `inputs` and records every kernel that depends on them. What depends on weights and literals
 * alone is computed once here and becomes a constant.
 *
 * @param observe is called with every recorded step and its output tensors, while these are alive
 */
export function trace(
  forward: Subject['forward'],
  inputs: tf.Tensor[],
  observe?: (step: Step, outputs: tf.Tensor[]) => void,
): Trace {
  const dependent = new Set(inputs.map((x) => x.id));
  const constants = new Map<number, TracedConstant>();
  const steps: Step[] = [];
  const engine = tf.engine();
  const runKernel = engine.runKernel;
  const layers = followLayers();
  let depth = 0;

  const operand = (x: tf.Tensor): TensorRef => {
    if (!dependent.has(x.id) && !constants.has(x.id)) constants.set(x.id, literal(x));
    return refOf(x);
  };
  const record = (
    kernel: string,
    inputMap: tf.NamedTensorMap,
    attrs: tf.NamedAttrMap,
    result: tf.Tensor | tf.Tensor[],
  ): void => {
    const entries = Object.entries(inputMap).filter(([, x]) => x instanceof tf.Tensor);
    const outputs = [result].flat();
    const refs = Object.fromEntries(entries.map(([name, x]) => [name, operand(x)]));
    const names = new Set(entries.flatMap(([, x]) => constants.get(x.id)?.name ?? []));
    const tilesWeight = kernel === 'Tile' && names.size > 0; // kept as a step: as a constant it would be a large one
    if (tilesWeight || (!shapeOnly.has(kernel) && entries.some(([, x]) => dependent.has(x.id)))) {
      const step = { kernel, layer: layers.current(), inputs: refs, attrs, outputs: outputs.map(refOf) };
      steps.push(step);
      for (const x of outputs) dependent.add(x.id);
      observe?.(step, outputs);
    } else {
      const source = reshapes.has(kernel) ? constants.get(entries[0][1].id) : undefined;
      const [name] = names.size === 1 ? names : [];
      for (const x of outputs)
        constants.set(x.id, source ? { ...source, ...refOf(x) } : computed(x, name && `${name}/${kernel}`));
    }
  };

  // ops of tfjs-core call the engine's method by name, so an own property sees all of them, also those inside custom gradients
  const traced = (
    kernel: string,
    inputMap: tf.NamedTensorMap,
    attrs: tf.NamedAttrMap = {},
  ): tf.Tensor | tf.Tensor[] => {
    depth++;
    let result: tf.Tensor | tf.Tensor[];
    try {
      result = runKernel.call(engine, kernel, inputMap, attrs) as tf.Tensor | tf.Tensor[];
    } finally {
      depth--;
    }
    if (depth === 0) record(kernel, inputMap, attrs, result); // a kernel that runs kernels is one step
    return result;
  };

  let made: TensorRef[] = [];
  try {
    engine.runKernel = traced as typeof runKernel;
    tf.tidy(() => {
      made = forward(inputs, layers.within).map(operand);
    });
  } finally {
    engine.runKernel = runKernel;
    layers.stop();
  }
  return { inputs: inputs.map(refOf), steps, constants, outputs: made };
}

/** Keeps the name of the innermost layer being applied, or of the part being run, until `stop`. */
function followLayers(): { current(): string; within<T>(this: void, part: string, run: () => T): T; stop(): void } {
  const names: string[] = [];
  const within = <T>(part: string, run: () => T): T => {
    names.push(part);
    try {
      return run();
    } finally {
      names.pop();
    }
  };
  const prototype = tfl.layers.Layer.prototype;
  const apply = prototype.apply;
  prototype.apply = function (this: tfl.layers.Layer, ...args: Parameters<typeof apply>) {
    return within(this.name, () => apply.apply(this, args));
  };
  return { current: () => names.at(-1) ?? 'model', within, stop: () => void (prototype.apply = apply) };
}

const refOf = (x: tf.Tensor): TensorRef => ({ id: x.id, shape: x.shape, dtype: x.dtype });

function literal(x: tf.Tensor): TracedConstant {
  if (!(x instanceof tf.Variable)) return computed(x, undefined);
  let values: Values | undefined;
  return { ...refOf(x), name: x.name, isVariable: true, values: () => (values ??= x.dataSync<'float32'>()) };
}

function computed(x: tf.Tensor, name: string | undefined): TracedConstant {
  const values = x.dataSync<'float32'>().slice(); // now: it may be freed before the trace ends
  return { ...refOf(x), ...(name && { name }), isVariable: false, values: () => values };
}

import { hash32 } from '@cardio/core';
import type * as tf from '@tensorflow/tfjs-core';
import { sameValues, type Values } from './arrays.js';
import { isBatchDim, type BatchDim, type Dim } from './dims.js';
import type { ConstantSpec } from './program.js';
import {
  nativeOrder,
  plainOrder,
  reshapedFreely,
  transposed,
  viewOf,
  type Constant,
  type Value,
  type View,
} from './value.js';

/** An attribute of an ONNX node: a whole number, a list of them, a text, or (wrapped) a float. */
export type Attribute = number | readonly number[] | string | { readonly float: number };

/** A node of the ONNX graph. */
export interface Node {
  readonly op: string;
  /** ONNX's own operators unless given. */
  readonly domain?: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
}

/** A type that constants have. */
type ConstantType = 'float32' | 'float16' | 'int32' | 'bool' | 'int64' | 'int8' | 'uint8';

/** A constant of the ONNX graph; int64 only for shapes, axes and indices, float16 as its bits. */
export interface Initializer {
  readonly name: string;
  readonly dims: readonly number[];
  readonly dtype: ConstantType;
  readonly values: Values | BigInt64Array | Uint16Array | Int8Array;
}

/** Collects the nodes and initializers of an ONNX graph. Equal nodes and equal unnamed constants exist once. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly initializers = new Map<string, Initializer>();
  private readonly names = new Set<string>();
  private readonly known = new Map<string, string[]>();
  private readonly byContent = new Map<string, Initializer[]>();
  private scope = '';

  /**
   * @param batchSource the input whose first axis is the batch
   * @param reserved names that no node or initializer may have
   */
  constructor(
    private readonly batchSource: string,
    reserved: readonly string[],
  ) {
    for (const name of reserved) this.names.add(name);
  }

  /** Names of the nodes that follow begin with `scope`: the layer they come from. */
  enter(scope: string): void {
    this.scope = scope;
  }

  /** Adds a node and returns the names of its outputs; '' stands for an input left out. */
  add(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>> = {},
    outputs = 1,
  ): string[] {
    const key = JSON.stringify([op, inputs, attributes, outputs]);
    const known = this.known.get(key);
    if (known) return known;
    const names = Array.from({ length: outputs }, () => this.unique(`${this.scope}/${op}`));
    this.nodes.push({ op, inputs, outputs: names, attributes });
    this.known.set(key, names);
    return names;
  }

  /** Adds a node with one output, whose axes are the axes `order` of a tensor of shape `dims`. */
  view(
    op: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, Attribute>>,
    order: readonly number[],
    like: TensorLike,
  ): View {
    return viewOf(this.add(op, inputs, attributes)[0], order, like.dims, like.dtype);
  }

  /** A constant of the program; where its shape grows with the batch, it is repeated to that shape. */
  constant({ values, shape, dims, dtype, name }: ConstantSpec): Value {
    const constant: Constant = { kind: 'constant', values: values(), dims: shape, dtype, ...(name && { name }) };
    if (!dims.some(isBatchDim)) return constant;
    const expanded = this.view('Expand', [this.use(constant), this.shape(dims)], {}, plainOrder(constant), {
      dims,
      dtype,
    });
    return { ...expanded, repeats: constant };
  }

  /** The name of an ONNX tensor whose axes are the axes `order` of the value (default: all in their order); axes left out have length 1. */
  use(value: Value, order: readonly number[] = plainOrder(value)): string {
    if (value.kind === 'constant') {
      const rest = plainOrder(value).filter((axis) => !order.includes(axis));
      const { values, dims } = transposed(value, [...rest, ...order]) as Constant;
      const dtype = value.dtype as ConstantType;
      return this.initializer({ values, dims: dims.slice(rest.length), dtype }, value.name);
    }
    const native = nativeOrder(value);
    const wanted = order.filter((axis) => value.axes[axis] !== null);
    const kept = native.filter((axis) => wanted.includes(axis));
    let { name } = value;
    const positions = kept.map((axis) => value.axes[axis]);
    const dropped = Array.from({ length: value.rank }, (_, i) => i).filter((i) => !positions.includes(i));
    if (dropped.length > 0) [name] = this.add('Squeeze', [name, this.ints(dropped)]);
    const perm = wanted.map((axis) => kept.indexOf(axis));
    if (perm.some((from, to) => from !== to)) [name] = this.add('Transpose', [name], { perm });
    const added = order.flatMap((axis, i) => (value.axes[axis] === null ? [i] : []));
    if (added.length > 0) [name] = this.add('Unsqueeze', [name, this.ints(added)]);
    return name;
  }

  /** The value in another shape with the same number of elements. */
  reshape(value: Value, dims: readonly Dim[]): Value {
    const free = reshapedFreely(value, dims);
    if (free) return free;
    // one length that depends on the batch can be left to the runtime
    const target =
      dims.filter(isBatchDim).length === 1
        ? this.ints(dims.map((dim) => (isBatchDim(dim) ? -1 : dim)))
        : this.shape(dims);
    const like = { dims, dtype: value.dtype };
    return this.view(
      'Reshape',
      [this.use(value), target],
      {},
      dims.map((_, i) => i),
      like,
    );
  }

  /** A shape as an int64 vector; computed from the input where it depends on the batch. */
  shape(dims: readonly Dim[]): string {
    if (!dims.some(isBatchDim)) return this.ints(dims as number[]);
    const parts = dims.map((dim) => (isBatchDim(dim) ? this.batchDim(dim) : this.ints([dim])));
    return parts.length === 1 ? parts[0] : this.add('Concat', parts, { axis: 0 })[0];
  }

  /** An int64 vector. */
  ints(values: readonly number[]): string {
    return this.initializer({ values: BigInt64Array.from(values, BigInt), dims: [values.length], dtype: 'int64' });
  }

  /** An int64 scalar. */
  int(value: number): string {
    return this.initializer({ values: BigInt64Array.of(BigInt(value)), dims: [], dtype: 'int64' });
  }

  /** A float scalar. */
  float(value: number): string {
    return this.initializer({ values: Float32Array.of(value), dims: [], dtype: 'float32' });
  }

  private batchDim({ perBatch, plus }: BatchDim): string {
    let [name] = this.add('Shape', [this.batchSource], { start: 0, end: 1 });
    if (perBatch !== 1) [name] = this.add('Mul', [name, this.ints([perBatch])]);
    if (plus !== 0) [name] = this.add('Add', [name, this.ints([plus])]);
    return name;
  }

  private initializer(constant: Made, name?: string): string {
    const bytes = new Uint8Array(
      constant.values.buffer,
      constant.values.byteOffset,
      Math.min(constant.values.byteLength, 256),
    );
    const key = `${name ?? ''} ${constant.dtype} ${constant.dims.join()} ${hash32(bytes.join())}`;
    const alike = this.byContent.get(key) ?? [];
    const same = alike.find((other) => equal(other.values as Values | BigInt64Array, constant.values));
    if (same) return same.name;
    const made = { ...constant, name: this.unique(name ?? 'constant') };
    this.byContent.set(key, [...alike, made]);
    this.initializers.set(made.name, made);
    return made.name;
  }

  private unique(base: string): string {
    let name = base;
    for (let i = 1; this.names.has(name); i++) name = `${base}_${i}`;
    this.names.add(name);
    return name;
  }
}

/** A constant before it has a name. */
interface Made extends Omit<Initializer, 'name'> {
  readonly values: Values | BigInt64Array;
}

/** Shape and type of a tensor. */
export interface TensorLike {
  readonly dims: readonly Dim[];
  readonly dtype: tf.DataType;
}

function equal(a: Values | BigInt64Array, b: Values | BigInt64Array): boolean {
  if (a instanceof BigInt64Array || b instanceof BigInt64Array) {
    return (
      a instanceof BigInt64Array &&
      b instanceof BigInt64Array &&
      a.length === b.length &&
      a.every((value, i) => value === b[i])
    );
  }
  return sameValues(a, b);
}

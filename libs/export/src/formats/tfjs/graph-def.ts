import type * as tf from '@tensorflow/tfjs-core';
import type { Values } from '../../arrays.js';
import { isBatchDim, type BatchDim, type Dim } from '../../dims.js';

/** A value of a node's attribute, in the JSON of protocol buffers (tensorflow/core/framework/attr_value.proto). */
type Attribute =
  | { readonly i: string }
  | { readonly f: number }
  | { readonly b: boolean }
  | { readonly s: string }
  | { readonly type: string }
  | { readonly list: { readonly i: readonly string[] } | { readonly s: readonly string[] } }
  | { readonly shape: { readonly dim: readonly { readonly size: string }[] } };
export type Attributes = Readonly<Record<string, Attribute>>;

/** A node of a TensorFlow graph; the second result of `name` is called `name:1`. */
export interface NodeDef {
  readonly name: string;
  readonly op: string;
  readonly input: readonly string[];
  readonly attr: Attributes;
}

/** A constant, whose node has its name. */
export interface Weight {
  readonly name: string;
  readonly dtype: tf.DataType;
  readonly shape: readonly number[];
  readonly values: Values;
}

/** Attributes as TensorFlow writes them. */
export const attribute = {
  int: (value: number): Attribute => ({ i: String(value) }),
  ints: (values: readonly number[]): Attribute => ({ list: { i: values.map(String) } }),
  float: (value: number): Attribute => ({ f: value }),
  bool: (value: unknown): Attribute => ({ b: Boolean(value) }),
  text: (value: string): Attribute => ({ s: base64(value) }),
  texts: (values: readonly string[]): Attribute => ({ list: { s: values.map(base64) } }),
  type: (dtype: string): Attribute => ({ type: typeNames[dtype as 'float32'] }),
  shape: (dims: readonly Dim[]): Attribute => ({ shape: tensorShape(dims) }),
} as const;

/** What TensorFlow calls the types. */
export const typeNames = { float32: 'DT_FLOAT', int32: 'DT_INT32', bool: 'DT_BOOL' } as const;

/** A shape in JSON; -1 stands for the batch. */
export const tensorShape = (dims: readonly Dim[]): { dim: { size: string }[] } => ({
  dim: dims.map((dim) => ({ size: String(isBatchDim(dim) ? -1 : dim) })),
});

const base64 = (text: string): string => Buffer.from(text).toString('base64');
/** Constants up to this length exist once. */
const short = 64;

/** Collects the nodes and constants of a TensorFlow graph. Equal nodes and equal short constants without a name exist once. */
export class GraphDef {
  readonly nodes: NodeDef[] = [];
  readonly weights: Weight[] = [];
  private readonly names = new Set<string>();
  private readonly known = new Map<string, string>();
  private scope = '';

  /** @param batchSource the input whose first axis is the batch */
  constructor(private readonly batchSource: string) {}

  /** Names of the nodes that follow begin with `scope`: the layer they come from. */
  enter(scope: string): void {
    this.scope = scope;
  }

  /** Adds a node and returns its name, which is that of its first result. */
  add(op: string, input: readonly string[], attr: Attributes = {}): string {
    const key = JSON.stringify([op, input, attr]);
    return this.once(key, () => this.named(`${this.scope}/${op}`, op, input, attr));
  }

  /** Adds a node with just that name, if it is free. */
  named(base: string, op: string, input: readonly string[], attr: Attributes = {}): string {
    const name = this.unique(base);
    this.nodes.push({ name, op, input, attr });
    return name;
  }

  /** Keeps names for {@link end}. */
  reserve(names: readonly string[]): void {
    for (const name of names) this.names.add(name);
  }

  /** Gives a tensor a reserved name. */
  end(name: string, source: string): void {
    this.nodes.push({ name, op: 'Identity', input: [source], attr: {} });
  }

  constant(values: Values, shape: readonly number[], dtype: tf.DataType, base = 'constant'): string {
    const make = (): string => {
      const name = this.unique(base);
      this.weights.push({ name, dtype, shape, values });
      return name;
    };
    const isShort = values.length <= short && base === 'constant';
    return isShort
      ? this.once(
          JSON.stringify([dtype, shape, Array.from(values, (x) => (Object.is(x, -0) ? '-0' : String(x)))]),
          make,
        )
      : make();
  }

  ints = (values: readonly number[], shape = [values.length]): string =>
    this.constant(Int32Array.from(values), shape, 'int32');
  int = (value: number): string => this.ints([value], []);
  float = (value: number): string => this.constant(Float32Array.of(value), [], 'float32');

  /** A shape as a vector, computed from the input where it depends on the batch. */
  shape(dims: readonly Dim[]): string {
    if (!dims.some(isBatchDim)) return this.ints(dims as number[]);
    const lengths = dims.map((dim) => (isBatchDim(dim) ? this.batchDim(dim) : this.int(dim)));
    return this.add('Pack', lengths, { axis: attribute.int(0), N: attribute.int(lengths.length) });
  }

  private batchDim({ perBatch, plus }: BatchDim): string {
    const [from, to, step] = [[0], [1], [1]].map((values) => this.ints(values));
    const all = this.add('Shape', [this.batchSource]);
    let name = this.add('StridedSlice', [all, from, to, step], { shrink_axis_mask: attribute.int(1) });
    if (perBatch !== 1) name = this.add('Mul', [name, this.int(perBatch)]);
    if (plus !== 0) name = this.add('AddV2', [name, this.int(plus)]);
    return name;
  }

  private once(key: string, make: () => string): string {
    const name = this.known.get(key) ?? make();
    this.known.set(key, name);
    return name;
  }

  /** A free name that the format takes: a colon or a caret would mean something else there. */
  private unique(base: string): string {
    const plain = base.replaceAll(/[^\w./-]/g, '_');
    let name = plain;
    for (let i = 1; this.names.has(name); i++) name = `${plain}_${i}`;
    this.names.add(name);
    return name;
  }
}

import { CardioError } from '@cardio/core';
import type { Attribute, Initializer, Node } from '../../graph.js';

/** An ONNX node to be written as Python: its operands as expressions, its attributes, and those operands that are known. */
export interface TorchCall {
  readonly node: Node;
  /** How many operands there are, with those left out between others. */
  readonly count: number;
  /** The expression of operand `i`: a tensor. */
  x(i: number): string;
  /** The expression of operand `i`: a tensor or, for a single known float, a Python number. */
  scalar(i: number): string;
  /** Whether operand `i` is given. */
  has(i: number): boolean;
  /** The whole numbers of operand `i`, which is a constant. */
  ints(i: number): number[];
  /** A list of whole numbers, written down where operand `i` is a constant and computed where it is not. */
  sizes(i: number): string;
  int(name: string, fallback?: number): number;
  list(name: string, fallback?: readonly number[]): number[];
  float(name: string, fallback?: number): number;
  text(name: string, fallback: string): string;
  /** The error of a case that isn't mapped. */
  unsupported(why: string): CardioError;
}

/** Writes a node as one Python expression; of several results, as a tuple. */
export type Express = (call: TorchCall) => string;

/** How each ONNX operator is written: operator → expression. */
export type OperatorTable = Readonly<Record<string, Express>>;

/** Where the expressions of a node's operands come from. */
interface Operands {
  /** The expression of a tensor. */
  nameOf(name: string): string;
  /** The value of a constant of the graph. */
  constant(name: string): Initializer | undefined;
}

/** Prepares a node for its operator's function. */
export function callOf(node: Node, { nameOf, constant }: Operands): TorchCall {
  const unsupported = (why: string): CardioError => unmapped(node, why);
  const attribute = <T extends Attribute>(name: string, fallback: T | undefined): T => {
    const value = (node.attributes[name] ?? fallback) as T | undefined;
    if (value === undefined) throw unsupported(`it lacks the attribute \`${name}\``);
    return value;
  };
  const has = (i: number): boolean => i < node.inputs.length && node.inputs[i] !== '';
  const known = (i: number): Initializer | undefined => (has(i) ? constant(node.inputs[i]) : undefined);
  const x = (i: number): string => nameOf(node.inputs[i]);
  const ints = (i: number): number[] => {
    const values = known(i)?.values;
    if (!values) throw unsupported(`its operand ${i} is not known before it runs`);
    return Array.from(values as BigInt64Array, Number);
  };
  return {
    node,
    count: node.inputs.length,
    x,
    has,
    ints,
    scalar: (i) => {
      const value = known(i);
      return value?.dtype === 'float32' && value.dims.length === 0 ? pythonFloat(Number(value.values[0])) : x(i);
    },
    sizes: (i) => (known(i) ? pythonList(ints(i)) : `${x(i)}.tolist()`),
    int: (name, fallback) => attribute(name, fallback),
    list: (name, fallback) => [...attribute(name, fallback)],
    float: (name, fallback) =>
      attribute<{ readonly float: number }>(name, fallback === undefined ? undefined : { float: fallback }).float,
    text: (name, fallback) => attribute(name, fallback),
    unsupported,
  };
}

/** The error of a node that has no expression, naming operator and layer. */
export function unmapped(node: Node, why: string): CardioError {
  const layer = node.outputs[0].slice(0, node.outputs[0].lastIndexOf('/'));
  return new CardioError(
    'usage',
    `The model can't be written as a PyTorch module: \`${node.op}\` in layer \`${layer || node.outputs[0]}\`: ${why}.`,
  );
}

/** A number as Python writes it. */
export const pythonFloat = (value: number): string =>
  Number.isFinite(value)
    ? Number.isInteger(value) && Math.abs(value) < 1e15
      ? `${Object.is(value, -0) ? '-0' : value}.0`
      : String(value)
    : `float('${Number.isNaN(value) ? 'nan' : value < 0 ? '-inf' : 'inf'}')`;

/** Whole numbers as a list in Python. */
export const pythonList = (values: readonly number[]): string => `[${values.join(', ')}]`;

/** Whole numbers as a tuple in Python. */
export const pythonTuple = (values: readonly number[]): string =>
  `(${values.join(', ')}${values.length === 1 ? ',' : ''})`;

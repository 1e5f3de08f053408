import { CardioError } from '@cardio/core';
import type { Graph, TensorLike } from '../graph.js';
import type { ProgramStep } from '../program.js';
import type { Value } from '../value.js';

/** One tfjs kernel call to be expressed in ONNX: its operands, attributes and results. */
export interface Call {
  readonly graph: Graph;
  readonly step: ProgramStep;
  /** The operands in order. */
  readonly operands: readonly Value[];
  /** Shape and type of each result. */
  readonly results: readonly TensorLike[];
  /** The operand of that tfjs name. */
  operand(name: string): Value;
  /** The operand of that name, if it was given. */
  optional(name: string): Value | undefined;
  /** A numeric attribute; `fallback` where it is absent. */
  number(name: string, fallback?: number): number;
  /** An attribute that is a number or a list of them, as a list. */
  numbers(name: string): number[];
  /** The error of a case that isn't mapped: names kernel and layer. */
  unsupported(why: string): CardioError;
}

/** Writes ONNX nodes for a kernel call and returns its results. */
export type Emit = (call: Call) => Value | Value[];

/** What each kernel becomes: kernel name → emit. */
export type KernelTable = Readonly<Record<string, Emit>>;

/** Prepares a step for its emit function. */
export function callOf(step: ProgramStep, graph: Graph, valueOf: (id: number) => Value): Call {
  const unsupported = (why: string): CardioError =>
    new CardioError('usage', `The model can't be exported: \`${step.kernel}\` in layer \`${step.layer}\`: ${why}.`);
  const optional = (name: string): Value | undefined => (name in step.inputs ? valueOf(step.inputs[name]) : undefined);
  const fixed = (name: string, value: unknown): number => {
    if (typeof value === 'number') return value;
    throw unsupported(`its attribute \`${name}\` is not a number that holds for every batch size`);
  };
  return {
    graph,
    step,
    operands: Object.values(step.inputs).map(valueOf),
    results: step.outputs,
    operand: (name) => valueOf(step.inputs[name]),
    optional,
    number: (name, fallback) => fixed(name, step.attrs[name] ?? fallback),
    numbers: (name) => [step.attrs[name]].flat().map((value) => fixed(name, value)),
    unsupported,
  };
}

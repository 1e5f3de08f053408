import { CardioError } from '@cardio/core';
import { isBatchDim, traceBatches, type Dim } from '../../dims.js';
import type { ProgramStep, TensorSpec } from '../../program.js';
import type { GraphDef } from './graph-def.js';

/** A kernel call of TensorFlow.js to be written as nodes of a TensorFlow graph. */
export interface Call {
  readonly graph: GraphDef;
  readonly step: ProgramStep;
  /** The names of the operands, in order. */
  readonly operands: readonly string[];
  readonly results: readonly TensorSpec[];
  /** The name of the operand that tfjs calls so. */
  operand(name: string): string;
  has(name: string): boolean;
  /** The shape of that operand. */
  dims(name: string): readonly Dim[];
  number(name: string, fallback?: number): number;
  /** An attribute that is a number or a list of them, as a list. */
  numbers(name: string): number[];
  unsupported(why: string): CardioError;
}

/** Writes a kernel call; returns the name of its result, or of each of them. */
export type Emit = (call: Call) => string | string[];

/** What each kernel becomes: kernel name → emit. */
export type KernelTable = Readonly<Record<string, Emit>>;

interface Operands {
  nameOf(id: number): string;
  dimsOf(id: number): readonly Dim[];
}

/** Prepares a step for its emit function. */
export function callOf(step: ProgramStep, graph: GraphDef, { nameOf, dimsOf }: Operands): Call {
  const unsupported = (why: string): CardioError =>
    new CardioError(
      'usage',
      `The model can't be a TensorFlow.js graph model: \`${step.kernel}\` in layer \`${step.layer}\`: ${why}.`,
    );
  const fixed = (name: string, value: unknown): number => {
    if (typeof value === 'number') return value;
    throw unsupported(`its attribute \`${name}\` is not a number that holds for every batch size`);
  };
  return {
    graph,
    step,
    operands: Object.values(step.inputs).map(nameOf),
    results: step.outputs,
    operand: (name) => nameOf(step.inputs[name]),
    has: (name) => name in step.inputs,
    dims: (name) => dimsOf(step.inputs[name]),
    number: (name, fallback) => fixed(name, step.attrs[name] ?? fallback),
    numbers: (name) => [step.attrs[name]].flat().map((value) => fixed(name, value)),
    unsupported,
  };
}

/** The length in the first trace. */
export const atFirstTrace = (dim: Dim): number => (isBatchDim(dim) ? dim.perBatch * traceBatches[0] + dim.plus : dim);

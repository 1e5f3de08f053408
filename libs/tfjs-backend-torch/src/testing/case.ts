import type * as tf from '@tensorflow/tfjs-core';
import { ints, normal, type Input } from './inputs.js';

/** One row of the conformance table: an op with its attributes, and what it is applied to. */
export interface Case {
  readonly name: string;
  readonly inputs: readonly Input[];
  /** A method, so that functions of `Tensor4D` and the like fit. */
  run(...inputs: tf.Tensor[]): tf.Tensor | tf.Tensor[];
  /** Whether the gradients by all float32 inputs are compared too. */
  readonly gradient: boolean;
  /** What the difference may be, as a fraction of the largest expected value; see {@link tolerance}. */
  readonly tolerance?: number;
}

type Run = Case['run'];

/** A case that compares values and gradients. */
export const both = (name: string, inputs: readonly Input[], run: Run): Case => ({ name, inputs, run, gradient: true });

/** A case that compares values only: the op has no gradient in tfjs, or none that is a number here. */
export const forward = (name: string, inputs: readonly Input[], run: Run): Case => ({
  name,
  inputs,
  run,
  gradient: false,
});

/** A case with a tolerance of its own. */
export const within = (bound: number, which: Case): Case => ({ ...which, tolerance: bound });

/** Shapes of every rank from 0 to 6. */
export const ranks: readonly number[][] = [
  [],
  [5],
  [3, 4],
  [2, 3, 4],
  [2, 1, 3, 4],
  [2, 1, 3, 2, 2],
  [2, 1, 3, 2, 1, 2],
];

/** Shapes without elements. */
export const empties: readonly number[][] = [[0], [3, 0], [0, 3, 2]];

/** Arguments as they appear in a case's name. */
export const show = (...args: unknown[]): string =>
  args.map((arg) => (arg === undefined ? '-' : JSON.stringify(arg))).join(' ');

/** The same case for floats and for integers; gradients only for floats. */
export const numeric = (name: string, shapes: readonly number[][], run: Run): Case[] => [
  both(
    name,
    shapes.map((shape) => normal(...shape)),
    run,
  ),
  forward(
    `${name} int32`,
    shapes.map((shape) => ints(-4, 5, ...shape)),
    run,
  ),
];

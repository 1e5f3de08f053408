import type { Random, Signal } from '@cardio/core';
import { z } from 'zod';

/**
 * Changes a signal: the same signal and random numbers give the same result, and what it is given stays as it was (leads that it doesn't
 * change are shared). Missing samples (NaN) stay missing.
 *
 * @param onLabel told the label of an error that was put in on purpose, such as `reversed`
 */
export type Augmentation = (signal: Signal, random: Random, onLabel?: (label: string) => void) => Signal;

/** From which a number is drawn evenly: the least and the largest. */
type Range = readonly [low: number, high: number];

/** The field of a configuration that holds a {@link Range} within bounds. */
export function range(low: number, high: number, preset: Range, description: string) {
  const end = z.number().min(low).max(high);
  return ascending(z.tuple([end, end]))
    .default([...preset])
    .describe(description);
}

/** The same of whole numbers, both ends included. */
export function wholeRange(low: number, high: number, preset: Range, description: string) {
  const end = z.int().min(low).max(high);
  return ascending(z.tuple([end, end]))
    .default([...preset])
    .describe(description);
}

const ascending = <T extends z.ZodType<[number, number]>>(tuple: T): T =>
  tuple.refine(([from, to]) => from <= to, 'the first must not be above the second');

/** A number of a range. */
export const draw = (random: Random, [low, high]: Range): number => random.uniform(low, high);

/** A whole number of a range, both ends included. */
export const drawWhole = (random: Random, [low, high]: Range): number => low + random.integer(high - low + 1);

/** How many samples a signal has. */
export const lengthOf = (signal: Signal): number => signal.samples[0]?.length ?? 0;

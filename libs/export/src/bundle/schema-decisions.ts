import * as z from 'zod'; // by `* as`, pages get only what is used of it
import { count, text } from './schema-parts.js';

const probability = z.number().min(0).max(1);
const reason = z.string().nullable();

/** From which probability on a class is given: as `chooseThresholds` of `@cardio/eval` found them on validation. */
export const thresholdsSchema = z.strictObject({
  /** What they are the best by, such as `f1`. */
  by: z.union([z.string(), z.record(z.string(), z.number())]),
  chosenOn: z.literal('validation'),
  /** For classes without one of their own. */
  fallback: probability,
  classes: z.array(z.strictObject({ name: text, threshold: probability.nullable(), reason })),
});

/** Temperatures of `fitCalibration` of `@cardio/eval`: of each class, or in a multi-class task one that all have. */
export const calibrationSchema = z.strictObject({
  method: z.literal('temperature'),
  fittedOn: z.literal('validation'),
  /** Probabilities are held within [epsilon, 1 - epsilon] before their logarithm is taken. */
  epsilon: z.number().positive().max(0.1),
  classes: z.array(z.strictObject({ name: text, temperature: z.number().positive().nullable(), reason })),
});

const score = z.strictObject({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});

/** Scores with their intervals; `null` where one is not defined. */
export const metricsSchema = z.strictObject({
  split: z.literal('test'),
  examples: count,
  /** What the intervals are of; `null` without any. */
  intervals: z.strictObject({ level: probability, resamples: count, patients: count, method: z.string() }).nullable(),
  summary: z.record(z.string(), score),
  perClass: z.array(z.strictObject({ name: text, support: count, scores: z.record(z.string(), score) })),
});

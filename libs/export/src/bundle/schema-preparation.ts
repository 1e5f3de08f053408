import * as z from 'zod'; // by `* as`, pages get only what is used of it
import { count, hz, names } from './schema-parts.js';

const leads = names.min(1);
const finite = z.number();
const samples = count.positive().max(10_000_000);

/** The steps of a preparation, as `@cardio/signal` and `@cardio/datasets` do them. */
const stepSchema = z.discriminatedUnion('step', [
  z.strictObject({ step: z.literal('select-leads'), leads }),
  z.strictObject({
    step: z.literal('resample'),
    sampleRateHz: hz,
    window: z.strictObject({ samples, pad: z.boolean() }).exactOptional(),
  }),
  z.strictObject({ step: z.literal('fill-gaps') }),
  z.strictObject({ step: z.literal('clip'), mv: finite.positive() }),
  z.strictObject({
    step: z.literal('filter'),
    bandHz: z
      .tuple([finite.positive(), finite.positive()])
      .refine(([low, high]) => low < high, 'must rise')
      .exactOptional(),
    notchHz: z.union([z.literal(50), z.literal(60)]).exactOptional(),
  }),
  z.strictObject({
    step: z.literal('normalise'),
    method: z.enum(['z-score', 'min-max', 'robust']),
    per: z.enum(['lead', 'record']),
  }),
  z.strictObject({
    step: z.literal('median-baseline'),
    windowsSeconds: z.tuple([finite.positive().max(60), finite.positive().max(60)]),
  }),
  z.strictObject({ step: z.literal('standardise'), mean: finite, std: finite.nonnegative() }),
  z.strictObject({ step: z.literal('windows'), samples, stride: samples }),
  z.strictObject({ step: z.literal('beat-windows'), before: count, after: count, features: names }),
  z.strictObject({
    step: z.literal('beat-sequences'),
    beats: count.positive(),
    numbers: names,
    offline: z.literal(true),
  }),
  z.strictObject({
    step: z.literal('standardise-features'),
    mean: z.array(finite),
    std: z.array(finite.nonnegative()),
  }),
]);

export const preparationSchema = z.strictObject({ sampleRateHz: hz, steps: z.array(stepSchema).max(100) });

/** As `GraphPreparation` has it. */
export const insideSchema = z.strictObject({
  leads,
  sampleRateHz: hz,
  seconds: finite.positive(),
  layout: z.enum(['samples-leads', 'leads-samples']).exactOptional(),
  steps: z.array(stepSchema).max(100),
  aggregate: z.enum(['max', 'mean']).exactOptional(),
});

import * as z from 'zod'; // by `* as`, pages get only what is used of it
import { largestModel } from '../onnx-model.js';
import { precisions } from '../precision/precision.js';
import { isPlainName } from './files.js';
import { metricsSchema, calibrationSchema, thresholdsSchema } from './schema-decisions.js';
import { insideSchema, preparationSchema } from './schema-preparation.js';
import { count, hz, lines, names, text } from './schema-parts.js';

/** A class of the answer, with the codes that mean it in the coding systems that know it. */
const classSchema = z.strictObject({
  name: text,
  /** By system: `snomed`, `scp`, `cpsc`, `aami`, `rhythm`. */
  codes: z.record(z.string(), names),
  /** Whether the model knows it; a class of a profile that it doesn't is always 0. */
  known: z.boolean(),
});

/** What the exported file must pass, where it was run, and how it did. */
const checkSchema = z.strictObject({
  /** `ONNX Runtime Node`, `bundle in Node`, `bundle in the browser` or `Python`. */
  where: text,
  /** With versions. */
  runtime: text,
  /** How many records or windows were compared with the trained model. */
  inputs: count,
  what: text,
  difference: z.number().nonnegative(),
  allowed: z.number().nonnegative(),
});

/** What must be known to use an exported model, and where it came from: `bundle.json`. Everything that runs a bundle reads this alone. */
export const bundleSchema = z
  .strictObject({
    formatVersion: z.literal(2),
    run: text,
    created: z.iso.datetime(),
    model: z.strictObject({
      /** The file in the bundle's folder. */
      file: text.refine(isPlainName, 'must be a name without folders'),
      bytes: count.positive().max(largestModel),
      architecture: text,
      parameters: count,
      precision: z.enum(precisions),
      opset: count,
    }),
    task: z.strictObject({
      name: text,
      kind: z.enum(['multi-label', 'multi-class']),
      /** How the answers for the windows of a record become its own; `null`: each window stands for itself. */
      aggregate: z.enum(['max', 'mean']).nullable(),
    }),
    /** Of the answer, in its order. */
    classes: z.array(classSchema).min(1).max(10_000),
    /** Classes of the model that the answer has no place for. */
    droppedClasses: names,
    /** What the file takes: one window. */
    window: z.strictObject({
      leads: names.min(1),
      sampleRateHz: hz,
      samples: count.positive().max(10_000_000),
      /** Order of the axes after the batch. */
      layout: z.enum(['samples-leads', 'leads-samples']),
      /** What the numbers are. */
      unit: z.enum(['prepared signal', 'mV', 'each lead z-scored']),
    }),
    /** Extra inputs of the model, standardised. */
    features: names,
    outputs: names.min(1),
    /** How a record in millivolts becomes windows: to be done before the file. */
    preparation: preparationSchema,
    /** What the file itself does with a window; `null`: nothing. */
    insideModel: insideSchema.nullable(),
    thresholds: thresholdsSchema.nullable(),
    calibration: calibrationSchema.nullable(),
    /** On the test split of what it was trained on; `null` where it was not evaluated. */
    metrics: metricsSchema.nullable(),
    trainedOn: z.strictObject({
      dataset: text,
      title: text,
      version: text,
      /** SHA-256 of the data. */
      hash: text,
      licence: text,
      url: z.string(),
      citation: z.string(),
      /** By split. */
      examples: z.record(z.string(), count),
      patients: z.record(z.string(), count),
    }),
    /** Of the resolved configuration, SHA-256 of its JSON with sorted keys. */
    configHash: z.string().regex(/^[0-9a-f]{64}$/),
    code: z.strictObject({ version: text, commit: z.string().nullable() }),
    use: z.strictObject({ intended: text, limits: lines }),
    checks: z.array(checkSchema),
    notes: lines,
  })
  .superRefine(({ classes, thresholds, calibration }, context) => {
    const own = JSON.stringify(classes.map(({ name }) => name));
    for (const [path, part] of Object.entries({ thresholds, calibration })) {
      if (part && JSON.stringify(part.classes.map(({ name }) => name)) !== own) {
        context.addIssue({ code: 'custom', path: [path], message: 'is of other classes than the answer' });
      }
    }
  });

/** The content of `bundle.json`. */
export type Bundle = z.infer<typeof bundleSchema>;

/** Where the exported file was compared with the trained model. */
export type BundleCheck = z.infer<typeof checkSchema>;

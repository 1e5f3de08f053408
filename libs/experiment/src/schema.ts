import type { EngineName, EngineOptions, Precision } from '@cardio/engine';
import { augmentationSchema, datasetFactory, type AugmentationConfig } from '@cardio/datasets';
import { inputFields, modelFactory } from '@cardio/models';
import { mixConfig } from '@cardio/signal';
import { trainingConfig } from '@cardio/trainers';
import { z } from 'zod';

import { trackingSchema } from './tracking.js';

/** How a model is trained: the trainer's own fields and how batches are made. */
export const trainingSchema = z.strictObject({
  ...trainingConfig.omit({ seed: true, classWeights: true }).shape,
  batchSize: z.int().positive().default(32).describe('Examples per step.'),
  sampling: z
    .enum(['all', 'patients', 'classes'])
    .default('all')
    .describe('What an epoch shows: every example once, or as many drawn evenly by patient or by class.'),
  labelFraction: z
    .number()
    .positive()
    .max(1)
    .default(1)
    .describe('Share of the training patients that is used, drawn by the seed with the shares of the classes.'),
  mix: z
    .enum(['none', 'mixup', 'cutmix'])
    .default('none')
    .describe(
      'Trains on mixtures of two examples of a batch: sums of them (mixup), or a stretch of one in the other (cutmix).',
    ),
  mixAlpha: mixConfig.shape.alpha,
  loaderWorkers: z
    .int()
    .min(0)
    .default(0)
    .describe('Threads that read the batches of a prepared store ahead; 0: the thread that trains.'),
  classWeights: z
    .union([z.enum(['none', 'balanced']), z.array(z.number().positive())])
    .default('none')
    .describe('Weights of the classes in the loss: balanced (inverse to how often each occurs), or a number for each.'),
});

/** How a model is pre-trained. */
const pretrainingSchema = z.strictObject({
  codes: z.int().min(2).default(512).describe('Codes of the codebook of patches (K).'),
  codebookPasses: z.int().min(0).default(5).describe('Passes over the training set to learn the codebook.'),
  codebookPatches: z.int().positive().default(16_384).describe('Patches that the codebook starts from, by k-means.'),
  codebookDecay: z
    .number()
    .min(0)
    .lt(1)
    .default(0.99)
    .describe("Share of a code's old counts and sums that a batch keeps."),
  maskShare: z.number().positive().lt(1).default(0.4).describe('Share of the patches that is hidden.'),
  maskSpan: z.int().positive().default(6).describe('Longest stretch of patches that is hidden at once.'),
});

/** What a training starts from. */
const transferSchema = z.strictObject({
  from: z
    .string()
    .optional()
    .describe('Run whose best weights the model starts from: folder, id, or latest; or a .safetensors or .onnx file.'),
  probe: z.boolean().default(false).describe('Train the head alone, on an encoder that stays as it is (linear probe).'),
  allowMismatch: z
    .boolean()
    .default(false)
    .describe('Load the weights that match although others do not; without it that is an error.'),
});

const engines = ['auto', 'torch', 'tensorflow', 'wasm', 'cpu'] as const satisfies readonly (EngineName | 'auto')[];
const devices = ['auto', 'cpu', 'cuda'] as const satisfies readonly EngineOptions['device'][];
const precisions = ['float32', 'bfloat16'] as const satisfies readonly Precision[];

const commonFields = {
  training: trainingSchema.prefault({}),
  pretraining: pretrainingSchema.prefault({}),
  transfer: transferSchema.prefault({}),
  tracking: trackingSchema.prefault({}),
  output: z
    .strictObject({
      runsDir: z.string().default('runs').describe('Folder in which the run gets a folder of its own.'),
      runId: z
        .string()
        .regex(/^[\w.-]+$/, 'letters, digits, dots, dashes and underscores only')
        .optional()
        .describe('Name of the run (default: time, dataset and model).'),
    })
    .prefault({}),
  engine: z.enum(engines).default('auto').describe('Tensor engine.'),
  device: z.enum(devices).default('auto').describe('Where the tensors are; auto: a GPU where the engine can use one.'),
  precision: z
    .enum(precisions)
    .default('float32')
    .describe('Of matrix products, convolutions, LSTM and attention in training; bfloat16 on the torch engine only.'),
  seed: z.int().default(0).describe('Seed of weights, shuffling and dropout.'),
  plugins: z
    .array(z.string())
    .default([])
    .meta({ description: 'Modules with models and datasets of your own.', flag: 'plugin' }),
};

/** The one configuration behind flags, environment, files and the API: what is trained on what, how, and where it is kept. */
export interface ExperimentConfig {
  readonly dataset: Readonly<Record<string, unknown>> & { readonly name: string; readonly dataDir: string };
  readonly model: Readonly<Record<string, unknown>> & { readonly name: string };
  readonly augmentation: AugmentationConfig;
  readonly training: Readonly<z.output<typeof trainingSchema>>;
  readonly pretraining: Readonly<z.output<typeof pretrainingSchema>>;
  readonly transfer: Readonly<z.output<typeof transferSchema>>;
  readonly tracking: Readonly<z.output<typeof trackingSchema>>;
  readonly output: { readonly runsDir: string; readonly runId?: string | undefined };
  readonly engine: (typeof engines)[number];
  readonly device: (typeof devices)[number];
  readonly precision: Precision;
  readonly seed: number;
  readonly plugins: readonly string[];
}

/**
 * The schema of an experiment with one dataset and one model, whose own fields are part of it. What a model needs to know of its
 * input (length, leads, classes) comes from the dataset and is no field here; its seed is the experiment's.
 */
export function experimentSchema(datasetName: string, modelName: string) {
  const dataset = datasetFactory.get(datasetName);
  const model = modelFactory.get(modelName);
  const modelFields = Object.entries(shapeOf(model.config)).filter(([key]) => !(key in inputFields));
  return z.strictObject({
    dataset: z.strictObject({ name: z.literal(dataset.name), ...shapeOf(dataset.config) }),
    model: z.strictObject({ name: z.literal(model.name), ...Object.fromEntries(modelFields) }),
    augmentation: augmentationSchema().describe(
      'How training examples are changed each time they are seen: a preset, or (in a file) a list of steps.',
    ),
    ...commonFields,
  });
}

/** The fields of a definition's configuration, which is a zod object by contract; a plugin may bring a zod of its own. */
function shapeOf(config: unknown): z.ZodRawShape {
  return (config as z.ZodObject).shape;
}

import { z } from 'zod';

/**
 * The numbers of a training run, each with its default: the schema behind the trainer's options, and behind configuration files
 * and flags.
 */
export const trainingConfig = z.strictObject({
  epochs: z.int().positive().default(100).describe('Passes over the training set at most.'),
  learningRate: z.number().positive().default(1e-4).describe('Step size of AdamW at its highest.'),
  schedule: z
    .enum(['constant', 'cosine'])
    .default('constant')
    .describe('Course of the learning rate after the warm-up.'),
  warmupEpochs: z
    .number()
    .min(0)
    .default(0)
    .describe('Epochs over which the learning rate rises from 0; may be a fraction.'),
  weightDecay: z.number().min(0).default(1e-2).describe('Decoupled decay of kernels; biases and norms do not decay.'),
  gradientClipNorm: z.number().min(0).default(1).describe('Largest global norm of the gradients; 0 for no limit.'),
  patience: z
    .int()
    .min(0)
    .default(10)
    .describe('Epochs without a better score until training stops; 0 to never stop early.'),
  monitor: z
    .string()
    .optional()
    .describe(
      'Validation score that decides what is best, or `loss`; default macroF1 (multi-class), macroAuroc (multi-label).',
    ),
  classWeights: z.array(z.number().positive()).optional().describe('Weight of each class in the loss; default all 1.'),
  seed: z.int().default(0).describe('Kept with the checkpoints; a run resumes only under its own seed.'),
});

/** A training configuration with all defaults filled in. */
export type TrainingConfig = z.infer<typeof trainingConfig>;

import { z } from 'zod';

import { recipeFields } from './recipe-config.js';

/**
 * The numbers of a training run, each with its default: the schema behind the trainer's options, and behind configuration files
 * and flags.
 */
export const trainingConfig = z.strictObject({
  epochs: z.int().positive().default(100).describe('Passes over the training set at most.'),
  ...recipeFields,
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
  finalWeights: z
    .enum(['best', 'last'])
    .default('best')
    .describe(
      'Weights that a run ends with, and that are evaluated, exported and used: of its best epoch, or its last.',
    ),
  keepBest: z
    .int()
    .positive()
    .default(1)
    .describe('Best epochs whose checkpoints are kept: `best`, and for more than 1 a folder `epoch-<n>` for each.'),
  checkpointEverySteps: z
    .int()
    .min(0)
    .default(0)
    .describe('Steps between checkpoints within an epoch; 0: by time or at its end only.'),
  checkpointEveryMinutes: z
    .number()
    .min(0)
    .default(10)
    .describe('Minutes between checkpoints within an epoch; 0: by steps or at its end only.'),
  onNotFinite: z
    .enum(['stop', 'skip'])
    .default('stop')
    .describe('What to do when a loss or gradient is NaN or infinite: end with an error, or leave the batch out.'),
  notFiniteLimit: z
    .int()
    .min(0)
    .default(20)
    .describe('Batches of a run that may be left out for not being finite, before it ends with an error all the same.'),
  overfitOneBatch: z
    .boolean()
    .default(false)
    .describe('Check: train and validate on the first batch alone, whose loss must then go towards 0.'),
  fastDevRun: z.boolean().default(false).describe('Check: one epoch of two batches, trained and validated.'),
  seed: z.int().default(0).describe('Kept with the checkpoints; a run resumes only under its own seed.'),
});

/** A training configuration with all defaults filled in. */
export type TrainingConfig = z.infer<typeof trainingConfig>;

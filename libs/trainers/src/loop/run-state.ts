import { z } from 'zod';

import { monitorState } from '../early-stopping.js';
import { epochRecord } from '../history.js';
import { plateauState } from '../schedules/plateau.js';

/** The schema of {@link EpochUnderWay}. */
const epochUnderWay = z.strictObject({
  batches: z.int().min(0).describe('Batches of the epoch that are done.'),
  batchesPerEpoch: z.int().positive().nullable().describe('As the loader says; null where it does not.'),
  steps: z.int().min(0).describe('Steps that are done.'),
  loss: z.number().describe('Sum of the losses of the batches, times their weights.'),
  weight: z.number().describe('Sum of the weights.'),
  gradientNorm: z.number().describe('Sum over the steps that moved weights.'),
  moved: z.int().min(0).describe('Steps that moved weights: all whose batches were not all left out.'),
  skippedBatches: z.int().min(0),
  seconds: z.number().min(0).describe('Wall time spent on it.'),
});

/** How far an epoch has come. */
type EpochUnderWay = z.infer<typeof epochUnderWay>;

/** The schema of {@link CheckpointState}. */
export const checkpointState = z.strictObject({
  objective: z.record(z.string(), z.unknown()).describe('What is trained for: of a classifier, task and classes.'),
  seed: z.int(),
  epoch: z.int().min(0).describe('Finished epochs.'),
  step: z.int().min(0).describe('Training steps since the start.'),
  batch: z.int().min(0).describe('Batches since the start; decides the masks of dropout.'),
  within: epochUnderWay.nullable().describe('The epoch under way; null between two epochs.'),
  learningRate: z.number().describe('At the last step.'),
  monitor: monitorState.extend({ name: z.string() }).nullable().describe('null without a validation loader.'),
  plateau: plateauState.describe('Of the schedule plateau.'),
  kept: z
    .array(z.strictObject({ epoch: z.int(), score: z.number() }))
    .describe('The best epochs, best first, of which there are checkpoints.'),
  skippedBatches: z.int().min(0).describe('Batches of the run that were left out for not being finite.'),
  history: z.array(epochRecord),
});

/** What a checkpoint says of the run, beside weights and moments. */
export type CheckpointState = z.infer<typeof checkpointState>;

/** An epoch that has not begun. */
export const epochBegun = (batchesPerEpoch: number | undefined): EpochUnderWay => ({
  batches: 0,
  batchesPerEpoch: batchesPerEpoch ?? null,
  steps: 0,
  loss: 0,
  weight: 0,
  gradientNorm: 0,
  moved: 0,
  skippedBatches: 0,
  seconds: 0,
});

import { z } from 'zod';

/** The schema of {@link EpochRecord}, as it stands in `trainer.json` and, one a line, in `metrics.jsonl`. */
export const epochRecord = z.strictObject({
  epoch: z.int().positive().describe('Finished epochs, this one included.'),
  step: z.int().min(0).describe('Training steps since the start.'),
  learningRate: z.number().describe('At the last step.'),
  train: z.strictObject({
    loss: z
      .number()
      .describe(
        'Mean over the epoch, in which classes and labels count as in the loss; each batch seen by the weights of its own step.',
      ),
    gradientNorm: z.number().describe('Mean over the steps, before clipping.'),
    skippedBatches: z.int().positive().optional().describe('Left out for not being finite; absent where none was.'),
  }),
  validation: z
    .record(z.string(), z.number().nullable())
    .optional()
    .describe('`loss` and the scores of the evaluation; null where undefined.'),
  best: z.boolean().describe('Whether the monitored score was the best so far.'),
  seconds: z.number().describe('Wall time of the epoch with its validation.'),
});

/** What is kept of one epoch. */
export type EpochRecord = z.infer<typeof epochRecord>;

/** What `train()` returns. */
export interface History {
  /** All epochs, those before a resume included. */
  readonly epochs: readonly EpochRecord[];
  /** The epoch with the best monitored score, whose weights the model has now; `null` without a validation loader. */
  readonly best: { readonly epoch: number; readonly score: number } | null;
  readonly stopped: 'completed' | 'early' | 'aborted';
}

import { z } from 'zod';

/** The schema of {@link PlateauState}. */
export const plateauState = z.strictObject({
  best: z.number().nullable().describe('Best value so far; null before the first.'),
  badEpochs: z.int().min(0).describe('Epochs since it was bettered or the rate was lowered.'),
  factor: z.number().positive().describe('Of the learning rate.'),
});

/** What the schedule `plateau` remembers. */
export type PlateauState = z.infer<typeof plateauState>;

/** The state before the first validation. */
export const onNoPlateau: PlateauState = { best: null, badEpochs: 0, factor: 1 };

/**
 * The state after one more validation (equal to `torch.optim.lr_scheduler.ReduceLROnPlateau` at its defaults): a value is better when it is so by
 * 1e-4 of the best; after more than `patience` epochs without, the factor is multiplied by `scheduleFactor`.
 *
 * @param lowerIsBetter as for a loss
 */
export function observePlateau(
  state: PlateauState,
  value: number | null,
  { lowerIsBetter, patience, scheduleFactor }: { lowerIsBetter: boolean; patience: number; scheduleFactor: number },
): PlateauState {
  const { best, badEpochs, factor } = state;
  const margin = lowerIsBetter ? 1 - 1e-4 : 1 + 1e-4;
  const better = value !== null && (best === null || (lowerIsBetter ? value < best * margin : value > best * margin));
  if (better) return { best: value, badEpochs: 0, factor };
  const bad = badEpochs + 1;
  return bad > patience ? { best, badEpochs: 0, factor: factor * scheduleFactor } : { best, badEpochs: bad, factor };
}

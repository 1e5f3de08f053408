import type { TrainingConfig } from '../config.js';

/** Where a step stands in a run. */
export interface StepPosition {
  /** Finished epochs. */
  readonly epoch: number;
  /** Steps taken within the epoch; 0 where their number in an epoch is not known. */
  readonly step: number;
  /** 1 where it is not known: the rate then changes from epoch to epoch. */
  readonly stepsPerEpoch: number;
}

type Course = Pick<
  TrainingConfig,
  'learningRate' | 'schedule' | 'warmupEpochs' | 'epochs' | 'scheduleEpochs' | 'scheduleFactor' | 'oneCycleRise'
>;

/**
 * The learning rate of one step, before the factors of layers. It depends on the position in the run alone, so nothing of it needs saving, but
 * for `plateau`, whose factor comes from {@link observePlateau}. After a linear warm-up:
 *
 * - `constant`;
 * - `cosine`: half a cosine down to 0 (Loshchilov & Hutter, SGDR, 2017, without restarts);
 * - `one-cycle` (Smith & Topin 2018; equal to `torch.optim.lr_scheduler.OneCycleLR`): up from 1/25 for `oneCycleRise` of the run, then down to
 *   1/250000, each half a cosine; it has no other warm-up;
 * - `step`: times `scheduleFactor` every `scheduleEpochs` (equal to `StepLR`);
 * - `plateau`: times the factor that is given (equal to `ReduceLROnPlateau`).
 */
export function learningRateAt(config: Course, at: StepPosition, plateauFactor = 1): number {
  const { learningRate, schedule, warmupEpochs, epochs, scheduleEpochs, scheduleFactor } = config;
  if (schedule === 'one-cycle') {
    const [low, least] = [learningRate / 25, learningRate / 25e4];
    return oneCycle(config, at, [low, learningRate, least]);
  }
  const start = at.epoch + at.step / at.stepsPerEpoch;
  if (start < warmupEpochs) return learningRate * Math.min(1, (start + 1 / at.stepsPerEpoch) / warmupEpochs);
  if (schedule === 'step') return learningRate * scheduleFactor ** Math.floor(at.epoch / scheduleEpochs);
  if (schedule === 'plateau') return learningRate * plateauFactor;
  if (schedule === 'constant') return learningRate;
  const done = Math.min(1, (start - warmupEpochs) / (epochs - warmupEpochs));
  return (learningRate * (1 + Math.cos(Math.PI * done))) / 2;
}

/** The momentum of one step where the schedule moves it: from 0.95 to 0.85 while a one-cycle's rate rises, and back; else `undefined`. */
export const momentumAt = (
  config: Course & Pick<TrainingConfig, 'cycleMomentum'>,
  at: StepPosition,
): number | undefined =>
  config.schedule === 'one-cycle' && config.cycleMomentum ? oneCycle(config, at, [0.95, 0.85, 0.95]) : undefined;

/** From the first number to the second and on to the third, as PyTorch counts: the top is at step `rise * total - 1`, the end at the last step. */
function oneCycle(
  { epochs, oneCycleRise }: Course,
  at: StepPosition,
  [from, top, end]: [number, number, number],
): number {
  const total = epochs * at.stepsPerEpoch;
  const step = Math.min(total - 1, at.epoch * at.stepsPerEpoch + at.step);
  const peak = Math.max(0, oneCycleRise * total - 1);
  const [a, b, share] =
    step <= peak ? [from, top, peak === 0 ? 1 : step / peak] : [top, end, (step - peak) / (total - 1 - peak)];
  return b + ((a - b) / 2) * (1 + Math.cos(Math.PI * share));
}

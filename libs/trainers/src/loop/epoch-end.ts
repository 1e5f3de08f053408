import { CardioError } from '@cardio/core';

import type { TrainingConfig } from '../config.js';
import { observe } from '../early-stopping.js';
import type { EpochRecord } from '../history.js';
import { observePlateau } from '../schedules/plateau.js';
import type { Validation } from './objective.js';
import { epochBegun, type CheckpointState } from './run-state.js';

/**
 * The state after an epoch with its validation, and whether the epoch is the best so far.
 *
 * @param seconds that the validation took
 */
export function epochEnded(
  state: CheckpointState,
  validation: Validation | undefined,
  config: TrainingConfig,
  seconds: number,
): { next: CheckpointState; best: boolean } {
  const within = state.within ?? epochBegun(undefined);
  const epoch = state.epoch + 1;
  if (within.moved === 0) {
    throw new CardioError(
      'data',
      `No batch of epoch ${epoch} had a finite loss and gradient, so nothing was learnt from it. Look at the data, or lower the learning rate.`,
    );
  }
  const scores: EpochRecord['validation'] = validation && { loss: finiteOrNull(validation.loss), ...validation.scores };
  const before = state.monitor;
  const value = (before && scores?.[before.name]) ?? null;
  const monitor = before && { name: before.name, ...observe(before, before.name, value, epoch) };
  const lowerIsBetter = monitor?.name === 'loss';
  const { plateauPatience: patience, scheduleFactor, keepBest } = config;
  const best = monitor?.bestEpoch === epoch;
  const kept = value === null ? state.kept : [...state.kept, { epoch, score: value }];
  const record: EpochRecord = {
    epoch,
    step: state.step,
    learningRate: state.learningRate,
    train: {
      loss: within.weight > 0 ? within.loss / within.weight : 0,
      gradientNorm: within.gradientNorm / within.moved,
      ...(within.skippedBatches > 0 && { skippedBatches: within.skippedBatches }),
    },
    ...(scores && { validation: scores }),
    best,
    seconds: within.seconds + seconds,
  };
  const next: CheckpointState = {
    ...state,
    epoch,
    within: null,
    monitor,
    plateau: monitor
      ? observePlateau(state.plateau, value, { lowerIsBetter, patience, scheduleFactor })
      : state.plateau,
    kept: kept.sort((a, b) => (lowerIsBetter ? a.score - b.score : b.score - a.score)).slice(0, keepBest),
    history: [...state.history, record],
  };
  return { next, best };
}

const finiteOrNull = (value: number): number | null => (Number.isFinite(value) ? value : null);

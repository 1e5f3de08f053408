import type { EpochRecord } from '../history.js';
import { scalarsOf } from './scalars.js';

/** What Weights & Biases knows of a run before its first epoch. */
export interface WandbRun {
  /** Unique in the project; letters, digits, dots, dashes and underscores. */
  readonly id: string;
  readonly name: string;
  /** User or team; the key's own if absent. */
  readonly entity?: string | undefined;
  readonly project: string;
  readonly tags: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
  /** Seconds since 1970. */
  readonly startTime: number;
}

/** One line of a run's history. */
export type WandbRow = Readonly<Record<string, number>> & { readonly _step: number };

/** The epochs as lines of history: the axis is the number of finished epochs, `trainer/step` the training steps; times are those of training. */
export function wandbRows(history: readonly EpochRecord[], startTime: number): WandbRow[] {
  let runtime = 0;
  return history.map((record) => {
    runtime += record.seconds;
    return {
      _step: record.epoch,
      _runtime: runtime,
      _timestamp: startTime + runtime,
      epoch: record.epoch,
      'trainer/step': record.step,
      ...scalarsOf(record),
    };
  });
}

import type { TrainerCallback } from '../callbacks.js';
import type { TrainingConfig } from '../config.js';
import type { EpochRecord, History } from '../history.js';

/** A tool that keeps runs outside the run's folder, or in a format of its own. */
interface Tracker {
  readonly name: string;
  /** What can be done about it when the tracker has failed, as a sentence. */
  readonly remedy: string;
  /** Tells the tracker what it has not been told yet; called with all there is, so that a failed call is made up for by the next. */
  update(state: TrackedRun): Promise<void>;
  /** Tells it within a long epoch that the run is alive. */
  alive?(): Promise<void>;
}

/** A run as far as it got. */
export interface TrackedRun {
  readonly config: TrainingConfig;
  /** All epochs, those before a resume included. */
  readonly history: readonly EpochRecord[];
  /** How the training ended; absent before. */
  readonly stopped?: History['stopped'] | 'failed';
}

const aliveEverySeconds = 30;

/** Keeps a tracker up to date. It never ends a training: its first failure is warned of, and every epoch tries again. */
export function tracking(
  tracker: Tracker,
  warn: (message: string) => void = (message) => process.emitWarning(message),
): TrainerCallback {
  let run: TrackedRun | undefined;
  let warned = false;
  let told = performance.now();
  const attempt = async (act: () => Promise<void> | undefined): Promise<void> => {
    told = performance.now();
    try {
      await act();
    } catch (error) {
      if (!warned) warn(`${tracker.name}: ${(error as Error).message}. Training goes on. ${tracker.remedy}`);
      warned = true;
    }
  };
  const update = async (state: TrackedRun | undefined): Promise<void> => {
    if (!state) return; // it failed before it began
    run = state;
    await attempt(() => tracker.update(state));
  };
  return {
    onTrainBegin: ({ config, history }) => update({ config, history }),
    onBatchEnd() {
      // not awaited: no step waits for a server
      if (performance.now() - told > aliveEverySeconds * 1000) void attempt(() => tracker.alive?.());
    },
    onEpochEnd: ({ record }) => update(run && { ...run, history: [...run.history, record] }),
    onTrainEnd: ({ history: { stopped } }) => update(run && { ...run, stopped }),
    onTrainError: () => update(run && { ...run, stopped: 'failed' }),
  };
}

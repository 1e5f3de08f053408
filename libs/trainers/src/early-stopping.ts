import { CardioError, type TaskKind } from '@cardio/core';
import { evaluateScores } from '@cardio/eval';
import { z } from 'zod';

/** The schema of {@link MonitorState}. */
export const monitorState = z.strictObject({
  best: z.number().nullable().describe('Best value so far; null before the first.'),
  bestEpoch: z.int().min(0).describe('Epoch of the best value; 0 before the first.'),
  epochsSinceBest: z.int().min(0),
});

/** What early stopping remembers. */
export type MonitorState = z.infer<typeof monitorState>;

/** The state before the first validation. */
export const unobserved: MonitorState = { best: null, bestEpoch: 0, epochsSinceBest: 0 };

/**
 * The state after one more validation. `loss` is better when lower, every score when higher. An undefined score is not better; in
 * the first validation it is an error, because it would most likely stay so.
 */
export function observe(state: MonitorState, monitor: string, value: number | null, epoch: number): MonitorState {
  if (value === null && state.best === null) {
    throw new CardioError(
      'data',
      `The monitored score \`${monitor}\` is undefined on the validation set, so no epoch can be the best. ` +
        'Choose a validation set that has examples of every class, or another `monitor`, such as loss.',
    );
  }
  const better =
    value !== null && (state.best === null || (monitor === 'loss' ? value < state.best : value > state.best));
  return better
    ? { best: value, bestEpoch: epoch, epochsSinceBest: 0 }
    : { ...state, epochsSinceBest: state.epochsSinceBest + 1 };
}

/** The score to monitor: the given one if an evaluation of the task has it, or the task's default. */
export function monitorFor(task: TaskKind, classes: readonly string[], wanted?: string): string {
  const monitor = wanted ?? (task === 'multi-class' ? 'macroF1' : 'macroAuroc');
  const identity = new Float32Array(classes.length ** 2).map((_, i) => (i % (classes.length + 1) === 0 ? 1 : 0));
  const { summary } = evaluateScores({ task, classes, probabilities: identity, labels: identity });
  const known = ['loss', ...Object.keys(summary)];
  if (known.includes(monitor)) return monitor;
  throw new CardioError(
    'usage',
    `\`monitor\` is \`${monitor}\`, which no ${task} evaluation has. Known: ${known.join(', ')}.`,
  );
}

import type { EpochRecord } from '../history.js';

/**
 * An epoch as every tracker tells it: `train/loss`, `train/gradient_norm`, `train/skipped_batches` where there were any, `val/<score>` and
 * `learning_rate`. Scores that are undefined, and numbers that are not finite, are left out.
 */
export function scalarsOf({ train, validation, learningRate }: EpochRecord): Record<string, number> {
  const all: [string, number | null | undefined][] = [
    ['train/loss', train.loss],
    ['train/gradient_norm', train.gradientNorm],
    ['train/skipped_batches', train.skippedBatches],
    ...Object.entries(validation ?? {}).map(([name, value]): [string, number | null] => [`val/${name}`, value]),
    ['learning_rate', learningRate],
  ];
  return Object.fromEntries(all.filter((entry): entry is [string, number] => Number.isFinite(entry[1])));
}

/** A configuration as trackers compare them: dotted names in alphabetical order, lists as JSON; what is absent is left out. */
export function flatParameters(config: object, prefix = ''): Record<string, string | number | boolean> {
  const entries = Object.entries(config).flatMap(
    ([key, value]: [string, unknown]): [string, string | number | boolean][] => {
      const name = `${prefix}${key}`;
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [[name, value]];
      if (Array.isArray(value)) return [[name, JSON.stringify(value)]];
      return value === null || value === undefined ? [] : Object.entries(flatParameters(value, `${name}.`));
    },
  );
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

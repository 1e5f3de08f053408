import type { Scores } from '../scores.js';

/** The probabilities or the labels of one class, one per example. */
export function columnOf(scores: Scores, what: 'probabilities' | 'labels', index: number): Float64Array {
  const { [what]: values, classes } = scores;
  return Float64Array.from(
    { length: values.length / classes.length },
    (_, row) => values[row * classes.length + index],
  );
}

import { CardioError, type TaskKind } from '@cardio/core';

/** What a model said and what was true, for N examples and K classes. */
export interface Scores {
  readonly task: TaskKind;
  /** K names, in the order of the columns. */
  readonly classes: readonly string[];
  /** `[N * K]` row-major probabilities. */
  readonly probabilities: ArrayLike<number>;
  /** `[N * K]` row-major, 1 where the class is true. */
  readonly labels: ArrayLike<number>;
}

/** N, or an error when the arrays don't fit the classes. */
export function countExamples({ classes, probabilities, labels }: Scores): number {
  const n = labels.length / classes.length;
  if (!Number.isInteger(n) || probabilities.length !== labels.length) {
    throw new CardioError(
      'usage',
      `Scores need N x ${classes.length} probabilities and labels; received ${probabilities.length} and ${labels.length}.`,
    );
  }
  return n;
}

/** The column of the highest value in each row; the first of equals. */
export function argmaxRows(values: ArrayLike<number>, columns: number): Int32Array {
  return Int32Array.from({ length: values.length / columns }, (_, row) => {
    let best = 0;
    for (let k = 1; k < columns; k++) if (values[row * columns + k] > values[row * columns + best]) best = k;
    return best;
  });
}

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

/** The highest value taken for a probability: a softmax in float32 may come out a rounding above 1. */
export const highestProbability = 1 + 1e-6;

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

/** The rows of which every label is known. */
export function knownRows(scores: Pick<Scores, 'classes' | 'labels'>): number[] {
  const k = scores.classes.length;
  return Array.from({ length: scores.labels.length / k }, (_, row) => row).filter((row) => {
    for (let i = row * k; i < (row + 1) * k; i++) if (Number.isNaN(scores.labels[i])) return false;
    return true;
  });
}

/** The given rows as scores of their own; the same scores when these are all rows in their order. */
export function rowsOf(scores: Scores, rows: readonly number[] | Uint32Array): Scores {
  const k = scores.classes.length;
  if (rows.length * k === scores.labels.length && rows.every((row: number, i: number) => row === i)) return scores;
  const pick = <T extends Float32Array | Float64Array>(values: ArrayLike<number>, into: T): T => {
    for (let i = 0; i < rows.length; i++) for (let c = 0; c < k; c++) into[i * k + c] = values[rows[i] * k + c];
    return into;
  };
  const size = rows.length * k;
  const single = scores.probabilities instanceof Float32Array;
  return {
    ...scores,
    probabilities: pick(scores.probabilities, single ? new Float32Array(size) : new Float64Array(size)),
    labels: pick(scores.labels, new Float32Array(size)),
  };
}

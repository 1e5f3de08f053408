import type { Scores } from '../scores.js';

/** What was said and what was true of each class, one array a class. */
export interface Columns {
  /** K arrays `[N]`: float32 where the scores are, float64 otherwise. */
  readonly probabilities: readonly (Float32Array | Float64Array)[];
  /** K arrays `[N]`, NaN where unknown. */
  readonly labels: readonly Float32Array[];
}

/** Turns rows of scores into columns, several of them at a time, because that reads each line of memory once. */
export function columnsOf({ classes, probabilities, labels }: Scores): Columns {
  const k = classes.length;
  const n = labels.length / k;
  const single = probabilities instanceof Float32Array;
  return {
    probabilities: transposed(probabilities, n, k, () => (single ? new Float32Array(n) : new Float64Array(n))),
    labels: transposed(labels, n, k, () => new Float32Array(n)),
  };
}

function transposed<T extends Float32Array | Float64Array>(
  rows: ArrayLike<number>,
  n: number,
  k: number,
  create: () => T,
): T[] {
  const columns = Array.from({ length: k }, create);
  for (let from = 0; from < n; from += rowsAtOnce) {
    const to = Math.min(n, from + rowsAtOnce);
    for (let c = 0; c < k; c++) {
      const column = columns[c];
      for (let row = from, at = from * k + c; row < to; row++, at += k) column[row] = rows[at];
    }
  }
  return columns;
}

/** So many rows of some tens of classes lie in a processor's nearest cache. */
const rowsAtOnce = 64;

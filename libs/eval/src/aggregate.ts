import { CardioError } from '@cardio/core';

import { countExamples, type Scores } from './scores.js';

/** How probabilities of rows that belong together become one. */
export type Aggregate = 'max' | 'mean';

/** One row for each key. */
export interface AggregatedScores extends Scores {
  readonly probabilities: Float32Array;
  readonly labels: Float32Array;
  /** In the order of the rows, which is that in which they first appeared. */
  readonly keys: readonly string[];
}

/**
 * Makes one row of all rows with the same key, such as the windows of one record: of each class the largest or the mean probability, and the labels,
 * which they must have in common.
 *
 * @param keys of each row
 * @throws CardioError `usage` for other than one key a row, or labels that differ within a key
 */
export function aggregateRows(scores: Scores, keys: readonly string[], how: Aggregate): AggregatedScores {
  const k = scores.classes.length;
  const rows = countExamples(scores);
  if (keys.length !== rows) throw new CardioError('usage', `There are ${keys.length} keys for ${rows} rows.`);
  const groups = new Map<string, number[]>();
  keys.forEach((key, row) => {
    const group = groups.get(key);
    if (group) group.push(row);
    else groups.set(key, [row]);
  });
  const probabilities = new Float32Array(groups.size * k);
  const labels = new Float32Array(groups.size * k);
  let at = 0;
  for (const [key, group] of groups) {
    for (let c = 0; c < k; c++, at++) {
      const label = scores.labels[group[0] * k + c];
      if (group.some((row) => !Object.is(scores.labels[row * k + c], label))) {
        throw new CardioError(
          'usage',
          `Rows of \`${key}\` differ in label ${scores.classes[c]}: they are not one question.`,
        );
      }
      labels[at] = label;
      const all = group.map((row) => scores.probabilities[row * k + c]);
      probabilities[at] = how === 'max' ? Math.max(...all) : all.reduce((sum, p) => sum + p, 0) / all.length;
    }
  }
  return { ...scores, probabilities, labels, keys: [...groups.keys()] };
}

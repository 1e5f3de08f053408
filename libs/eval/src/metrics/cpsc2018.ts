import { CardioError } from '@cardio/core';

import { known, undefinedBecause, type Score } from './score.js';

/** The classes of CPSC2018 in the order of its labels 1 to 9. */
export const cpsc2018Classes = ['Normal', 'AF', 'I-AVB', 'LBBB', 'RBBB', 'PAC', 'PVC', 'STD', 'STE'] as const;

/** The official scores of CPSC2018. */
export interface Cpsc2018Score {
  /** Mean of the nine F1, by which teams were ranked. */
  readonly f1: Score;
  /** Nine F1, in the order of {@link cpsc2018Classes}. */
  readonly perClass: readonly Score[];
  readonly af: Score;
  readonly block: Score;
  readonly prematureContraction: Score;
  readonly stChange: Score;
  /** `[9][9]`, rows truth, columns predicted. */
  readonly confusion: readonly (readonly number[])[];
}

/**
 * The score of the China Physiological Signal Challenge 2018 (its `score_py3.py`): one predicted class a record, which is right when it is among the
 * record's labels; otherwise it is an error of the record's first label. F1 of a class or a group of classes is 2 (right) / (rows + columns).
 *
 * @param truth the labels of each record, 0 to 8, in the order of `REFERENCE.csv`
 * @param predicted the class of each record, 0 to 8
 * @throws CardioError `usage` for other than one prediction a record, or no label
 */
export function cpsc2018Score(truth: readonly (readonly number[])[], predicted: ArrayLike<number>): Cpsc2018Score {
  if (truth.length !== predicted.length) {
    throw new CardioError('usage', `There are ${predicted.length} predictions for ${truth.length} records.`);
  }
  const confusion = cpsc2018Classes.map(() => new Array<number>(cpsc2018Classes.length).fill(0));
  truth.forEach((labels, record) => {
    const said = predicted[record];
    const row = confusion[labels.includes(said) ? said : labels[0]];
    if (row?.[said] === undefined) {
      throw new CardioError(
        'usage',
        `Record ${record} has the labels [${labels.join(', ')}] and the prediction ${said}; they must be 0 to 8, with one label at least.`,
      );
    }
    row[said]++;
  });
  const perClass = cpsc2018Classes.map((_, c) => groupF1(confusion, [c]));
  const values = perClass.map(({ value }) => value);
  const absent = cpsc2018Classes.filter((_, c) => values[c] === null);
  return {
    f1:
      absent.length === 0
        ? known(values.reduce((sum: number, value) => sum + (value ?? 0), 0) / values.length)
        : undefinedBecause(`${absent.join(', ')} is neither true nor predicted in any record`),
    perClass,
    af: perClass[1],
    block: groupF1(confusion, [2, 3, 4]),
    prematureContraction: groupF1(confusion, [5, 6]),
    stChange: groupF1(confusion, [7, 8]),
    confusion,
  };
}

function groupF1(confusion: readonly (readonly number[])[], classes: readonly number[]): Score {
  let [right, all] = [0, 0];
  for (const c of classes) {
    right += confusion[c][c];
    confusion.forEach((row, truth) => (all += row[c] + confusion[c][truth]));
  }
  const names = classes.map((c) => cpsc2018Classes[c]).join(', ');
  return all === 0
    ? undefinedBecause(`${names} is neither true nor predicted in any record`)
    : known((2 * right) / all);
}

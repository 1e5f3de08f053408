import { CardioError } from '@cardio/core';

/** How much credit a prediction earns: `matrix[i][j]` for class j where class i is true. */
export interface ChallengeWeights {
  /** SNOMED CT codes, one of each set of equivalent classes. */
  readonly classes: readonly string[];
  readonly matrix: readonly (readonly number[])[];
}

/** Sets of SNOMED CT codes that are scored as one class, named by the first. */
export type EquivalentClasses = readonly (readonly string[])[];

/** Complete and unspecific right bundle branch block; atrial and supraventricular premature beats; ventricular premature beats: in 2020. */
export const equivalentIn2020: EquivalentClasses = [
  ['713427006', '59118001'],
  ['284470004', '63593006'],
  ['427172004', '17338001'],
];

/** The class by which one is scored. */
export const representative = (name: string, equivalent: EquivalentClasses): string =>
  equivalent.find((set) => set.includes(name))?.[0] ?? name;

/**
 * Reads `weights.csv` of a PhysioNet Challenge: class names in the first row and column, weights between. A name such as `713427006|59118001` (2021) is
 * a set of equivalent classes, too.
 *
 * @returns one row and column for each set
 * @throws CardioError `data` for a table that is not square, or has other weights for classes that are equivalent
 */
export function parseChallengeWeights(csv: string, equivalent: EquivalentClasses = equivalentIn2020): ChallengeWeights {
  const [head = [], ...body] = csv
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .filter((line) => line.trim() !== '')
    .map((line) => line.split(',').map((cell) => cell.trim()));
  const names = head.slice(1);
  const weights = body.map((row) => row.slice(1).map(Number));
  if (
    names.length === 0 ||
    body.map((row) => row[0]).join() !== names.join() ||
    weights.some((row) => row.length !== names.length || row.some(Number.isNaN))
  ) {
    throw new CardioError(
      'data',
      `The weights must be a square table with the same class names above and on the left; received ${names.length} columns and ${body.length} rows.`,
    );
  }
  const merged = names.map((name) => representative(name.split('|')[0], equivalent));
  const first = [...new Set(merged)].map((name) => merged.indexOf(name));
  merged.forEach((name, i) => {
    const same = merged.indexOf(name);
    const differs = names.findIndex((_, j) => weights[i][j] !== weights[same][j] || weights[j][i] !== weights[j][same]);
    if (differs >= 0) {
      throw new CardioError(
        'data',
        `${names[i]} and ${names[same]} are scored as one class, but their weights for ${names[differs]} differ.`,
      );
    }
  });
  return { classes: first.map((i) => merged[i]), matrix: first.map((i) => first.map((j) => weights[i][j])) };
}

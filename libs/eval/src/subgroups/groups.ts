import { CardioError } from '@cardio/core';

/** The name of the group of those whose attribute is not known. */
const unknownGroup = 'unknown';

/** The rows of each value of an attribute: numbers in the names count as numbers, those of whom it is unknown come last. */
export function rowsByGroup(values: readonly AttributeValue[]): [name: string, rows: number[]][] {
  const groups = new Map<string, number[]>();
  values.forEach((value, row) => {
    const name = nameOf(value);
    const rows = groups.get(name);
    if (rows) rows.push(row);
    else groups.set(name, [row]);
  });
  const last = (name: string): number => (name === unknownGroup ? 1 : 0);
  return [...groups].sort(([a], [b]) => last(a) - last(b) || a.localeCompare(b, 'en', { numeric: true }));
}

/** What is known of an example; null, NaN and an empty text are not known. */
export type AttributeValue = string | number | null | undefined;

const nameOf = (value: AttributeValue): string =>
  value === null || value === undefined || value === '' || Number.isNaN(value) ? unknownGroup : String(value);

/**
 * Stops on a list that is not of all rows.
 *
 * @throws CardioError `usage`
 */
export function assertOnePerRow(list: ArrayLike<unknown>, rows: number, what: string): void {
  if (list.length === rows) return;
  throw new CardioError(
    'usage',
    `${what} must have one value for each of the ${rows} examples; received ${list.length}.`,
  );
}

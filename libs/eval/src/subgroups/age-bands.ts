import { CardioError } from '@cardio/core';

/** Children, young adults, adults, and the two bands in which most ECG databases have most of their patients. */
export const defaultAgeEdges: readonly number[] = [18, 40, 65, 80];

/**
 * The age band of each age, such as `18-39` (from 18 to below 40) and `80+`; `null` where the age is unknown: null, NaN or negative.
 *
 * @param edges the first year of each band but the first, whole and rising
 * @throws CardioError `usage` for other edges
 */
export function ageBands(
  ages: readonly (number | null | undefined)[],
  edges: readonly number[] = defaultAgeEdges,
): (string | null)[] {
  if (edges.length === 0 || edges.some((edge, i) => !Number.isInteger(edge) || edge <= (edges[i - 1] ?? 0))) {
    throw new CardioError(
      'usage',
      `\`edges\` must be whole numbers of years above 0 that rise, such as 18, 40, 65; received ${JSON.stringify(edges)}.`,
    );
  }
  const from = [0, ...edges];
  const names = from.map((first, i) => (i === edges.length ? `${first}+` : `${first}-${from[i + 1] - 1}`));
  return ages.map((age) =>
    typeof age === 'number' && age >= 0 ? names[from.findLastIndex((first) => age >= first)] : null,
  );
}

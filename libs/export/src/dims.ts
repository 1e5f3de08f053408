/**
 * A length that may depend on the batch size: a number, or a straight line in it.
 *
 * Two traces at batch sizes 2 and 3 give every length twice; where they differ, the line through both is the length of any batch.
 */
export type Dim = number | BatchDim;

/** The length `perBatch * batch + plus`. */
export interface BatchDim {
  readonly perBatch: number;
  readonly plus: number;
}

/** The batch sizes of the two traces: consecutive, so that the slope is an integer, and the first one not 1, which broadcasts. */
export const traceBatches = [2, 3] as const;

/** The line through a value seen at the two trace batch sizes; a plain number if it is the same at both. */
export function dimThrough(first: number, second: number): Dim {
  if (Object.is(first, second)) return first;
  const perBatch = second - first;
  return { perBatch, plus: first - perBatch * traceBatches[0] };
}

/** Whether a value found in attributes is a length that grows with the batch. */
export function isBatchDim(value: unknown): value is BatchDim {
  return typeof value === 'object' && value !== null && 'perBatch' in value && 'plus' in value;
}

/** Whether two lengths are equal at every batch size. */
export function sameDim(a: Dim, b: Dim): boolean {
  if (isBatchDim(a)) return isBatchDim(b) && a.perBatch === b.perBatch && a.plus === b.plus;
  return a === b;
}

/** Whether two shapes are equal at every batch size. */
export function sameDims(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((dim, i) => sameDim(dim, b[i]));
}

/** The labels of a batch in which NaN means unknown: 0 in its place, and a mask if there is any. */
export interface KnownLabels {
  readonly labels: Float32Array;
  /** 1 where the label is known, 0 where not; `undefined` where all are. */
  readonly mask: Float32Array | undefined;
}

/**
 * Tells known labels from unknown ones, which are NaN: a record whose annotators did not look for a class says nothing about it. What is
 * unknown has no part in the loss.
 */
export function knownLabels(y: Float32Array): KnownLabels {
  if (!y.some(Number.isNaN)) return { labels: y, mask: undefined };
  return { labels: y.map((v) => (Number.isNaN(v) ? 0 : v)), mask: y.map((v) => (Number.isNaN(v) ? 0 : 1)) };
}

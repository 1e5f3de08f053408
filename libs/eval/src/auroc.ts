/**
 * Area under the ROC curve as the Mann-Whitney statistic with mid-ranks for ties (Hanley & McNeil, Radiology 143:29, 1982).
 *
 * @param scores one score per example, higher means more positive
 * @param positive one value per example, above 0.5 for positives
 * @returns the area in [0, 1], or `null` when there are no positives or no negatives
 */
export function auroc(scores: ArrayLike<number>, positive: ArrayLike<number>): number | null {
  const n = scores.length;
  const order = Uint32Array.from({ length: n }, (_, i) => i).sort((a, b) => scores[a] - scores[b]);
  let positives = 0;
  let rankSum = 0;
  for (let start = 0; start < n;) {
    let end = start + 1;
    let tied = positive[order[start]] > 0.5 ? 1 : 0;
    while (end < n && scores[order[end]] === scores[order[start]]) tied += positive[order[end++]] > 0.5 ? 1 : 0;
    rankSum += (tied * (start + 1 + end)) / 2;
    positives += tied;
    start = end;
  }
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return null;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

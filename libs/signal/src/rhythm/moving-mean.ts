/** The mean of the `width` values around each one (one more before it than behind when `width` is even); what lies beyond the ends counts as 0. */
export function movingMean(values: Float64Array, width: number): Float64Array {
  const n = values.length;
  const sums = new Float64Array(n + 1);
  for (let i = 0; i < n; i++) sums[i + 1] = sums[i] + values[i];
  const before = width >> 1;
  return values.map((_, i) => {
    const from = i - before;
    const to = from + width;
    return (sums[to < n ? to : n] - sums[from > 0 ? from : 0]) / width;
  });
}

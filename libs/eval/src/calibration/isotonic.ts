import { binaryCurve } from '../metrics/binary-curve.js';
import type { Fitted } from './class-map.js';

/**
 * The non-decreasing steps nearest to the labels by least squares: equal scores are averaged, then neighbours that fall are pooled (pool adjacent
 * violators, Barlow et al. 1972; for calibration Zadrozny & Elkan, KDD 2002). Between two steps the line joins them, beyond the ends the end stays.
 *
 * @param scores one per example
 * @param positive one per example, 1 or 0
 */
export function fitIsotonic(scores: Float64Array, positive: Uint8Array): Fitted {
  const { thresholds, truePositives, falsePositives } = binaryCurve(scores, positive);
  const pools: { from: number; to: number; positives: number; count: number }[] = [];
  for (let i = thresholds.length - 1; i >= 0; i--) {
    const [tp, fp] = i === 0 ? [0, 0] : [truePositives[i - 1], falsePositives[i - 1]];
    const positives = truePositives[i] - tp;
    let pool = { from: thresholds[i], to: thresholds[i], positives, count: positives + falsePositives[i] - fp };
    // whole numbers are compared crosswise, so that equal rates are equal
    for (let last; (last = pools.at(-1)) && last.positives * pool.count >= pool.positives * last.count; pools.pop()) {
      pool = {
        from: last.from,
        to: pool.to,
        positives: last.positives + pool.positives,
        count: last.count + pool.count,
      };
    }
    pools.push(pool);
  }
  const knots = pools.flatMap(({ from, to, positives, count }) =>
    (from === to ? [from] : [from, to]).map((x) => ({ x, y: positives / count })),
  );
  return { map: { x: knots.map(({ x }) => x), y: knots.map(({ y }) => y) }, reason: null };
}

/** The line through knots of rising `x` at `at`; beyond the ends the end's value. */
export function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  const last = x.length - 1;
  if (at <= x[0]) return y[0];
  if (at >= x[last]) return y[last];
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle] <= at) low = middle;
    else high = middle;
  }
  return y[low] + ((y[high] - y[low]) / (x[high] - x[low])) * (at - x[low]);
}

import type { BinaryCounts } from '../confusion.js';
import type { BinaryCurve } from '../metrics/binary-curve.js';

/** How good a threshold with these counts is; `null` where it is not allowed. */
export type Merit = (counts: BinaryCounts) => number | null;

/**
 * The best threshold t for "positive where the score is at least t": of all that call someone positive the one with the highest merit, of equals the
 * highest.
 *
 * @returns halfway between the lowest score that is called positive and the next below, or that score itself where there is no number between;
 * `null` where no threshold is allowed
 */
export function bestCut(curve: BinaryCurve, merit: Merit): number | null {
  const { thresholds, truePositives, falsePositives, positives, negatives } = curve;
  let best: number | null = null;
  let highest = -Infinity;
  for (let i = 0; i < thresholds.length; i++) {
    const [tp, fp] = [truePositives[i], falsePositives[i]];
    const value = merit({ tp, fp, fn: positives - tp, tn: negatives - fp });
    if (value === null || value <= highest) continue;
    highest = value;
    best = i;
  }
  return best === null ? null : between(thresholds[best], thresholds[best + 1] ?? -Infinity);
}

function between(score: number, below: number): number {
  const middle = below + (score - below) / 2;
  return Number.isFinite(middle) && middle > below ? middle : score;
}

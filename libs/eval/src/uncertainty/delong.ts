import { CardioError } from '@cardio/core';

import { knownOnly } from '../metrics/binary-curve.js';
import { ranked } from '../metrics/ranking.js';
import { normalCdf, normalQuantile } from './normal.js';

/** An AUROC with its uncertainty after DeLong; `null`, with a reason, where it is not defined. */
export interface DelongAuroc {
  readonly auroc: number | null;
  readonly standardError: number | null;
  /** Normal interval, within [0, 1]. */
  readonly low: number | null;
  readonly high: number | null;
  readonly level: number;
  readonly reason: string | null;
}

/** Two AUROCs of the same examples compared. */
export interface DelongComparison {
  readonly aurocs: readonly [first: number | null, second: number | null];
  /** First minus second. */
  readonly difference: number | null;
  readonly standardError: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly z: number | null;
  /** Two-sided. */
  readonly pValue: number | null;
  readonly level: number;
  readonly reason: string | null;
}

/**
 * Variance and interval of one AUROC (DeLong et al., Biometrics 44:837, 1988), by ranks in O(N log N) (Sun & Xu, IEEE Signal Process Lett 21:1389, 2014).
 * It takes examples for independent: several of one patient make it too sure; {@link bootstrapScores} by patient does not.
 *
 * @param scores `[N]`, higher means more positive
 * @param labels `[N]`, above 0.5 for positives, NaN for unknown ones, which are left out
 */
export function delong(scores: ArrayLike<number>, labels: ArrayLike<number>, { level = 0.95 } = {}): DelongAuroc {
  const none = (auroc: number | null, reason: string): DelongAuroc => ({
    auroc,
    standardError: null,
    low: null,
    high: null,
    level,
    reason,
  });
  const parts = components(scores, labels);
  if (!parts) return none(null, oneKind);
  const auroc = mean(parts.ofPositives);
  if (!enough(parts)) return none(auroc, tooFew);
  const standardError = Math.sqrt(variance(parts, parts));
  const reach = normalQuantile((1 + level) / 2) * standardError;
  return {
    auroc,
    standardError,
    low: Math.max(0, auroc - reach),
    high: Math.min(1, auroc + reach),
    level,
    reason: null,
  };
}

/**
 * DeLong's test of two AUROCs of the same examples.
 *
 * @param first `[N]` scores
 * @param second `[N]` other scores of the same examples
 * @param labels `[N]`, above 0.5 for positives, NaN for unknown ones, which are left out
 * @throws CardioError `usage` for other than one score of each a label
 */
export function delongTest(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  { level = 0.95 } = {},
): DelongComparison {
  if (first.length !== second.length) {
    throw new CardioError('usage', `There are ${first.length} scores of the one and ${second.length} of the other.`);
  }
  const [a, b] = [components(first, labels), components(second, labels)];
  const aurocs = [a && mean(a.ofPositives), b && mean(b.ofPositives)] as const;
  const difference = aurocs[0] === null || aurocs[1] === null ? null : aurocs[0] - aurocs[1];
  const nothing = { standardError: null, low: null, high: null, z: null, pValue: null };
  if (!a || !b || difference === null) return { aurocs, difference, ...nothing, level, reason: oneKind };
  if (!enough(a)) return { aurocs, difference, ...nothing, level, reason: tooFew };
  const spread = variance(a, a) + variance(b, b) - 2 * variance(a, b);
  if (!(spread > 1e-20)) {
    return {
      aurocs,
      difference,
      ...nothing,
      level,
      reason: 'both put every pair in the same order, or the variance is 0',
    };
  }
  const standardError = Math.sqrt(spread);
  const reach = normalQuantile((1 + level) / 2) * standardError;
  const z = difference / standardError;
  const [low, high] = [difference - reach, difference + reach];
  return { aurocs, difference, standardError, low, high, z, pValue: 2 * normalCdf(-Math.abs(z)), level, reason: null };
}

const oneKind = 'there are no positives, or no negatives';
const tooFew = 'there is only one positive, or only one negative';

/** For each positive the share of negatives below it, for each negative the share of positives above it, ties counted by half. */
interface Components {
  readonly ofPositives: Float64Array;
  readonly ofNegatives: Float64Array;
}

function components(scores: ArrayLike<number>, labels: ArrayLike<number>): Components | null {
  const known = knownOnly(scores, labels);
  const ranking = ranked(known.scores, known.labels);
  const n = ranking.length;
  const total = ranking.reduce((sum, example) => sum + ((example >> 1) & 1), 0);
  if (total === 0 || total === n) return null;
  const shares = new Float64Array(n);
  let [positives, negatives] = [0, 0]; // of lower scores
  for (let start = 0; start < n;) {
    let end = start;
    let tied = 0; // positives
    do tied += (ranking[end++] >> 1) & 1;
    while (end < n && !(ranking[end] & 1));
    const others = end - start - tied;
    for (let i = start; i < end; i++) {
      shares[ranking[i] >>> 2] =
        ranking[i] & 2 ? (negatives + others / 2) / (n - total) : (total - positives - tied / 2) / total;
    }
    positives += tied;
    negatives += others;
    start = end;
  }
  return {
    ofPositives: shares.filter((_, i) => known.labels[i] > 0.5),
    ofNegatives: shares.filter((_, i) => !(known.labels[i] > 0.5)),
  };
}

const enough = ({ ofPositives, ofNegatives }: Components): boolean => ofPositives.length > 1 && ofNegatives.length > 1;

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

const variance = (a: Components, b: Components): number =>
  covariance(a.ofPositives, b.ofPositives) / a.ofPositives.length +
  covariance(a.ofNegatives, b.ofNegatives) / a.ofNegatives.length;

function covariance(a: Float64Array, b: Float64Array): number {
  const [meanA, meanB] = [mean(a), mean(b)];
  return a.reduce((sum, value, i) => sum + (value - meanA) * (b[i] - meanB), 0) / (a.length - 1);
}

import { quantile } from '../metrics/reliability.js';
import { normalCdf, normalQuantile } from './normal.js';

/**
 * How an interval follows from the values of bootstrap samples: their percentiles; the basic or empirical interval, percentiles mirrored at the estimate;
 * or percentiles corrected for bias and acceleration (BCa). Efron & Tibshirani 1993, chapters 13 and 14; Davison & Hinkley 1997, chapter 5.
 */
export type IntervalMethod = 'percentile' | 'basic' | 'bca';

/** A score with its uncertainty; `null`, with a reason, where it is not defined. */
export interface Interval {
  readonly estimate: number | null;
  readonly low: number | null;
  readonly high: number | null;
  /** Standard deviation over the samples. */
  readonly standardError: number | null;
  /** Share of samples between, such as 0.95. */
  readonly level: number;
  readonly method: IntervalMethod;
  /** Samples for which the score is defined. */
  readonly resamples: number;
  /** Why estimate or interval is `null`. */
  readonly reason: string | null;
}

/** What an interval is made from. NaN where the score is undefined. */
export interface BootstrapValues {
  readonly estimate: number;
  /** `[B]` of the bootstrap samples. */
  readonly samples: Float64Array;
  /** `[M]` of the data without each of its units; for `bca`. */
  readonly jackknife?: Float64Array | undefined;
  /** Why there are no samples. */
  readonly reason?: string;
}

/** The interval of a score from its bootstrap values; percentiles are interpolated linearly, as NumPy does. */
export function intervalOf(
  { estimate, samples, jackknife, reason }: BootstrapValues,
  level: number,
  method: IntervalMethod,
): Interval {
  const defined = samples.filter((value) => !Number.isNaN(value)).sort();
  const none = (why: string): Interval => ({
    estimate: Number.isNaN(estimate) ? null : estimate,
    low: null,
    high: null,
    standardError: null,
    level,
    method,
    resamples: defined.length,
    reason: why,
  });
  if (Number.isNaN(estimate)) return none('the score is undefined on the data');
  if (reason !== undefined) return none(reason);
  if (defined.length < 2) return none('the score is defined on fewer than two bootstrap samples');
  const tail = (1 - level) / 2;
  const shares = method === 'bca' ? correctedShares(estimate, defined, jackknife, tail) : [tail, 1 - tail];
  if (typeof shares === 'string') return none(shares);
  const [low, high] = shares.map((share) => quantile(defined, share));
  return {
    ...none(''),
    low: method === 'basic' ? 2 * estimate - high : low,
    high: method === 'basic' ? 2 * estimate - low : high,
    standardError: deviation(defined),
    reason: null,
  };
}

/** The shares that BCa takes percentiles at (Efron & Tibshirani, equation 14.10), or why there are none. */
function correctedShares(
  estimate: number,
  sorted: Float64Array,
  jackknife: Float64Array | undefined,
  tail: number,
): readonly number[] | string {
  let [below, equal] = [0, 0];
  for (const value of sorted) {
    if (value < estimate) below++;
    else if (value === estimate) equal++;
  }
  const bias = normalQuantile((below + equal / 2) / sorted.length);
  if (!Number.isFinite(bias)) return 'all bootstrap samples lie on one side of the estimate';
  if (!jackknife || jackknife.some(Number.isNaN))
    return 'the score is undefined without one of the units that are drawn';
  const mean = jackknife.reduce((sum, value) => sum + value, 0) / jackknife.length;
  let [squares, cubes] = [0, 0];
  for (const value of jackknife) {
    squares += (mean - value) ** 2;
    cubes += (mean - value) ** 3;
  }
  if (squares === 0) return 'the score is the same without any one of the units that are drawn';
  const acceleration = cubes / (6 * squares ** 1.5);
  return [tail, 1 - tail].map((share) => {
    const z = bias + normalQuantile(share);
    return normalCdf(bias + z / (1 - acceleration * z));
  });
}

function deviation(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

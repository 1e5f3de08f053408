import { intervalOf, type BootstrapValues, type Interval, type IntervalMethod } from './interval.js';
import { createResampler, type Resample, type ResampleOptions } from './resample.js';

/** A score of a sample of rows; `null` where it is not defined. */
export type Statistic = (resample: Resample) => number | null;

/** Several scores of one sample of rows; NaN where one is not defined. */
type Statistics = (resample: Resample) => ArrayLike<number>;

/** How a bootstrap is made. */
export interface BootstrapOptions extends ResampleOptions {
  /** 0.95 by default. */
  readonly level?: number;
  /** `percentile` by default. `bca` computes the score once more for each unit. */
  readonly method?: IntervalMethod;
}

/**
 * The uncertainty of any score by the bootstrap: it is computed on samples of the rows, or of clusters of rows such as all of a patient, drawn
 * with replacement.
 *
 * @param rows how many there are
 * @throws CardioError `usage` for other than one cluster a row
 * @example
 * const mean: Statistic = ({ rows }) => rows.reduce((sum, row) => sum + values[row], 0) / rows.length;
 * bootstrap(mean, values.length, { clusters: patients, method: 'bca' }); // { estimate, low, high, … }
 */
export function bootstrap(statistic: Statistic, rows: number, options: BootstrapOptions = {}): Interval {
  const { level = 0.95, method = 'percentile' } = options;
  const [values] = bootstrapValues((resample) => [statistic(resample) ?? NaN], rows, options);
  return intervalOf(values, level, method);
}

/** The values of several scores on the same samples. */
export function bootstrapValues(statistics: Statistics, rows: number, options: BootstrapOptions): BootstrapValues[] {
  const { resamples = 1000, method } = options;
  const resampler = createResampler(rows, options);
  const estimates = Float64Array.from(statistics(resampler.all()));
  const each = (n: number, sample: (i: number) => Resample | null): Float64Array[] | null => {
    const values = Array.from(estimates, () => new Float64Array(n));
    for (let i = 0; i < n; i++) {
      const resample = sample(i);
      if (!resample) return null;
      const scores = statistics(resample);
      for (let s = 0; s < values.length; s++) values[s][i] = scores[s];
    }
    return values;
  };
  const samples = each(resamples, () => resampler.draw());
  if (!samples) {
    const reason = 'hardly a bootstrap sample has all that it must have, such as a positive of each class';
    return Array.from(estimates, (estimate) => ({ estimate, samples: new Float64Array(), reason }));
  }
  const jackknife = method === 'bca' ? each(resampler.units, (unit) => resampler.without(unit)) : null;
  return Array.from(estimates, (estimate, s) => ({ estimate, samples: samples[s], jackknife: jackknife?.[s] }));
}

import { SignalError } from '../errors.js';
import { medianOf } from '../median-of.js';

/** Intervals between beats. */
export interface RrSeries {
  /** In ms; NaN for one that is not to be used. */
  readonly intervalsMs: Float64Array;
  /** The time of the beat that ends each interval, in s from the start of the record. */
  readonly timesSeconds: Float64Array;
}

/**
 * The intervals between R peaks: one fewer than there are peaks.
 *
 * @param peaks samples, ascending
 * @throws {SignalError} `usage` for a rate that isn't above 0 or samples that don't ascend
 * @example rrIntervals([100, 460, 838], 360).intervalsMs // 1000, 1050
 */
export function rrIntervals(peaks: ArrayLike<number>, sampleRateHz: number): RrSeries {
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz))) {
    throw new SignalError('`sampleRateHz`', 'finite and above 0', sampleRateHz);
  }
  const length = Math.max(0, peaks.length - 1);
  const intervalsMs = Float64Array.from({ length }, (_, i) => (1000 * (peaks[i + 1] - peaks[i])) / sampleRateHz);
  const wrong = intervalsMs.findIndex((interval) => !(interval > 0));
  if (wrong >= 0) {
    throw new SignalError(
      '`peaks`',
      'ascending samples',
      `${peaks[wrong]}, then ${peaks[wrong + 1]} at place ${wrong + 1}`,
    );
  }
  return { intervalsMs, timesSeconds: Float64Array.from({ length }, (_, i) => peaks[i + 1] / sampleRateHz) };
}

/** Which intervals are no sinus rhythm. */
export interface EctopicOptions {
  /** For every peak (one more than intervals) whether it is a normal beat, by labels: an interval with another one at either end is left out. */
  readonly normal?: readonly boolean[];
  /** The largest share by which an interval may differ from the median of the eleven around it. Default 0.2, and none at all with `normal`. */
  readonly tolerance?: number;
}

/**
 * Marks the intervals (NaN) that ectopic, missed or false beats bound, so that heart rate variability is that of sinus rhythm: by labels where
 * there are some, else those that differ by more than 20 % from the usual interval. The limit of 20 % is Malik's (Malik et al., Eur.
 * Heart J. 10:1060, 1989), there to the interval before; the local median is what Kubios compares with (Tarvainen et al., Comput. Methods
 * Programs Biomed. 113:210, 2014) and does not lose its way after a pause. In atrial fibrillation it marks much of the rhythm itself.
 *
 * Nothing is put in their place: measures in time leave them out, and with them differences across them; spectra bridge them.
 *
 * @throws {SignalError} `usage` for a tolerance that isn't above 0, or other than one more `normal` than intervals
 */
export function excludeEctopic({ intervalsMs, timesSeconds }: RrSeries, options: EctopicOptions = {}): RrSeries {
  const { normal, tolerance = normal ? Infinity : 0.2 } = options;
  if (!(tolerance > 0)) throw new SignalError('`tolerance`', 'above 0', tolerance);
  if (normal && normal.length !== intervalsMs.length + 1) {
    throw new SignalError('`normal`', `one for each of the ${intervalsMs.length + 1} peaks`, `${normal.length}`);
  }
  const marked = intervalsMs.map((interval, i) => {
    if (normal && !(normal[i] && normal[i + 1])) return NaN;
    const usual = medianOf(intervalsMs.subarray(Math.max(0, i - 5), i + 6));
    return Math.abs(interval - usual) > tolerance * usual ? NaN : interval;
  });
  return { intervalsMs: marked, timesSeconds };
}

/** Beats per minute: of the mean interval, of the longest and of the shortest. */
export interface HeartRate {
  readonly meanBpm: number;
  readonly lowestBpm: number;
  readonly highestBpm: number;
}

/**
 * The heart rate of a series, whose marked intervals are left out.
 *
 * @throws {SignalError} `data` without intervals
 */
export function heartRate({ intervalsMs }: RrSeries): HeartRate {
  const known = intervalsMs.filter((interval) => !Number.isNaN(interval));
  if (known.length === 0) throw new SignalError('The series', 'one with intervals', 'none', { code: 'data' });
  const mean = known.reduce((sum, interval) => sum + interval, 0) / known.length;
  const bpm = (interval: number): number => 60_000 / interval;
  const ends = known.reduce(([least, most], v) => [Math.min(least, v), Math.max(most, v)], [Infinity, 0]);
  return { meanBpm: bpm(mean), lowestBpm: bpm(ends[1]), highestBpm: bpm(ends[0]) };
}

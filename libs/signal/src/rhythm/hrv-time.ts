import { SignalError } from '../errors.js';
import type { RrSeries } from './rr.js';

/** Heart rate variability in the time domain; deviations have n - 1 in their denominator. */
export interface HrvTime {
  /** How many intervals were used. */
  readonly intervals: number;
  readonly meanMs: number;
  /** Standard deviation of the intervals. */
  readonly sdnnMs: number;
  /** Root of the mean square of successive differences. */
  readonly rmssdMs: number;
  /** Standard deviation of successive differences. */
  readonly sdsdMs: number;
  /** Share of successive differences beyond 50 ms, in %. */
  readonly pnn50Percent: number;
  readonly pnn20Percent: number;
  /** Number of intervals / the highest count of a histogram with bins of 7.8125 ms (1/128 s), whose edges are multiples of it. */
  readonly triangularIndex: number;
  /** Width and length of the ellipse in the Poincaré plot. */
  readonly sd1Ms: number;
  readonly sd2Ms: number;
}

const histogramBinMs = 1000 / 128;
/** Intervals are whole samples, so that many lie on a limit: what rounding puts beyond it, in ms. */
const rounding = 1e-6;

/**
 * Heart rate variability in the time domain (Task Force of ESC and NASPE, Circulation 93:1043, 1996, table 1). SD1 and SD2 are SDSD² / 2 and
 * 2 SDNN² - SDSD² / 2, rooted (Brennan et al., IEEE Trans. Biomed. Eng. 48:1342, 2001); pNN20 is of Mietus et al. (Heart 88:378, 2002). Marked
 * intervals (NaN) are left out, and so are the differences that one of them takes part in. The standard compares recordings of
 * one length only: 5 min or 24 h.
 *
 * @param series of sinus rhythm: {@link excludeEctopic} first
 * @throws {SignalError} `data` for fewer than two successive differences
 * @example hrvTime(excludeEctopic(rrIntervals(peaks, 360))).rmssdMs
 */
export function hrvTime({ intervalsMs }: RrSeries): HrvTime {
  const known = intervalsMs.filter((value) => !Number.isNaN(value));
  const differences = intervalsMs
    .map((value, i) => (i === 0 ? NaN : value - intervalsMs[i - 1]))
    .filter((value) => !Number.isNaN(value));
  if (differences.length < 2) {
    throw new SignalError('The series', 'one with two successive differences or more', `${differences.length}`, {
      code: 'data',
    });
  }
  const beyond = (ms: number): number =>
    (100 * differences.filter((value) => Math.abs(value) > ms + rounding).length) / differences.length;
  const [sdnnMs, sdsdMs] = [deviation(known), deviation(differences)];
  return {
    intervals: known.length,
    meanMs: mean(known),
    sdnnMs,
    rmssdMs: Math.sqrt(mean(differences.map((value) => value * value))),
    sdsdMs,
    pnn50Percent: beyond(50),
    pnn20Percent: beyond(20),
    triangularIndex: known.length / highestCount(known),
    sd1Ms: sdsdMs / Math.SQRT2,
    sd2Ms: Math.sqrt(Math.max(0, 2 * sdnnMs ** 2 - sdsdMs ** 2 / 2)),
  };
}

const mean = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: Float64Array): number {
  const middle = mean(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - middle) ** 2, 0) / (values.length - 1));
}

function highestCount(values: Float64Array): number {
  const counts = new Map<number, number>();
  for (const value of values) {
    const bin = Math.floor((value + rounding) / histogramBinMs);
    counts.set(bin, (counts.get(bin) ?? 0) + 1);
  }
  return Math.max(...counts.values());
}

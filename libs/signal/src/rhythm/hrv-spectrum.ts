import { SignalError } from '../errors.js';
import { lombScargle } from './lomb-scargle.js';
import { naturalSpline } from './natural-spline.js';
import type { RrSeries } from './rr.js';
import { welch, type Spectrum } from './welch.js';

/** How {@link hrvSpectrum} estimates the spectrum. */
export interface HrvSpectrumOptions {
  /** `welch` (default): intervals at 4 Hz by a natural cubic spline, Welch's method. `lomb-scargle`: from the intervals as they are, whose time grows with the square of the duration. */
  readonly method?: 'welch' | 'lomb-scargle';
  /** Length of Welch's segments, half of which overlap; default 120 s, as the Task Force asks for LF. A shorter series is one segment. */
  readonly segmentSeconds?: number;
}

/** Heart rate variability in the frequency domain. */
export interface HrvSpectrum {
  /** Power from 0.0033 to 0.04 Hz, from 0.04 to 0.15 Hz and from 0.15 to 0.4 Hz, in ms². */
  readonly vlfMs2: number;
  readonly lfMs2: number;
  readonly hfMs2: number;
  /** The sum of the three. */
  readonly totalMs2: number;
  readonly lfToHf: number;
  /** Shares of LF + HF, the standard's normalised units. */
  readonly lfPercent: number;
  readonly hfPercent: number;
  /** Up to 0.4 Hz, one-sided, in ms²/Hz. */
  readonly spectrum: Spectrum;
}

const resampledHz = 4;
const highestHz = 0.4;
const bandsHz = { vlf: [0.0033, 0.04], lf: [0.04, 0.15], hf: [0.15, highestHz] } as const;
/** What the standard asks for at least, for HF alone. */
const shortestSeconds = 60;

/**
 * Heart rate variability in the frequency domain (Task Force of ESC and NASPE, Circulation 93:1043, 1996, table 2). A band's power is the sum of
 * the density at its frequencies (lower end included) times their distance. Marked intervals (NaN) are bridged by the spline, or absent
 * (Lomb-Scargle). The standard asks for 5 min of sinus rhythm: 1 min is enough for HF, 2 min for LF, and VLF means little in less
 * than 5 min, nor is it resolved by Welch's segments of 2 min.
 *
 * @param series of sinus rhythm: {@link excludeEctopic} first
 * @throws {SignalError} `usage` for segments of less than 10 s; `data` for a series of less than 1 min
 */
export function hrvSpectrum(series: RrSeries, options: HrvSpectrumOptions = {}): HrvSpectrum {
  const { method = 'welch', segmentSeconds = 120 } = options;
  if (!(segmentSeconds >= 10 && Number.isFinite(segmentSeconds))) {
    throw new SignalError('`segmentSeconds`', 'finite and at least 10', segmentSeconds);
  }
  if (method !== 'welch' && method !== 'lomb-scargle') {
    throw new SignalError('`method`', 'welch or lomb-scargle', method);
  }
  const known = (_: number, i: number): boolean => !Number.isNaN(series.intervalsMs[i]);
  const times = series.timesSeconds.filter(known);
  const intervals = series.intervalsMs.filter(known);
  const span = times.length > 0 ? times[times.length - 1] - times[0] : 0;
  if (span < shortestSeconds) {
    throw new SignalError('The series', `${shortestSeconds} s or longer`, `${span.toFixed(1)} s`, { code: 'data' });
  }
  const spectrum =
    method === 'lomb-scargle' ? lombScargle(times, intervals, highestHz) : even(times, intervals, span, segmentSeconds);
  const [vlf, lf, hf] = Object.values(bandsHz).map((band) => power(spectrum, band));
  return {
    vlfMs2: vlf,
    lfMs2: lf,
    hfMs2: hf,
    totalMs2: vlf + lf + hf,
    lfToHf: lf / hf,
    lfPercent: (100 * lf) / (lf + hf),
    hfPercent: (100 * hf) / (lf + hf),
    spectrum,
  };
}

function even(times: Float64Array, intervals: Float64Array, span: number, segmentSeconds: number): Spectrum {
  const at = Float64Array.from({ length: Math.floor(span * resampledHz) + 1 }, (_, i) => times[0] + i / resampledHz);
  return welch(naturalSpline(times, intervals, at), resampledHz, Math.round(segmentSeconds * resampledHz), highestHz);
}

function power({ frequenciesHz, density }: Spectrum, [low, high]: readonly [number, number]): number {
  const inside = (hz: number): boolean => hz >= low && hz < high;
  const sum = density.reduce((all, value, i) => (inside(frequenciesHz[i]) ? all + value : all), 0);
  return sum * (frequenciesHz[1] - frequenciesHz[0]);
}

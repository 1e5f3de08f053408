import { SignalError } from './errors.js';
import type { Samples } from './gaps.js';
import { createRankOrder, type RankOrder } from './rank-order.js';
import { createWindowMedian, type WindowMedian } from './window-median.js';

/**
 * The median of the `taps` samples around each sample.
 *
 * Past the ends the signal is mirrored (`… b a | a b c … y z | z y …`), as SciPy's `ndimage.median_filter` does by default; away from
 * the ends this equals `scipy.signal.medfilt`, which pads with zeros and so drags an ECG that rides on an offset towards 0 mV.
 * Missing samples (NaN) are left out of their window: the result is the lower median of the others, NaN only where there are none.
 *
 * Samples are ranked first, and the median of a sliding window of ranks is kept up to date (`WindowMedian`): a sample costs about the same
 * for every width.
 *
 * @param taps width of the window in samples, odd
 * @throws {SignalError} `usage` for an even or too small width
 * @example runningMedian(Float32Array.of(1, 9, 2, 3, 8), 3) // Float32Array [1, 2, 3, 3, 8]
 */
export function runningMedian<T extends Samples>(samples: T, taps: number): T {
  if (!Number.isInteger(taps) || taps < 1 || taps % 2 === 0) {
    throw new SignalError('`taps`', 'an odd number of samples, at least 1', taps);
  }
  return mediansOf(samples, [taps]);
}

/**
 * Takes the slow baseline out of one lead: a running median over the first window removes P waves and QRS complexes, one over the second
 * removes T waves, and what is left is subtracted from the signal (de Chazal et al., IEEE TBME 51(7):1196, 2004).
 *
 * A window of s seconds has round(s · rate) samples, one less if that is even: 0.2 s and 0.6 s are 71 and 215 samples at 360 Hz.
 * Ends and missing samples are treated as in {@link runningMedian}; a missing sample stays missing.
 *
 * @param windowsSeconds widths of the two windows, `[0.2, 0.6]` in the paper
 * @throws {SignalError} `usage` for a rate or a window that isn't finite and above 0
 */
export function medianBaseline<T extends Samples>(
  samples: T,
  sampleRateHz: number,
  windowsSeconds: readonly [number, number],
): T {
  const result = mediansOf(
    samples,
    windowsSeconds.map((seconds) => oddTaps(seconds, sampleRateHz)),
  );
  for (let i = 0; i < result.length; i++) result[i] = samples[i] - result[i];
  return result;
}

function oddTaps(seconds: number, sampleRateHz: number): number {
  if (!(sampleRateHz > 0 && Number.isFinite(sampleRateHz))) {
    throw new SignalError('`sampleRateHz`', 'finite and above 0 Hz', sampleRateHz);
  }
  if (!(seconds > 0 && Number.isFinite(seconds))) {
    throw new SignalError('A window of `windowsSeconds`', 'finite and above 0 s', seconds);
  }
  const taps = Math.round(seconds * sampleRateHz);
  return Math.max(1, taps % 2 === 0 ? taps - 1 : taps);
}

/** One running median after the other. */
function mediansOf<T extends Samples>(samples: T, windows: readonly number[]): T {
  const result = samples.slice() as T;
  const reach = windows.reduce((sum, taps) => sum + taps - 1, 0) / 2;
  // Few ranks for each sample of a window, so that the next one is near; long enough that what is ranked twice counts little.
  const length = Math.max(64 * Math.max(...windows), 1024);
  for (let from = 0; from < samples.length; from += length) {
    const to = Math.min(from + length, samples.length);
    mediansOfBlock(samples, windows, from, to, reach, result);
  }
  return result;
}

/** Buffers, used again from call to call because making them takes as long as filling them. */
interface Desk extends RankOrder, WindowMedian {}

let desk: Desk | undefined;

function deskFor(room: number): Desk {
  if (!desk || desk.row.length < room) {
    const enough = Math.max(room, 16_384);
    desk = { ...createRankOrder(enough), ...createWindowMedian(enough) };
  }
  return desk;
}

/** The medians of samples [from, to), by the ranks of those that they depend on, `reach` to either side. */
function mediansOfBlock(
  samples: Samples,
  windows: readonly number[],
  from: number,
  to: number,
  reach: number,
  result: Samples,
): void {
  const n = samples.length;
  let first = Math.max(0, from - reach); // the sample that the first rank belongs to
  const end = Math.min(n, to + reach);
  const { numbers, rank, ranks, values, row, slide } = deskFor(end - first + Math.max(...windows));
  numbers.set(samples.subarray(first, end));
  const missing = rank(end - first);
  let rest = reach;
  for (const taps of windows) {
    const half = (taps - 1) / 2;
    rest -= half;
    const [start, stop] = [Math.max(0, from - rest), Math.min(n, to + rest)];
    const [left, right] = [Math.max(0, start - half), Math.min(n, stop + half)];
    row.set(ranks.subarray(left - first, right - first), left - start + half);
    for (let i = start - half; i < left; i++) row[i - start + half] = ranks[mirrored(i, n) - first];
    for (let i = right; i < stop + half; i++) row[i - start + half] = ranks[mirrored(i, n) - first];
    slide(stop - start + taps - 1, taps, missing, ranks);
    first = start;
  }
  for (let i = from; i < to; i++) result[i] = values[ranks[i - first]];
}

function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const i = ((index % period) + period) % period;
  return i < length ? i : period - 1 - i;
}

import { CardioError } from '@cardio/core';

/**
 * The median of the `taps` samples around each sample.
 *
 * Past the ends the signal is mirrored (`… b a | a b c … y z | z y …`), as SciPy's `ndimage.median_filter` does by default; away from
 * the ends this equals `scipy.signal.medfilt`, which pads with zeros and so drags an ECG that rides on an offset towards 0 mV.
 * Missing samples (NaN) are left out of their window: the result is the lower median of the others, NaN only where there are none.
 *
 * The window is kept sorted: a sample costs two binary searches and two short block moves.
 *
 * @param taps width of the window in samples, odd
 * @example runningMedian(Float32Array.of(1, 9, 2, 3, 8), 3) // Float32Array [1, 2, 3, 3, 8]
 */
export function runningMedian(samples: Float32Array, taps: number): Float32Array {
  if (!Number.isInteger(taps) || taps < 1 || taps % 2 === 0) {
    throw new CardioError('usage', `\`taps\` must be an odd number of samples, at least 1. Received: ${taps}.`);
  }
  const length = samples.length;
  const half = (taps - 1) / 2;
  const at = (i: number): number => samples[i >= 0 && i < length ? i : mirrored(i, length)];
  const window = new SortedWindow(taps);
  const medians = new Float32Array(length);
  if (length === 0) return medians;
  for (let i = -half; i < half; i++) window.add(at(i));
  for (let i = 0; i < length; i++) {
    window.add(at(i + half));
    medians[i] = window.median();
    window.remove(at(i - half));
  }
  return medians;
}

/**
 * Takes the slow baseline out of one lead: a running median over the first window removes P waves and QRS complexes, one over the second
 * removes T waves, and what is left is subtracted from the signal (de Chazal et al., IEEE TBME 51(7):1196, 2004).
 *
 * A window of s seconds has round(s · rate) samples, one less if that is even: 0.2 s and 0.6 s are 71 and 215 samples at 360 Hz.
 * Ends and missing samples are treated as in {@link runningMedian}; a missing sample stays missing.
 *
 * @param windowsSeconds widths of the two windows, `[0.2, 0.6]` in the paper
 */
export function medianBaseline(
  samples: Float32Array,
  sampleRateHz: number,
  windowsSeconds: readonly [number, number],
): Float32Array {
  let baseline = samples;
  for (const seconds of windowsSeconds) baseline = runningMedian(baseline, oddTaps(seconds, sampleRateHz));
  return samples.map((value, i) => value - baseline[i]);
}

function oddTaps(seconds: number, sampleRateHz: number): number {
  const taps = Math.round(seconds * sampleRateHz);
  return Math.max(1, taps % 2 === 0 ? taps - 1 : taps);
}

function mirrored(index: number, length: number): number {
  const period = 2 * length;
  const i = ((index % period) + period) % period;
  return i < length ? i : period - 1 - i;
}

const isMissing = Number.isNaN;

/** The numbers of a window in ascending order; NaN is never held. */
class SortedWindow {
  private readonly sorted: Float32Array;
  private size = 0;

  constructor(capacity: number) {
    this.sorted = new Float32Array(capacity);
  }

  add(value: number): void {
    if (isMissing(value)) return;
    const place = this.firstNotBelow(value);
    this.sorted.copyWithin(place + 1, place, this.size++);
    this.sorted[place] = value;
  }

  remove(value: number): void {
    if (isMissing(value)) return;
    const place = this.firstNotBelow(value);
    this.sorted.copyWithin(place, place + 1, this.size--);
  }

  median(): number {
    return this.size === 0 ? NaN : this.sorted[(this.size - 1) >> 1];
  }

  private firstNotBelow(value: number): number {
    let low = 0;
    let high = this.size;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.sorted[middle] < value) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
